"""SDMX-CSV 2.0 of observations and book cells, and the structure message that reading them wants.

Here: dataflows, components, codes, and how a period becomes an SDMX time period. Not here: other
CSV (publication.files).

Three dataflows, because a time dimension may hold times only:

- OBSERVATIONS: indicator_observation where the period is a year, quarter, month or span of years.
- HORIZONS: the other observations, such as a ranking without a year.
- BOOK: book_cell; its PERIOD is a code, as the book prints horizons beside years.

The structure message is SDMX-JSON 2.0 (`structure.json`): data structures, dataflows, concepts and
code lists with names in both languages.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import duckdb

from publication.files import harmless
from publication.layout import plain

AGENCY = "WPW"
VERSION = "1.0.0"
FOLDER = "sdmx"
NOT_APPLICABLE = "_Z"

_SCHEMA = (
    "https://raw.githubusercontent.com/sdmx-twg/sdmx-json/master/structure-message/tools/schemas/"
    "2.0.0/sdmx-json-structure-schema.json"
)
_URN = "urn:sdmx:org.sdmx.infomodel."

Names: TypeAlias = tuple[str, str]
"""Chinese and English."""


@dataclass(frozen=True, slots=True)
class Component:
    """A column of a dataflow; with `codes`, the name of its code list."""

    id: str
    names: Names
    codes: str | None = None
    data_type: str = "String"


@dataclass(frozen=True, slots=True)
class Dataflow:
    """A dataflow: its columns, and the query that gives them in this order.

    Dimensions come first, then OBS_VALUE, then attributes; `time` is the last dimension if it has
    times.
    """

    id: str
    names: Names
    dimensions: tuple[Component, ...]
    attributes: tuple[Component, ...]
    query: str

    @property
    def time(self) -> Component | None:
        """The time dimension."""
        last = self.dimensions[-1]
        return last if last.id == "TIME_PERIOD" else None

    @property
    def columns(self) -> tuple[Component, ...]:
        """All columns after the three that SDMX-CSV itself asks for."""
        return (*self.dimensions, _VALUE, *self.attributes)


_VALUE = Component("OBS_VALUE", ("數值", "Observation value"), data_type="Double")
_EDITION = Component("EDITION", ("版次", "Edition"), "CL_EDITION")
_STATUS = Component("OBS_STATUS", ("觀測狀態", "Observation status"), "CL_OBS_STATUS")
_INDICATOR = Component("INDICATOR", ("指標", "Indicator"), "CL_INDICATOR")
_AREA = Component("REF_AREA", ("地區", "Reference area"), "CL_AREA")
_BREAKDOWN = Component("BREAKDOWN", ("細分類", "Breakdown"), "CL_BREAKDOWN")
_OBSERVATION_ATTRIBUTES = (
    _STATUS,
    Component("UNIT_MEASURE", ("單位", "Unit of measure"), "CL_UNIT"),
    Component("BASE_PER", ("基期", "Base period")),
    Component("SOURCE", ("資料來源", "Source"), "CL_SOURCE"),
    Component("VINTAGE", ("版本", "Vintage")),
    Component("ESTIMATE", ("編輯推估", "Estimate of the editor")),
)

_TIME = "[0-9]{4}(-(Q[1-4]|(0[1-9]|1[0-2])|[0-9]{4}))?"
_OBSERVATION_QUERY = """
    select
        edition,{frequency}
        indicator_id,
        area_code,
        breakdown,
        period,
        value,
        coalesce(nullif(status, ''), case when value is null then 'M' else 'A' end),
        unit_code,
        coalesce(base_period, ''),
        source_id,
        coalesce(vintage, ''),
        coalesce(estimate_id, '')
    from indicator_observation
    where {negation} regexp_full_match(period, '{time}')
    order by edition, indicator_id, area_code, breakdown, period
