"""Empty workbooks for what has no public format, documented, and read by the source's own reader.

Here: writing the template that a source declares (`Source.template`), as a workbook or as CSV.
Not here: which columns there are (each publisher's module declares them from its own tables), and
reading what was filled in (`tabular.read_templates`, or the publisher's module).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

from sources.contract import Source, SourceError, Table, Template, TemplateColumn, TemplateSheet
from sources.tabular import README

_LEAST_WIDTH, _MOST_WIDTH = 12, 60
_ROWS_READY = 200
"""Rows below the header whose text columns Excel is told to leave as they are typed."""


def template_of(
    tables: Sequence[Table],
    columns: Mapping[str, tuple[str, str]],
    *,
    notes: Sequence[str] = (),
) -> Template:
    """Return the template of tables whose header is their column names.

    Args:
        tables: the bronze tables; a sheet, or a CSV file, for each.
        columns: for each column what belongs in it, and an example.
        notes: sentences for the page of explanations.
    """
    return Template(
        sheets=tuple(
            TemplateSheet(
                table.name,
                table.description,
                tuple(
                    TemplateColumn(name, *columns[name], is_text=not dtype.is_numeric())
                    for name, dtype in table.columns.items()
                ),
            )
            for table in tables
        ),
        notes=tuple(notes),
    )


def write_template(source: Source, path: Path) -> list[Path]:
    """Write a source's empty template, a workbook or CSV by the ending of the path.

    Returns:
        The files written: one, or a CSV file per sheet.

    Raises:
        SourceError: the source has no template, the ending is another one, or a file is there.
    """
    template = source.template
    if template is None:
        from sources import SOURCE_IDS, get_source

        have = [name for name in SOURCE_IDS if get_source(name).template is not None]
        raise SourceError(
            f"{source.id} needs no template: its publisher has a format of its own.",
            expected="one of " + ", ".join(have),
            todo=f"`whitepaper sources {source.id}` prints how to get its files",
        )
    endings = (".xlsx", ".csv") if template.as_csv else (".xlsx",)
    if path.suffix.lower() not in endings:
        raise SourceError(
            f"A template of {source.id} cannot be written as '{path.name}'.",
            expected="a name ending in " + " or ".join(endings),
        )
    if path.suffix.lower() == ".xlsx":
        contents = {path: _workbook(source, template)}
    elif len(template.sheets) == 1:
        contents = {path: _csv(source, template, template.sheets[0])}
    else:
        contents = {
            path.with_name(f"{path.stem}_{sheet.name}.csv"): _csv(source, template, sheet)
            for sheet in template.sheets
        }
    for target in contents:
        if target.exists() or not target.parent.is_dir():
            raise SourceError(
                f"{target} is there already."
                if target.exists()
                else f"There is no folder {target.parent}.",
                todo="give another FILE",
            )
    for target, content in contents.items():
        with target.open("xb") as handle:
            handle.write(content)
    return list(contents)


def _explanations(source: Source, template: Template) -> list[str]:
    return [
        f"{source.title_en} / {source.title_zh}",
        f"{source.publisher_en} / {source.publisher_zh}",
        source.how_to_get,
        *template.notes,
        f"Licence: {source.licence}",
    ]


def _csv(source: Source, template: Template, sheet: TemplateSheet) -> bytes:
    """A CSV with its explanations in lines that begin with '#', which the reader passes over."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    for line in (*_explanations(source, template), f"{sheet.name}: {sheet.purpose}"):
        writer.writerow([f"# {line}"])
    for column in sheet.columns:
        example = f" Example: {column.example}" if column.example else ""
        writer.writerow([f"# {column.name}: {column.meaning}{example}"])
    writer.writerow([column.name for column in sheet.columns])
    # Excel takes a CSV for Big5 unless it begins with a mark.
    return text.getvalue().encode("utf-8-sig")


def _workbook(source: Source, template: Template) -> bytes:
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    book = Workbook()
    readme = book.active
    readme.title = README
    bold, shade = Font(bold=True), PatternFill("solid", fgColor="DDE6F0")
    wrap = Alignment(wrap_text=True, vertical="top")
    for line in _explanations(source, template):
        readme.append([line])
    readme["A1"].font = Font(bold=True, size=14)
    readme.append([])
    readme.append(["sheet", "column", "what belongs in it", "example"])
    for cell in readme[readme.max_row]:
        cell.font, cell.fill = bold, shade
    for sheet in template.sheets:
        readme.append([sheet.name, "", sheet.purpose, ""])
        for column in sheet.columns:
            readme.append([sheet.name, column.name, column.meaning, column.example])
            readme.cell(readme.max_row, 4).number_format = "@"
    for letter, width in zip("ABCD", (32, 42, 80, 36), strict=True):
        readme.column_dimensions[letter].width = width
    for row in readme.iter_rows(min_row=len(_explanations(source, template)) + 2):
        for cell in row:
            cell.alignment = wrap
    for sheet in template.sheets:
        page = book.create_sheet(sheet.name)
        page.append([column.name for column in sheet.columns])
        page.freeze_panes = "A2"
        for number, column in enumerate(sheet.columns, start=1):
            head = page.cell(1, number)
            head.font, head.fill = bold, shade
            width = min(max(len(column.name) + 4, _LEAST_WIDTH), _MOST_WIDTH)
            page.column_dimensions[get_column_letter(number)].width = width
            if column.is_text:
                # As text, Excel neither takes a leading zero nor turns 2024-2025 into a date.
                for row_number in range(2, _ROWS_READY + 2):
                    page.cell(row_number, number).number_format = "@"
    book.active = 1 if len(book.sheetnames) > 1 else 0
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()
