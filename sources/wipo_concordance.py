"""WIPO concordance of the International Patent Classification (IPC) with 35 technology fields.

Here: the publisher's CSV or workbook, whose header stands below six lines of title.
Not here: matching patents to the rules (dbt_project).

Traps. `ipc_code` is a pattern, kept letter by letter: ``H01L%`` is a whole subclass, ``H04N   3/%``
a main group right-aligned in four places (a few in fewer). Six subclasses are split between fields
by main group. The long-used address of the workbook is gone, and it was a real .xls: keep the file.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from sources import wipo_api
from sources.containers import OLE, ZIP
from sources.contract import Source, SourceError, Table
from sources.excel import Workbook, find_header, fold
from sources.tabular import cast_strict, read_csv, require

FIELDS = 35
HEADER_WITHIN = 20
COLUMNS_OF_THE_FILE = {
    "Field_number": "field_number",
    "Sector_en": "sector_en",
    "Field_en": "field_en",
    "IPC_code": "ipc_code",
    "Updated_on": "updated_on",
    "Remark": "remark",
}

IPC_FIELD = Table(
    name="ipc_field",
    columns={
        "field_number": pl.Int32(),
        "sector_en": pl.String(),
        "field_en": pl.String(),
        "ipc_code": pl.String(),
        "updated_on": pl.String(),
        "remark": pl.String(),
    },
    key=("field_number", "ipc_code"),
    description="One rule: the IPC symbols that match ipc_code (% stands for any ending) belong to "
    "the technology field.",
)


def read(files: Sequence[Path]) -> dict[str, pl.DataFrame]:
    """Read the concordance from one CSV or workbook."""
    if len(files) != 1:
        raise SourceError(
            f"The snapshot has {len(files)} files.",
            expected="one file, the whole concordance",
            todo="land each release of the concordance as a vintage of its own",
        )
    path = files[0]
    with path.open("rb") as stream:
        is_workbook = stream.read(8).startswith((ZIP, OLE))
    raw = _read_workbook(path) if is_workbook else _read_text(path)
    row_word = "row" if is_workbook else "line"
    dtypes = {head: IPC_FIELD.columns[name] for head, name in COLUMNS_OF_THE_FILE.items()}
    filled = ("Field_number", "Sector_en", "Field_en", "IPC_code")
    frame = cast_strict(raw, dtypes, path.name, never_empty=filled, row_word=row_word)
    is_rule = pl.col("IPC_code").str.contains(r"^[A-H][0-9][0-9][A-Z]( *[0-9]+/)?%$")
    require(frame, "IPC_code", is_rule, "a rule such as H01L% or H04N   3/%", row_word=row_word)
    is_field = pl.col("Field_number").is_between(1, FIELDS)
    require(frame, "Field_number", is_field, f"a field from 1 to {FIELDS}", row_word=row_word)
    if absent := sorted(set(range(1, FIELDS + 1)) - set(frame["Field_number"])):
        raise SourceError(
            f"There is no rule for field {', '.join(map(str, absent))}.",
            file=path,
            expected=f"all {FIELDS} fields",
            todo="get the file again; it may have been cut off",
        )
    return {"ipc_field": frame.rename(COLUMNS_OF_THE_FILE)}


def _read_text(path: Path) -> pl.DataFrame:
    heads = list(COLUMNS_OF_THE_FILE)
    return read_csv(path, heads, file=path.name, header_within=HEADER_WITHIN, may_end_open=True)


def _read_workbook(path: Path) -> pl.DataFrame:
    """Read the first sheet that has the header."""
    heads = list(COLUMNS_OF_THE_FILE)
    for sheet in Workbook(path).sheets():
        at = find_header(sheet, heads, within=HEADER_WITHIN)
        if at is None:
            continue
        labels = [fold(label) for label in sheet.rows[at].cells]
        indexes = [labels.index(fold(head)) for head in heads]
        return pl.DataFrame(
            [(*(row.cells[i] for i in indexes), row.number) for row in sheet.rows[at + 1 :]],
            schema={**dict.fromkeys(heads, pl.String), "_source_row": pl.Int64},
            orient="row",
        )
    raise SourceError(
        "No sheet has the header.",
        file=path,
        expected="a row with " + ", ".join(heads),
        todo="check that this is the right workbook",
    )


SOURCE = Source(
    id="wipo_concordance",
    title_en="IPC and technology concordance table, 35 fields",
    title_zh="國際專利分類與技術領域對照表（35領域）",
    publisher_en="World Intellectual Property Organization (WIPO)",
    publisher_zh="世界智慧財產權組織（WIPO）",
    homepage="https://www.wipo.int/en/web/ip-statistics",
    licence="© WIPO, reuse with attribution under https://www.wipo.int/tools/en/disclaim.html",
    citation="WIPO, IPC and Technology Concordance Table, after U. Schmoch (2008), Concept of a "
    "Technology Classification for Country Comparisons.",
    access="open",
    how_to_get="Fetched where one of its known addresses still answers; since September 2026 they "
    f"answer 404. By hand: {wipo_api.STEPS}.",
    tables=(IPC_FIELD,),
    read=read,
    feeds=("T1-2-14",),
    fetcher=wipo_api.fetcher(read),
    steps=wipo_api.STEPS,
)
