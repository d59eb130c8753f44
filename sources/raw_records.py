"""The raw record behind an observation: what stands in a publisher's file at `_source_row`.

Here: finding the record again, counted as the readers count, and giving it as it is written, with
the labels of its columns where the file has any. Nothing is converted or judged.
Not here: what a record means (each publisher's module), proving the file (`snapshots`).

| a file's content | `_source_row` counts | a record is |
|---|---|---|
| delimited text, also in gzip or zip | physical lines from 1 | the record that starts there |
| workbook, .xls or .xlsx | rows of the sheet from 1 | the row, of each sheet that has it |
| PX | physical lines | the line |
| SDMX-ML | physical lines | the line |
| JSON of nstatdb | values in document order from 1 | the value, with the labels of its place |
| JSON of UN Comtrade | lines of the reply from 1 | the line's members |
| JSON of the Central Bank | values, labels within periods | the value, with period and item |
"""

from __future__ import annotations

import csv
import hashlib
import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

from sources.containers import OLE, inspect_container, read_gzip, read_member
from sources.contract import SourceError
from sources.cube import JOINT

ENCODINGS: Mapping[str, tuple[str, ...]] = {"imf_weo": ("utf-8-sig", "cp1252")}
"""What a text may be written in besides UTF-16, which shows by itself."""
ENCODINGS_OF_TAIWAN = ("utf-8-sig", "cp950", "cp1252")

SEPARATORS = (",", "\t", ";")
MOST_LINES = 100
"""More than any record takes; a quote that nobody closed would take the whole file."""
_PX = re.compile(r'\s*[A-Z][A-Z0-9_-]*\s*(\[[^\]"]*\])?\s*(\("[^"]*"\))?\s*=')
_SERIES = re.compile(r"<(?:\w+:)?Series\b")


@dataclass(frozen=True)
class RawRecord:
    """A record of a file, as it is written there.

    Attributes:
        file: name of the file.
        number: its `_source_row`.
        counted_as: what that number counts: ``line``, ``sheet row``, ``value`` or ``data line``.
        place: where it stands in words of the format: a sheet, a path in the JSON; '' for lines.
        text: the record as written.
        fields: its fields as (label, text); the label is '' where the file has none.
    """

    file: str
    number: int
    counted_as: str
    place: str
    text: str
    fields: tuple[tuple[str, str], ...]


def read_raw_records(
    path: Path, source_id: str, numbers: Collection[int]
) -> dict[int, tuple[RawRecord, ...]]:
    """Return the records of a file that bear these numbers, read in one go.

    Args:
        path: the publisher's file.
        source_id: whose file it is; decides which encodings are tried.
        numbers: `_source_row` of the rows wanted.

    Returns:
        The records by number; several for a workbook in which several sheets have that row.

    Raises:
        SourceError: the file cannot be read, or has no such record.
    """
    wanted = frozenset(numbers)
    found: dict[int, list[RawRecord]] = {number: [] for number in sorted(wanted)}
    for record in _records(path, source_id, wanted):
        found[record.number].append(record)
    for number, records in found.items():
        if not records:
            raise SourceError(
                f"There is no record {number}.",
                file=path,
                todo="run `whitepaper refresh`: the published edition was made from another file",
            )
    return {number: tuple(records) for number, records in found.items()}


def prove(path: Path, sha256: str) -> None:
    """Prove that a file still has the bytes that it was published with.

    Raises:
        SourceError: it is not there, or has other bytes.
    """
    if not path.is_file():
        raise SourceError(
            "The raw file is not in the snapshot store any more.",
            file=path,
            todo="land it again under the same vintage",
        )
    with path.open("rb") as handle:
        digest = hashlib.file_digest(handle, "sha256").hexdigest()
    if digest != sha256:
        raise SourceError(
            f"The raw file has sha256 {digest[:12]}…, not {sha256[:12]}… as published.",
            file=path,
            todo="restore the file that was landed; a snapshot never changes",
        )


def _records(path: Path, source_id: str, wanted: frozenset[int]) -> Iterator[RawRecord]:
    with path.open("rb") as stream:
        start = stream.read(8)
    if start.startswith((b"PK", OLE)) or start.startswith(b"\x1f\x8b"):
        container = inspect_container(path)
        if container.kind in ("workbook", "old workbook"):
            return _rows_of_workbook(path, wanted)
        return _of_text(path, _decoded(_unpacked(path), source_id, path), wanted)
    return _of_text(path, _decoded(path.read_bytes(), source_id, path), wanted)


