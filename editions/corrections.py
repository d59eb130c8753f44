"""Reads corrections.yml: declared changes of a publisher's value or of a printed cell.

Here: its keys, and the guard of printed cells, which are part of the edition. Not here: the guard
of a publisher's value and applying either (dbt_project), estimates (`reader`): they stand where the
publisher has nothing.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict, cast, get_args

from editions.model import (
    Correction,
    CorrectionStatus,
    PrintedCell,
    PrintedCorrection,
)
from editions.strict_yaml import Section, read_yaml, suggest

FILE = "corrections.yml"
_PRELIMINARY_MARK = "*"
_NOT_AVAILABLE = "N/A"
_NUMBER = re.compile(r"[-−－]?\d[\d,]*(?:\.\d+)?")  # as printed


@dataclass(frozen=True)
class Corrections:
    """What corrections.yml declares."""

    of_publishers: tuple[Correction, ...] = ()
    of_print: tuple[PrintedCorrection, ...] = ()


class _Decided(TypedDict):
    reason_en: str
    reason_zh: str
    evidence: str
    decided_by: str
    decided_on: str
    status: CorrectionStatus


def read_corrections(
    folder: Path,
    *,
    sources: Collection[str] | None,
    indicators: Collection[str],
    areas: Collection[str],
    printed_cells: Iterable[PrintedCell],
) -> Corrections:
    """Return the corrections of an edition; none where there is no corrections.yml.

    Args:
        folder: the edition's folder.
        sources: source ids that exist; not checked if None.
        indicators: indicator ids that exist.
        areas: area codes that exist.
        printed_cells: the cells of printed/, to hold `expect` against.

    Raises:
        EditionError: an unknown key, source, indicator or area, a second correction of one value,
            or a printed cell that does not read what its correction expects.
    """
    if not (folder / FILE).is_file():
        return Corrections()
    top = read_yaml(folder, FILE)
    ids: set[str] = set()
    of_publishers: dict[tuple[str, ...], Correction] = {}
    for section in top.sections("corrections", name_key="id"):
        correction = _read_correction(section, sources, indicators, areas)
        value_key = (
            correction.indicator_id,
            correction.area_code,
            correction.breakdown,
            correction.period,
        )
        _check_once(section, correction.id, ids, value_key, of_publishers)
        of_publishers[value_key] = correction
    cells = {(c.table_id, c.row_key, c.period, c.measure): c for c in printed_cells}
    of_print: dict[tuple[str, ...], PrintedCorrection] = {}
    for section in top.sections("printed", name_key="id"):
        cell_key = tuple(
            section.scalar_text(key) if section.has(key) else ""
            for key in ("table", "row", "period", "measure")
        )
        cell = cells.get(cast(tuple[str, str, str, str], cell_key))
        if cell is None:
            raise section.error(
                f"printed/ has no cell {' '.join(part for part in cell_key if part)}",
                todo="write table, row, period and measure as in printed/*.csv",
            )
        printed_correction = _read_printed_correction(section, cell)
        _check_once(section, printed_correction.id, ids, cell_key, of_print)
        of_print[cell_key] = printed_correction
    top.finish()
    return Corrections(tuple(of_publishers.values()), tuple(of_print.values()))


def _check_once(
    section: Section, own_id: str, ids: set[str], key: tuple[str, ...], known: Collection[object]
) -> None:
    if own_id in ids or key in known:
        raise section.error(
            f"a second correction '{own_id}' or for {' '.join(part for part in key if part)}",
            todo="keep one correction per value, each with its own id",
        )
    ids.add(own_id)


def _read_correction(
    section: Section,
    sources: Collection[str] | None,
    indicators: Collection[str],
    areas: Collection[str],
) -> Correction:
    source_id = section.text("source")
    indicator, area = section.text("indicator"), section.text("area")
    for key, word, known in (
        ("source", source_id, sources),
        ("indicator", indicator, indicators),
        ("area", area, areas),
    ):
        if known is not None and word not in known:
            raise section.error(
                f"there is no {key} '{word}'", key=key, todo=suggest(word, sorted(known))
            )
    value, expect = _number(section, "value"), _number(section, "expect")
    if value == expect:
        raise section.error(
            f"it changes nothing: value and expect are both {value:g}", todo="remove the correction"
        )
    correction = Correction(
        id=section.text("id"),
        source_id=source_id,
        indicator_id=indicator,
        area_code=area,
        breakdown=section.scalar_text("breakdown") if section.has("breakdown") else "total",
        period=section.scalar_text("period"),
        value=value,
        expect=expect,
        **_read_decided(section),
    )
    section.finish()
    return correction


def _number(section: Section, key: str) -> float:
    number = section.number(key)
    if number is None:
        raise section.error(
            "there is no value",
            key=key,
            todo=f"write `{key}: ...` in the indicator's own unit; where the publisher has "
            "nothing, declare an estimate instead",
        )
    return number


def _read_printed_correction(section: Section, cell: PrintedCell) -> PrintedCorrection:
    printed, expect = section.scalar_text("printed"), section.scalar_text("expect")
    decided = _read_decided(section)
    if decided["status"] != "withdrawn" and cell.printed != expect:
        raise section.error(
            f"printed/{cell.table_id}.csv has '{cell.printed}', not the expected '{expect}'",
            key="expect",
            todo="if the cell was mended, remove the correction, or set its status to withdrawn; "
            "else look at the book again",
        )
    value, flag = _value_and_flag(section, printed, cell)
    correction = PrintedCorrection(
        id=section.text("id"),
        table_id=cell.table_id,
        row_key=cell.row_key,
        period=cell.period,
        measure=cell.measure,
        printed=printed,
        value=value,
        flag=flag,
        expect=expect,
        **decided,
    )
    section.finish()
    return correction


def _value_and_flag(section: Section, printed: str, cell: PrintedCell) -> tuple[float | None, str]:
    """Return value and flag of a printed string, as a line of printed/*.csv would have them."""
    if cell.unit == "text":
        return None, ""
    if printed == _NOT_AVAILABLE:
        return None, "na"
    given = section.number("value")
    if given is None:
        # An arrow that points down is a minus sign only if the file reads the old string so.
        numbers = _NUMBER.findall(printed)
        if len(numbers) != 1 or any(arrow in printed for arrow in "↑↓"):
            raise section.error(
                f"the number in '{printed}' cannot be read", key="printed", todo="add `value: ...`"
            )
        given = float(re.sub("[−－]", "-", numbers[0]).replace(",", ""))
    return given, "p" if printed.endswith(_PRELIMINARY_MARK) else ""


def _read_decided(section: Section) -> _Decided:
    return _Decided(
        reason_en=section.text("reason_en"),
        reason_zh=section.text("reason_zh"),
        evidence=section.text("evidence"),
        decided_by=section.text("decided_by"),
        decided_on=section.date("decided_on"),
        status=cast(
            CorrectionStatus, section.choice("status", get_args(CorrectionStatus), "applied")
        ),
    )
