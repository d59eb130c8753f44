"""Bytes in the publishers' own formats, the same bytes for the same content on every run.

Here: layouts, encodings and containers. Not here: which numbers go in (`publishers`), where the
files go (`snapshot_writer`), reading such files (`sources`).

Containers are written without compression: compressed bytes depend on the zlib of the machine.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import openpyxl

Value = str | int | Decimal | None
ROC_EPOCH = 1911
ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
MSTI_COLUMNS = (
    "DATAFLOW",
    "REF_AREA",
    "FREQ",
    "MEASURE",
    "UNIT_MEASURE",
    "PRICE_BASE",
    "TRANSFORMATION",
    "TIME_PERIOD",
    "OBS_VALUE",
    "OBS_STATUS",
    "OBS_STATUS_2",
    "OBS_STATUS_3",
    "AUX_OBS_STATUS",
    "CONF_STATUS",
    "UNIT_MULT",
    "BASE_PER",
    "DECIMALS",
)
MSTI_DATAFLOW = "OECD.STI.STP:DSD_MSTI@DF_MSTI(1.3)"


def plain(value: Value) -> str:
    """Return a value as text without exponent and without needless zeros.

    >>> plain(Decimal("45916.80")), plain(Decimal("6.86E+5")), plain(None)
    ('45916.8', '686000', '')
    """
    if value is None:
        return ""
    if not isinstance(value, Decimal):
        return str(value)
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def csv_bytes(
    header: Sequence[str], rows: Sequence[Sequence[Value]], *, encoding: str = "utf-8"
) -> bytes:
    """Return a comma-separated file with LF, quoted where needed; exact decimals as `plain`."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([plain(value) for value in row] for row in rows)
    return text.getvalue().encode(encoding)


@dataclass(frozen=True)
class MstiObservation:
    """One row of MSTI: `series` is MEASURE.UNIT_MEASURE.PRICE_BASE.TRANSFORMATION."""

    series: str
    area: str
    year: int
    value: Decimal
    unit_mult: int
    base_year: int | None


def msti_csv(observations: Sequence[MstiObservation]) -> bytes:
    """Return the codes-only SDMX-CSV of the MSTI dataflow."""
    rows: list[dict[str, Value]] = []
    for observation in observations:
        measure, unit, price_base, transformation = observation.series.split(".")
        rows.append(
            {
                "DATAFLOW": MSTI_DATAFLOW,
                "REF_AREA": observation.area,
                "FREQ": "A",
                "MEASURE": measure,
                "UNIT_MEASURE": unit,
                "PRICE_BASE": price_base,
                "TRANSFORMATION": transformation,
                "TIME_PERIOD": observation.year,
                "OBS_VALUE": observation.value,
                "UNIT_MULT": observation.unit_mult,
                "BASE_PER": observation.base_year,
            }
        )
    return csv_bytes(MSTI_COLUMNS, [[row.get(name) for name in MSTI_COLUMNS] for row in rows])


def webmain_csv(title: str, columns: Sequence[str], rows: Mapping[int, Sequence[Value]]) -> bytes:
    """Return a webMain.aspx CSV (UTF-8 with mark): title, labels, then one row per ROC year."""
    lines = [[title], ["統計期", *columns]]
    lines += [[f"{year - ROC_EPOCH}年", *map(plain, values)] for year, values in rows.items()]
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(lines)
    return text.getvalue().encode("utf-8-sig")


@dataclass(frozen=True)
class NstatdbTable:
    """A table of nstatdb; `items` is None for one without a second dimension.

    `values` maps (measure, item or '', year) to the observation.
    """

    table_id: str
    name: str
    measures: Sequence[str]
    item_dimension: str | None
    items: Sequence[str]
    values: Mapping[tuple[str, str, int], Decimal]