def _unpacked(path: Path) -> bytes:
    container = inspect_container(path)
    if container.kind == "gzip":
        return read_gzip(path)
    names = [name for name in container.members if name.lower().endswith((".csv", ".tsv"))]
    if len(names) != 1:
        raise SourceError(
            f"The container holds {len(names)} tables.", file=path, expected="one CSV"
        )
    return read_member(path, names[0])


def _decoded(data: bytes, source_id: str, path: Path) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16")
    if data[1:2] == b"\0":
        return data.decode("utf-16-le")
    for encoding in ENCODINGS.get(source_id, ENCODINGS_OF_TAIWAN):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise SourceError("The text is in no encoding that this publisher uses.", file=path)


def _of_text(path: Path, text: str, wanted: frozenset[int]) -> Iterator[RawRecord]:
    start = text.lstrip()[:400]
    if start.startswith(("{", "[", '"{', '"[')):
        return _of_json(path, text, wanted)
    if start.startswith("<"):
        return _lines_of_xml(path, text, wanted)
    if _PX.match(start):
        return _lines(path, text, wanted)
    return _rows_of_table(path, text, wanted)


def _lines(path: Path, text: str, wanted: frozenset[int]) -> Iterator[RawRecord]:
    for number, line in enumerate(text.split("\n"), 1):
        if number in wanted:
            line = line.removesuffix("\r")
            yield RawRecord(path.name, number, "line", "", line, (("", line),))


def _lines_of_xml(path: Path, text: str, wanted: frozenset[int]) -> Iterator[RawRecord]:
    """Yield the lines of observations, with the line of the series that each belongs to."""
    series = ""
    for number, line in enumerate(text.split("\n"), 1):
        line = line.strip()
        if _SERIES.search(line):
            series = line
        if number in wanted:
            fields = (("Series", series), ("Obs", line)) if series != line else (("Obs", line),)
            yield RawRecord(path.name, number, "line", "", line, fields)


def _rows_of_table(path: Path, text: str, wanted: frozenset[int]) -> Iterator[RawRecord]:
    lines = text.split("\n")
    separator = max(SEPARATORS, key=lambda mark: text[:100_000].count(mark))
    header: list[str] = []
    for number in sorted(wanted):
        if not 1 <= number <= len(lines):
            continue
        fields, last = _record_at(lines, number - 1, separator)
        if not header:
            header = _header_above(lines, number - 1, separator, fields)
        raw = "\n".join(lines[number - 1 : last]).removesuffix("\r")
        yield RawRecord(path.name, number, "line", "", raw, _labelled(header, fields))


def _record_at(lines: Sequence[str], at: int, separator: str) -> tuple[list[str], int]:
    """Return the fields of the record that starts on a line, and the line after its last one.

    Publishers who part by tabs do not quote: there, a record never goes on in the next line.
    """
    goes_on = lines[at : at + 1] if separator == "\t" else lines[at : at + MOST_LINES]
    rest = (line + "\n" for line in goes_on)
    reader = csv.reader(rest, delimiter=separator, strict=True)
    try:
        fields = next(reader, [])
        return fields, at + reader.line_num
    except csv.Error:
        return lines[at].removesuffix("\r").split(separator), at + 1


def _header_above(
    lines: Sequence[str], at: int, separator: str, fields: Sequence[str]
) -> list[str]:
    """Return the first record that has a label for (nearly) every field; above it are titles."""
    needed = sum(1 for field in fields if field.strip()) - 1
    line = 0
    while line < at:
        labels, line = _record_at(lines, line, separator)
        filled = sum(1 for label in labels if label.strip())
        if len(labels) >= 2 and filled >= needed and not labels[0].startswith("#"):
            return labels
    return []


def _labelled(header: Sequence[str], fields: Sequence[str]) -> tuple[tuple[str, str], ...]:
    labels = [*header, *[""] * len(fields)]
    return tuple((label.strip(), field) for label, field in zip(labels, fields, strict=False))


def _rows_of_workbook(path: Path, wanted: frozenset[int]) -> Iterator[RawRecord]:
    from sources.excel import Workbook

    for sheet in Workbook(path).sheets():
        widest = max((len(row.filled) for row in sheet.rows), default=0)
        header: Sequence[str] = ()
        for row in sheet.rows:
            if not header and len(row.filled) >= widest - 1:
                header = row.cells
            elif row.number in wanted and header:
                fields = _labelled(header, row.cells)
                text = "\t".join(row.cells).rstrip("\t")
                place = f"sheet '{sheet.name}'"
                yield RawRecord(path.name, row.number, "sheet row", place, text, fields)


