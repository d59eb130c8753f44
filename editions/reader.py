"""Reads and checks the files of an edition's folder.

Here: edition.yml, pins.yml, panels.yml, estimates.yml, provisional.yml, printed/*.csv and what
must agree between them. Not here: tables.yml (`registry`), figures, corrections, errata and claims
(their own readers), what a source, area or indicator is: the caller passes the ids that exist.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import cast, get_args

from editions.basis import read_basis
from editions.claims import claim_lines, read_claims, setting_lines
from editions.corrections import read_corrections
from editions.errata import read_policy, read_triage
from editions.figures import read_figures
from editions.model import (
    BookTable,
    Edition,
    EditionError,
    Estimate,
    PanelMember,
    PrintedCell,
    Provisional,
    PublisherGap,
    Role,
    Rule,
)
from editions.registry import FILE as TABLES_FILE
from editions.registry import read_tables
from editions.relations import read_relations
from editions.strict_yaml import Section, read_yaml, suggest

ROOT = Path(__file__).resolve().parent

PRINTED_HEADER = (
    "table_id",
    "row_no",
    "row_label_zh",
    "row_key",
    "col_label_zh",
    "period",
    "measure",
    "unit",
    "printed",
    "value",
    "flag",
)

PRINTED_FLAGS = ("", "p", "na")


def list_editions(root: Path | None = None) -> list[str]:
    """Return the ids of the editions there are, oldest first.

    Args:
        root: the folder that holds the editions; this package's own by default.
    """
    return sorted(path.parent.name for path in (root or ROOT).glob("*/edition.yml"))


def read_edition(
    edition_id: str,
    *,
    root: Path | None = None,
    known_sources: Collection[str] | None = None,
    known_indicators: Collection[str] | None = None,
    known_areas: Collection[str] | None = None,
) -> Edition:
    """Read an edition's folder and check that its files agree.

    Args:
        edition_id: the folder's name, e.g. ``2025-26``.
        root: the folder that holds the editions; this package's own by default.
        known_sources: source ids that may be pinned; not checked without it.
        known_indicators: indicator ids that exist; by default those that tables.yml uses.
        known_areas: area codes that exist; by default those of the edition's panels.

    Raises:
        EditionError: the first thing that cannot be, with file, key and remedy.
    """
    folder = (root or ROOT) / edition_id
    if edition_id not in list_editions(root):
        raise EditionError(
            f"there is no edition '{edition_id}'",
            file="editions",
            todo="use one of " + (", ".join(list_editions(root)) or "(none yet)"),
        )
    top = read_yaml(folder, "edition.yml")
    if top.text("id") != edition_id:
        raise top.error(
            f"the id is '{top.text('id')}' but the folder is '{edition_id}'",
            key="id",
            todo="give both the same name",
        )
    tables = read_tables(folder)
    panels = _read_panels(folder, known_areas)
    _check_panels_exist(tables, panels)
    indicators = _known_indicators(tables, known_indicators)
    areas = known_areas if known_areas is not None else {member.area_code for member in panels}
    gaps, estimates = _read_estimates(folder, indicators, areas)
    printed_cells = _read_printed_cells(folder, tables)
    corrections = read_corrections(
        folder,
        sources=known_sources,
        indicators=indicators,
        areas=areas,
        printed_cells=printed_cells,
    )
    register = read_claims(
        folder,
        tables=tables,
        panels=panels,
        printed_cells=printed_cells,
        indicators=known_indicators,
    )
    parameters = _read_parameters(top)
    pins = _read_pins(folder, known_sources)
    edition = Edition(
        id=edition_id,
        label=top.text("label"),
        title_zh=top.text("title_zh"),
        title_en=top.text("title_en"),
        parameters=parameters,
        basis=read_basis(top, parameters, pins),
        pins=pins,
        tables=tables,
        panels=panels,
        estimates=estimates,
        gaps=gaps,
        provisional=_read_provisional(folder, known_sources, indicators),
        printed_cells=printed_cells,
        corrections=corrections.of_publishers,
        printed_corrections=corrections.of_print,
        policy=read_policy(folder),
        triage=read_triage(folder, tables),
        relations=read_relations(folder, tables, printed_cells),
        claims=claim_lines(register),
        claim_settings=setting_lines(register),
        figures=read_figures(
            folder, panels=panels, sources=known_sources, indicators=known_indicators
        ),
    )
    top.finish()
    return edition


def _known_indicators(
    tables: Iterable[BookTable], known_indicators: Collection[str] | None
) -> set[str]:
    used = {
        measure.indicator_id: f"tables > {table.id} > measures > {measure.name} > indicator"
        for table in tables
        for measure in table.measures
        if measure.indicator_id is not None
    }
    if known_indicators is None:
        return set(used)
    for indicator, key in used.items():
        if indicator not in known_indicators:
            raise EditionError(
                f"there is no indicator '{indicator}'",
                file=TABLES_FILE,
                key=key,
                todo=suggest(indicator, sorted(known_indicators)),
            )
    return set(known_indicators)


def _read_parameters(top: Section) -> dict[str, str]:
    parameters: dict[str, str] = {}
    groups = top.section("parameters")
    for group in groups.names():
        values = groups.section(group)
        for name in values.names():
            parameters[f"{group}.{name}"] = values.scalar_text(name)
    return parameters


def _read_pins(folder: Path, known_sources: Collection[str] | None) -> dict[str, str]:
    top = read_yaml(folder, "pins.yml")
    pins: dict[str, str] = {}
    for source_id in top.names():
        if known_sources is not None and source_id not in known_sources:
            raise top.error(
                f"there is no source '{source_id}'",
                key=source_id,
                todo=suggest(source_id, sorted(known_sources)),
            )
        pins[source_id] = top.text(source_id)
    return pins


def _read_panels(folder: Path, known_areas: Collection[str] | None) -> tuple[PanelMember, ...]:
    top = read_yaml(folder, "panels.yml")
    members: list[PanelMember] = []
    for panel_id in top.names():
        panel = top.section(panel_id)
        codes: list[str] = []
        for role in panel.names():
            if role not in get_args(Role):
                raise panel.error(
                    f"'{role}' is not a role", key=role, todo=suggest(role, get_args(Role))
                )
            for code in panel.texts(role):
                _check_area(panel, role, code, known_areas)
                if code in codes:
                    raise panel.error(f"'{code}' stands twice", key=role, todo="list it once")
                codes.append(code)
                members.append(PanelMember(panel_id, code, len(codes), cast(Role, role)))
    return tuple(members)


def _check_panels_exist(tables: Iterable[BookTable], panels: Iterable[PanelMember]) -> None:
    known = {member.panel_id for member in panels}
    for table in tables:
        panel = table.rows.panel
        if panel is not None and panel not in known:
            raise EditionError(
                f"there is no panel '{panel}' in panels.yml",
                file=TABLES_FILE,
                key=f"tables > {table.id} > rows > panel",
                todo=suggest(panel, sorted(known)),
            )


def _read_estimates(
    folder: Path, indicators: Collection[str], areas: Collection[str]
) -> tuple[tuple[PublisherGap, ...], tuple[Estimate, ...]]:
    top = read_yaml(folder, "estimates.yml")
    gaps: dict[tuple[str, str, str], PublisherGap] = {}
    for section in top.sections("gaps"):
        for gap in _read_gap(section, indicators, areas):
            cell = (gap.indicator_id, gap.area_code, gap.period)
            if cell in gaps:
                raise section.error(f"the gap {' '.join(cell)} stands twice", todo="list it once")
            gaps[cell] = gap
    estimates: dict[tuple[str, str, str], Estimate] = {}
    ids: set[str] = set()
    for section in top.sections("estimates"):
        estimate = _read_estimate(section, indicators, areas)
        cell = (estimate.indicator_id, estimate.area_code, estimate.period)
        if cell in estimates or estimate.id in ids:
            raise section.error(
                f"a second estimate '{estimate.id}' for {' '.join(cell)}",
                todo="keep one estimate per cell, each with its own id",
            )
        ids.add(estimate.id)
        estimates[cell] = estimate
    top.finish()
    return tuple(gaps.values()), tuple(estimates.values())


def _read_gap(
    section: Section, indicators: Collection[str], areas: Collection[str]
) -> list[PublisherGap]:
    indicator, area = _read_indicator_and_area(section, indicators, areas)
    reason_en, reason_zh = section.text("reason_en"), section.text("reason_zh")
    periods = section.periods("periods" if section.has("periods") else "period")
    section.finish()
    return [PublisherGap(indicator, area, period, reason_en, reason_zh) for period in periods]


def _read_estimate(
    section: Section, indicators: Collection[str], areas: Collection[str]
) -> Estimate:
    indicator, area = _read_indicator_and_area(section, indicators, areas)
    periods = section.periods("period")
    if len(periods) != 1:
        raise section.error("an estimate is for one period", key="period", todo="split it")
    rule = cast(Rule, section.choice("rule", get_args(Rule)))
    value, growth = section.number("value"), section.number("growth_pct")
    for key, found, owner in (("value", value, "given"), ("growth_pct", growth, "carry_growth")):
        if rule == owner and found is None:
            raise section.error(f"the rule '{rule}' needs it", key=key, todo=f"write `{key}: ...`")
        if rule != owner and found is not None:
            raise section.error(f"the rule '{rule}' takes none", key=key, todo="remove it")
    estimate = Estimate(
        id=section.text("id", default=f"{indicator}.{area}.{periods[0]}"),
        indicator_id=indicator,
        area_code=area,
        period=periods[0],
        rule=rule,
        given_value=value,
        growth_pct=growth,
        reason_en=section.text("reason_en"),
        reason_zh=section.text("reason_zh"),
        decided_by=section.text("decided_by"),
        decided_on=section.date("decided_on"),
    )
    section.finish()
    return estimate


def _read_indicator_and_area(
    section: Section, indicators: Collection[str], areas: Collection[str]
) -> tuple[str, str]:
    indicator = section.text("indicator")
    _check_indicator(section, indicator, indicators)
    area = section.text("area")
    _check_area(section, "area", area, areas)
    return indicator, area


def _check_indicator(section: Section, indicator: str, known: Collection[str]) -> None:
    if indicator not in known:
        raise section.error(
            f"there is no indicator '{indicator}'",
            key="indicator",
            todo=suggest(indicator, sorted(known)),
        )


def _check_area(section: Section, key: str, area: str, known: Collection[str] | None) -> None:
    if known is not None and area not in known:
        raise section.error(
            f"there is no area '{area}'", key=key, todo="use an ISO 3166-1 alpha-3 code"
        )


def _read_provisional(
    folder: Path, known_sources: Collection[str] | None, indicators: Collection[str]
) -> tuple[Provisional, ...]:
    top = read_yaml(folder, "provisional.yml")
    found: dict[tuple[str, str, str], Provisional] = {}
    for section in top.sections("provisional"):
        source_id, indicator = section.text("source"), section.text("indicator")
        if known_sources is not None and source_id not in known_sources:
            raise section.error(
                f"there is no source '{source_id}'",
                key="source",
                todo=suggest(source_id, sorted(known_sources)),
            )
        _check_indicator(section, indicator, indicators)
        reason_en, reason_zh = section.text("reason_en"), section.text("reason_zh")
        for period in section.periods():
            cell = (source_id, indicator, period)
            if cell in found:
                raise section.error(f"{' '.join(cell)} stands twice", todo="list it once")
            found[cell] = Provisional(source_id, indicator, period, reason_en, reason_zh)
        section.finish()
    top.finish()
    return tuple(found.values())


def read_printed_folder(place: Path, tables: tuple[BookTable, ...]) -> tuple[PrintedCell, ...]:
    """Return the printed cells of a folder with one CSV file per table, or of one such file.

    Args:
        place: the folder, or the file named after its table.
        tables: the tables that the edition declares.

    Raises:
        EditionError: there is nothing to read, a file is of no table, or a line cannot be.
    """
    paths = [place] if place.is_file() else sorted(place.glob("*.csv"))
    if not paths:
        raise EditionError(
            f"there is no file of printed cells in {place}",
            file=place.name,
            todo="name a folder with T1-2-01.csv and the like, or one such file",
        )
    return _read_printed_files(paths, tables)


def _read_printed_cells(folder: Path, tables: tuple[BookTable, ...]) -> tuple[PrintedCell, ...]:
    """Return the printed cells of the tables that have a file; before the book is out, none."""
    return _read_printed_files(sorted((folder / "printed").glob("*.csv")), tables)


def _read_printed_files(
    paths: Iterable[Path], tables: tuple[BookTable, ...]
) -> tuple[PrintedCell, ...]:
    by_id = {table.id: table for table in tables}
    cells: list[PrintedCell] = []
    for path in paths:
        name = f"printed/{path.name}"
        if path.stem not in by_id:
            raise EditionError(
                f"tables.yml has no table '{path.stem}'",
                file=name,
                todo="add the table to tables.yml or remove the file",
            )
        found = _read_printed_file(path, name)
        _check_printed_against_table(name, found, by_id[path.stem])
        cells.extend(found)
    return tuple(cells)


def _read_printed_file(path: Path, name: str) -> list[PrintedCell]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise EditionError(
            f"not UTF-8 ({error.reason})", file=name, todo="save as UTF-8"
        ) from error
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    cells: dict[tuple[int, str, str, str], PrintedCell] = {}
    try:
        header = next(reader, [])
        if tuple(header) != PRINTED_HEADER:
            raise EditionError(
                f"the header is {','.join(header)}",
                file=name,
                key="line 1",
                todo="make it " + ",".join(PRINTED_HEADER),
            )
        for row in reader:
            line = f"line {reader.line_num}"
            cell = _read_printed_line(row, name, line)
            if cell.table_id != path.stem:
                raise EditionError(
                    f"the table id is '{cell.table_id}'",
                    file=name,
                    key=line,
                    todo=f"keep one table per file; here it is {path.stem}",
                )
            key = (cell.row_no, cell.row_key, cell.period, cell.measure)
            if key in cells:
                raise EditionError(
                    f"row {cell.row_no}, {cell.row_key}, {cell.period}, {cell.measure}"
                    " stands twice",
                    file=name,
                    key=line,
                    todo="keep one line per cell",
                )
            cells[key] = cell
    except csv.Error as error:
        raise EditionError(
            f"not CSV ({error})", file=name, key=f"line {reader.line_num}", todo="mend the quotes"
        ) from error
    return list(cells.values())


def _read_printed_line(row: list[str], name: str, line: str) -> PrintedCell:
    if len(row) != len(PRINTED_HEADER):
        raise EditionError(
            f"{len(row)} fields instead of {len(PRINTED_HEADER)}",
            file=name,
            key=line,
            todo="put fields with a comma in double quotes",
        )
    field = dict(zip(PRINTED_HEADER, row, strict=True))
    try:
        row_no = int(field["row_no"])
        value = float(field["value"]) if field["value"] else None
    except ValueError as error:
        raise EditionError(
            f"row_no '{field['row_no']}' or value '{field['value']}' is not a number",
            file=name,
            key=line,
            todo="write plain numbers without separators",
        ) from error
    flag = field["flag"]
    if flag not in PRINTED_FLAGS:
        raise EditionError(
            f"'{flag}' is not a flag", file=name, key=line, todo="write p, na or nothing"
        )
    if value is None and flag != "na" and field["unit"] != "text":
        raise EditionError(
            f"'{field['printed']}' has no value and is not flagged na",
            file=name,
            key=line,
            todo="give the value, or the flag na, or the unit text",
        )
    return PrintedCell(
        table_id=field["table_id"],
        row_no=row_no,
        row_label_zh=field["row_label_zh"],
        row_key=field["row_key"],
        col_label_zh=field["col_label_zh"],
        period=field["period"],
        measure=field["measure"],
        unit=field["unit"],
        printed=field["printed"],
        value=value,
        flag=flag,
    )


def _check_printed_against_table(name: str, cells: Iterable[PrintedCell], table: BookTable) -> None:
    """Check that print and tables.yml speak of the same measures and the same columns."""
    numeric = [cell for cell in cells if cell.unit != "text"]
    promised_measures = {measure.name for measure in table.measures}
    _check_same(name, table, "measure", {cell.measure for cell in numeric}, promised_measures)
    _check_same(
        name,
        table,
        "text measure",
        {cell.measure for cell in cells if cell.unit == "text"},
        {measure.name for measure in table.text_measures},
    )
    _check_same(
        name,
        table,
        "column",
        {f"{cell.measure} / {cell.period} / {cell.col_label_zh}" for cell in numeric},
        {
            f"{measure.name} / {column.period} / {column.header_zh}"
            for measure in table.measures
            for column in measure.columns
        },
    )


def _check_same(
    name: str, table: BookTable, noun: str, printed: set[str], promised: set[str]
) -> None:
    for item in sorted(printed - promised):
        raise EditionError(
            f"the {noun} '{item}' is printed but tables.yml does not promise it",
            file=name,
            key=item,
            todo=f"add it to tables.yml under {table.id}, or mend its spelling",
        )
    for item in sorted(promised - printed):
        raise EditionError(
            f"the {noun} '{item}' is promised but {name} has no such cell",
            file=TABLES_FILE,
            key=f"tables > {table.id}",
            todo="remove it, or mend its spelling",
        )