def nstatdb_json(table: NstatdbTable) -> bytes:
    """Return the JSON that nstatdb answers with, series and periods keyed by position."""
    years = sorted({year for _, _, year in table.values})
    items = list(table.items) if table.item_dimension else [""]
    series: dict[str, object] = {}
    for i, measure in enumerate(table.measures):
        for j, item in enumerate(items):
            observations = {
                str(position): [_json_number(table.values[measure, item, year])]
                for position, year in enumerate(years)
                if (measure, item, year) in table.values
            }
            if observations:
                key = f"{i}:{j}" if table.item_dimension else str(i)
                series[key] = {"observations": observations}
    dimensions = [_dimension(0, "fldid", "指標", "REF_FLDID", table.measures)]
    if table.item_dimension:
        dimensions.append(_dimension(1, "code1", table.item_dimension, "REF_CODE1", items))
    periods = {
        "id": "ym",
        "name": "統計期",
        "role": "TIME_PERIOD",
        "values": [{"id": str(year), "name": f"{year - ROC_EPOCH}年"} for year in years],
    }
    root = "https://nstatdb.dgbas.gov.tw/dgbasAll/webMain.aspx?sdmx"
    document = {
        "meta": {
            "id": f"book-2025-26/{table.table_id}",
            "test": False,
            "prepared": "2025-06-30 00:00:00 0000",
            "sender": {"id": "dgbas", "name": "行政院主計總處"},
            "links": [{"href": f"{root}/{table.table_id}//", "rel": "request"}],
        },
        "data": {
            "dataSets": [{"action": "Information", "series": series}],
            "structure": {
                "links": [{"href": f"{root}/{table.table_id}/all", "rel": "dataflow"}],
                "name": table.name,
                "dimensions": {"series": dimensions, "observation": [periods]},
            },
        },
    }
    return json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n"


def _dimension(
    position: int, code: str, name: str, role: str, labels: Sequence[str]
) -> dict[str, object]:
    values = [{"id": str(i), "name": label} for i, label in enumerate(labels, start=1)]
    return {"keyPosition": position, "id": code, "name": name, "role": role, "values": values}


def _json_number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def weo_text(
    countries: Sequence[tuple[str, str, str]],
    years: Sequence[int],
    millions: Mapping[tuple[str, int], Decimal],
) -> bytes:
    """Return the population series LP as the WEO database file (tab-separated UTF-16LE text).

    Args:
        countries: WEO country code, ISO code and name.
        years: the year columns.
        millions: population in millions by ISO code and year.
    """
    header = [
        "WEO Country Code",
        "ISO",
        "WEO Subject Code",
        "Country",
        "Subject Descriptor",
        "Subject Notes",
        "Units",
        "Scale",
        "Country/Series-specific Notes",
        *map(str, years),
        "Estimates Start After",
    ]
    lines = [header]
    for code, iso, name in countries:
        values = [f"{millions[iso, year]:,.3f}" for year in years]
        lines.append(
            [code, iso, "LP", name, "Population", "", "Persons", "Millions", "", *values, ""]
        )
    lines.append(["International Monetary Fund, World Economic Outlook Database, April 2025"])
    text = "".join("\t".join(line) + "\r\n" for line in lines)
    return b"\xff\xfe" + text.encode("utf-16-le")


def gzip_bytes(data: bytes) -> bytes:
    """Return the data in a gzip container without time, name or compression."""
    buffer = io.BytesIO()
    with gzip.GzipFile("", "wb", compresslevel=0, fileobj=buffer, mtime=0) as file:
        file.write(data)
    return buffer.getvalue()


def workbook_bytes(sheets: Mapping[str, Sequence[Sequence[Value]]], *, created: datetime) -> bytes:
    """Return an xlsx workbook; decimals become numbers, text stays text.

    Args:
        sheets: rows by sheet name, in order.
        created: written as the time of creation and of the last change.
    """
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append([_json_number(v) if isinstance(v, Decimal) else v for v in row])
    book.properties.creator = "whitepaper-warehouse"
    book.properties.created = created
    written = io.BytesIO()
    book.save(written)
    return _with_fixed_times(written.getvalue(), created)


def _with_fixed_times(workbook: bytes, modified: datetime) -> bytes:
    """Return the workbook without the moment of writing, which openpyxl stamps on it."""
    stamp = modified.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    fixed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as old, zipfile.ZipFile(fixed, "w") as new:
        for name in sorted(old.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            data = old.read(name)
            if name == "docProps/core.xml":
                data = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + stamp, data)
            new.writestr(zipfile.ZipInfo(name, ZIP_EPOCH), data)
    return fixed.getvalue()