"""

DATAFLOWS = (
    Dataflow(
        "OBSERVATIONS",
        ("指標觀測值", "Observations of the indicators"),
        (
            _EDITION,
            Component("FREQ", ("頻率", "Frequency"), "CL_FREQ"),
            _INDICATOR,
            _AREA,
            _BREAKDOWN,
            Component("TIME_PERIOD", ("期間", "Time period"), data_type="ObservationalTimePeriod"),
        ),
        _OBSERVATION_ATTRIBUTES,
        _OBSERVATION_QUERY.format(frequency="\n        period,", negation="", time=_TIME),
    ),
    Dataflow(
        "HORIZONS",
        ("無年份之觀測值", "Observations without a time"),
        (
            _EDITION,
            _INDICATOR,
            _AREA,
            _BREAKDOWN,
            Component("HORIZON", ("時程", "Horizon"), "CL_PERIOD"),
        ),
        _OBSERVATION_ATTRIBUTES,
        _OBSERVATION_QUERY.format(frequency="", negation="not", time=_TIME),
    ),
    Dataflow(
        "BOOK",
        ("書中各表之數值儲存格", "Numeric cells of the tables of the book"),
        (
            _EDITION,
            Component("TABLE", ("表", "Table"), "CL_TABLE"),
            Component("ROW", ("列", "Row"), "CL_ROW"),
            Component("MEASURE", ("量度", "Measure"), "CL_MEASURE"),
            Component("PERIOD", ("期間", "Period"), "CL_PERIOD"),
        ),
        (
            _STATUS,
            Component("UNIT", ("單位", "Unit")),
            Component("DECIMALS", ("小數位數", "Decimals"), data_type="Integer"),
            Component("PRINTED_AS", ("應印字串", "As it is printed")),
        ),
        """
        select
            edition,
            table_id,
            row_key,
            measure,
            period,
            value,
            coalesce(nullif(status, ''), 'A'),
            unit,
            decimals,
            printed_as
        from book_cell
        order by edition, table_id, row_no, row_key, measure, period
        """,
    ),
)

_STATUS_NAMES: Mapping[str, Names] = {
    "A": ("正常", "Normal value"),
    "B": ("數列中斷", "Time series break"),
    "D": ("定義不同", "Definition differs"),
    "E": ("推估", "Estimated value"),
    "F": ("預測", "Forecast value"),
    "I": ("設算", "Imputed value"),
    "L": ("缺值（未蒐集）", "Missing value; data exist but were not collected"),
    "M": ("缺值", "Missing value; data cannot exist"),
    "O": ("缺值", "Missing value"),
    "P": ("初步", "Provisional value"),
    "S": ("罷工等特殊事件", "Strike and other special events"),
    "U": ("可靠度低", "Low reliability"),
}
_FREQUENCY_NAMES: Mapping[str, Names] = {
    "A": ("年", "Annual"),
    "Q": ("季", "Quarterly"),
    "M": ("月", "Monthly"),
    "A2": ("二年", "Biennial"),
    "A5": ("五年", "Quinquennial"),
    "_O": ("其他", "Other"),
}
_CODE_NAMES = {
    "CL_INDICATOR": "select indicator_id, name_zh, name_en from dim_indicator",
    "CL_AREA": "select area_code, name_zh, name_en from dim_area",
    "CL_SOURCE": "select source_id, title_zh, title_en from dim_source",
    "CL_UNIT": "select unit_code, any_value(unit_zh order by unit_zh), "
    "any_value(unit_en order by unit_en) from dim_indicator group by unit_code",
    "CL_TABLE": "select table_id, number_zh || ' ' || title_zh, number_en || ' ' || title_en "
    "from book_table",
    # A key that stands in several tables has one name here; book_row and book_measure have each.
    "CL_ROW": "select row_key, min_by(label_zh, (table_id, row_no)), "
    "min_by(label_en, (table_id, row_no)) from book_row group by row_key",
    "CL_MEASURE": "select measure, min_by(label_zh, table_id), min_by(label_en, table_id) "
    "from book_measure group by measure",
}
_LIST_NAMES: Mapping[str, Names] = {
    "CL_EDITION": ("版次", "Editions"),
    "CL_FREQ": ("頻率", "Frequencies"),
    "CL_INDICATOR": ("指標", "Indicators"),
    "CL_AREA": ("地區", "Areas"),
    "CL_BREAKDOWN": ("細分類", "Breakdowns"),
    "CL_OBS_STATUS": ("觀測狀態", "Observation status"),
    "CL_UNIT": ("單位", "Units of measure"),
    "CL_SOURCE": ("資料來源", "Sources"),
    "CL_TABLE": ("表", "Tables"),
    "CL_ROW": ("列", "Rows"),
    "CL_MEASURE": ("量度", "Measures"),
    "CL_PERIOD": ("期間", "Periods"),
}


def write_sdmx(database: Path, directory: Path) -> None:
    """Write `sdmx/<dataflow>.csv` and `sdmx/structure.json`.

    Args:
        database: a published `whitepaper.duckdb`.
        directory: the release or export being made.
    """
    folder = directory / FOLDER
    folder.mkdir(exist_ok=True)
    used: dict[str, dict[str, str]] = {name: {} for name in _LIST_NAMES}
    with duckdb.connect(str(database), read_only=True) as connection:
        for flow in DATAFLOWS:
            rows = connection.execute(flow.query).fetchall()
            _write_flow(folder / f"{flow.id}.csv", flow, rows, used)
        names = {
            code_list: {
                str(code): (zh, en) for code, zh, en in connection.execute(query).fetchall()
            }
            for code_list, query in _CODE_NAMES.items()
        }
        newest = connection.execute("select max(obtained_at) from source_snapshot").fetchone()
    message = _structure(used, names, str(newest[0]) if newest and newest[0] else None)
    (folder / "structure.json").write_text(
        json.dumps(message, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )


def _write_flow(
    path: Path,
    flow: Dataflow,
    rows: Iterable[Sequence[object]],
    used: dict[str, dict[str, str]],
) -> None:
    head = ("dataflow", f"{AGENCY}:{flow.id}({VERSION})", "I")
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(["STRUCTURE", "STRUCTURE_ID", "ACTION", *(c.id for c in flow.columns)])
        for row in rows:
            values = []
            for component, value in zip(flow.columns, row, strict=True):
                text = _text(component, value)
                if component.codes is not None:
                    used[component.codes].setdefault(text, str(value))
                values.append(text)
            writer.writerow([*head, *values])


def _text(component: Component, value: object) -> str:
    if component.id == "OBS_VALUE":
        return "NaN" if value is None else repr(value)
    if component.id == "FREQ":
        return frequency(str(value))
    if component.id == "TIME_PERIOD":
        return time_period(str(value))
    if component.codes is not None:
        return code(str(value))
    return harmless("" if value is None else str(value))


_NO_CODE = re.compile("[^A-Za-z0-9_@-]")


def code(text: str) -> str:
    """A key as an SDMX code, one to one: other characters become $ and their number.

    >>> code("2020-2024"), code(""), code("short_term_2y:pollution")
    ('2020-2024', '_Z', 'short_term_2y$3Apollution')
    """
    if not text:
        return NOT_APPLICABLE
    return _NO_CODE.sub(lambda match: f"${ord(match[0]):X}", text)


_SPAN = re.compile("([0-9]{4})-([0-9]{4})")


def time_period(period: str) -> str:
    """A period of ours as an SDMX time period; a span of years as a time range.

    >>> time_period("2023"), time_period("2024-Q3"), time_period("2020-2024")
    ('2023', '2024-Q3', '2020-01-01/P5Y')
    """
    span = _SPAN.fullmatch(period)
    if span is None:
        return period
    first, last = int(span[1]), int(span[2])
    return f"{first}-01-01/P{last - first + 1}Y"


def frequency(period: str) -> str:
    """The SDMX frequency of a period of ours.

    >>> frequency("2023"), frequency("2024-Q3"), frequency("2024-07"), frequency("2020-2024")
    ('A', 'Q', 'M', 'A5')
    """
    span = _SPAN.fullmatch(period)
    if span is not None:
        found = f"A{int(span[2]) - int(span[1]) + 1}"
        return found if found in _FREQUENCY_NAMES else "_O"
    return "A" if len(period) == 4 else "Q" if "Q" in period else "M"


def _structure(
    used: Mapping[str, Mapping[str, str]],
    names: Mapping[str, Mapping[str, Names]],
    prepared: str | None,
) -> dict[str, object]:
    meta: dict[str, object] = {
        "schema": _SCHEMA,
        "id": "WHITEPAPER_WAREHOUSE",
        "test": False,
        "contentLanguages": ["en", "zh-hant"],
        "sender": {"id": AGENCY, "name": "Whitepaper Warehouse"},
    }
    if prepared:
        # The newest of the data; the time of writing would differ from run to run.
        meta["prepared"] = prepared
    concepts = {c.id: c for flow in DATAFLOWS for c in flow.columns}
    return {
        "meta": meta,
        "data": {
            "codelists": [
                {
                    **_maintained(name, _LIST_NAMES[name]),
                    "codes": [
                        _named(key, _names_of(name, key, original, names))
                        for key, original in sorted(codes.items())
                    ],
                }
                for name, codes in sorted(used.items())
                if codes
            ],
            "conceptSchemes": [
                {
                    **_maintained("CS_WHITEPAPER", ("白皮書之概念", "Concepts of the white paper")),
                    "concepts": [_named(c.id, c.names) for c in concepts.values()],
                }
            ],
            "dataStructures": [
                {
                    **_maintained(f"DSD_{flow.id}", flow.names),
                    "dataStructureComponents": _components(flow),
                }
                for flow in DATAFLOWS
            ],
            "dataflows": [
                {
                    **_maintained(flow.id, flow.names),
                    "structure": f"{_URN}datastructure.DataStructure={AGENCY}:DSD_{flow.id}"
                    f"({VERSION})",
                }
                for flow in DATAFLOWS
            ],
        },
    }


def _names_of(
    code_list: str, key: str, original: str, names: Mapping[str, Mapping[str, Names]]
) -> Names:
    if code_list == "CL_OBS_STATUS":
        return _STATUS_NAMES.get(key, (key, key))
    if code_list == "CL_FREQ":
        return _FREQUENCY_NAMES[key]
    return names.get(code_list, {}).get(original, (original or key, original or key))


def _named(key: str, names: Names) -> dict[str, object]:
    chinese, english = plain(names[0]), plain(names[1])
    return {"id": key, "name": english, "names": {"en": english, "zh-hant": chinese}}


def _maintained(key: str, names: Names) -> dict[str, object]:
    return {
        **_named(key, names),
        "agencyID": AGENCY,
        "version": VERSION,
        "isExternalReference": False,
    }


def _components(flow: Dataflow) -> dict[str, object]:
    coded = [component for component in flow.dimensions if component is not flow.time]
    dimensions: dict[str, object] = {
        "id": "DimensionDescriptor",
        "dimensions": [
            {**_component(component), "position": position}
            for position, component in enumerate(coded)
        ],
    }
    if flow.time is not None:
        dimensions["timeDimension"] = _component(flow.time)
    return {
        "dimensionList": dimensions,
        "measureList": {
            "id": "MeasureDescriptor",
            "measures": [{**_component(_VALUE), "usage": "optional"}],
        },
        "attributeList": {
            "id": "AttributeDescriptor",
            "attributes": [
                {
                    **_component(component),
                    "usage": "mandatory" if component is _STATUS else "optional",
                    "attributeRelationship": {"observation": {}},
                    "measureRelationship": ["OBS_VALUE"],
                }
                for component in flow.attributes
            ],
        },
    }


def _component(component: Component) -> dict[str, object]:
    representation: dict[str, object] = (
        {"format": {"dataType": component.data_type}}
        if component.codes is None
        else {"enumeration": f"{_URN}codelist.Codelist={AGENCY}:{component.codes}({VERSION})"}
    )
    return {
        "id": component.id,
        "conceptIdentity": f"{_URN}conceptscheme.Concept={AGENCY}:CS_WHITEPAPER({VERSION})"
        f".{component.id}",
        "localRepresentation": representation,
    }