class _Written(str):
    """A number of a JSON document, as it is written."""


def _of_json(path: Path, text: str, wanted: frozenset[int]) -> Iterator[RawRecord]:
    document = _parsed(text.removeprefix("\ufeff"), path)
    if isinstance(document, str):
        document = _parsed(document, path)
    if isinstance(document, dict) and isinstance(document.get("data"), list):
        rows = document["data"]
        if rows and isinstance(rows[0], dict):
            return _comtrade_lines(path, rows, wanted)
        return _bank_values(path, rows, _bank_labels(document.get("headerSet")), "data", wanted)
    data = document.get("data") if isinstance(document, dict) else None
    if isinstance(data, dict) and isinstance(data.get("structure"), dict):
        if "dimensions" in data["structure"]:
            return _nstatdb_values(path, data, wanted)
        labels = _bank_labels(data["structure"])
        return _bank_values(path, data.get("dataSets") or [], labels, "data.dataSets", wanted)
    raise SourceError("The JSON has no layout that is known here.", file=path)


def _parsed(text: str, path: Path) -> Any:
    try:
        return json.loads(text, parse_float=_Written, parse_int=_Written)
    except json.JSONDecodeError as error:
        raise SourceError(f"The JSON cannot be read ({error}).", file=path) from error


def _written(value: object) -> str:
    """Return a JSON value with its numbers as they were written."""
    if isinstance(value, _Written):
        return str(value)
    if isinstance(value, dict):
        members = (f"{json.dumps(k, ensure_ascii=False)}: {_written(v)}" for k, v in value.items())
        return "{" + ", ".join(members) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_written, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def _comtrade_lines(path: Path, rows: Sequence[Any], wanted: frozenset[int]) -> Iterator[RawRecord]:
    for number, row in enumerate(rows, 1):
        if number in wanted:
            fields = tuple((str(name), _written(value)) for name, value in row.items())
            place = f"data[{number - 1}]"
            yield RawRecord(path.name, number, "data line", place, _written(row), fields)


def _nstatdb_values(
    path: Path, data: Mapping[str, Any], wanted: frozenset[int]
) -> Iterator[RawRecord]:
    dimensions = data["structure"]["dimensions"]
    # keyPosition is what the parts of a key follow; without it, the order of the list.
    axes = [
        axis
        for _, axis in sorted(
            enumerate(dimensions["series"]),
            key=lambda numbered: int(numbered[1].get("keyPosition", numbered[0])),
        )
    ]
    time = dimensions["observation"][0]
    number = 0
    for set_no, dataset in enumerate(data["dataSets"]):
        for key, series in dataset["series"].items():
            for time_key, cell in series["observations"].items():
                number += 1
                if number not in wanted:
                    continue
                fields = [
                    (str(axis.get("name") or axis.get("id")), _label(axis, part))
                    for axis, part in zip(axes, key.split(":"), strict=True)
                ]
                fields.append((str(time.get("name") or time.get("id")), _label(time, time_key)))
                value = cell[0] if isinstance(cell, list) and cell else cell
                place = f'data.dataSets[{set_no}].series["{key}"].observations["{time_key}"]'
                text = f'"{time_key}": {_written(cell)}'
                labelled = (*fields, ("value", _written(value)))
                yield RawRecord(path.name, number, "value", place, text, labelled)


def _label(axis: Mapping[str, Any], position: str) -> str:
    value = axis["values"][int(position)]
    return str(value.get("name") or value.get("id"))


def _bank_labels(tables: object) -> list[str]:
    """Return the labels of a row's values: the product of the tables of labels."""
    parts = [
        [str(head["data"]).strip() for head in heads]
        for heads in (tables.values() if isinstance(tables, dict) else ())
    ]
    return [JOINT.join(labels) for labels in product(*parts)]


def _bank_values(
    path: Path, rows: Sequence[Any], labels: Sequence[str], place: str, wanted: frozenset[int]
) -> Iterator[RawRecord]:
    number = 0
    for row_no, row in enumerate(rows):
        for at, value in enumerate(row[1:]):
            number += 1
            if number in wanted:
                label = labels[at] if at < len(labels) else ""
                yield RawRecord(
                    path.name,
                    number,
                    "value",
                    f"{place}[{row_no}][{at + 1}]",
                    _written(value),
                    (("period", str(row[0])), ("item", label), ("value", str(value))),
                )
