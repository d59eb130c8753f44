"""SDMX-CSV as the OECD and the IMF serve it, in every dialect that the standard allows.

Here: SDMX-CSV 1 (``DATAFLOW`` and codes) and SDMX-CSV 2 (``STRUCTURE, STRUCTURE_ID, ACTION``), the
header that tells the dialect, and the check of the flow and its version.
Not here: which concepts a flow has (the publisher's module), SDMX-ML (`imf_weo`).

Columns are bound by the concept's exact id, in any order. Labels are passed over, whatever their
language and whether they stand in columns of their own (whose headers may be empty or equal) or
behind the id (``REF_AREA: Reference area``, ``TWN: Chinese Taipei``).

| dialect | known by |
|---|---|
| another separator, as served to some languages | what follows the first header |
| decimal commas | a separator that is no comma, and commas in the values |
| several values in a field | ``STRUCTURE[;]``, ``ATTRIBUTE[]`` |
| condensed: one value for all rows | ``ACTION=I`` in the header, empty fields below |
| no action | no ``ACTION``: the file is for information |
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from sources.contract import SourceError
from sources.tabular import cast_strict, decode, read_csv, read_header, require

FLOW_REFERENCE = r"^(?P<agency>[^:]+):(?P<flow>.+)\((?P<version>[0-9][^)]*)\)$"
INFORMATION = "I"
"""The ACTION of a complete file. R and D stand in the OECD's change files (``updatedAfter``)."""

_FIRST_HEAD = re.compile(
    r'"?(?P<name>STRUCTURE|DATAFLOW)(\[[^]]*\])?(=[^",;\t|]*)?(: [^",;\t|]*)?"?(?P<by>[,;\t|])'
)
_LABEL_OF_FLOW = r"(?s)^([^:]+:[^(]+\([^)]*\)): .*$"
_LABEL_OF_CODE = r"(?s)^([^:]*): .*$"
_CONDENSED = re.compile(r"[^:=]*=(?P<value>.*)", re.DOTALL)


@dataclass(frozen=True)
class Dialect:
    """How a file is written: what separates its fields, and its header as it stands."""

    separator: str
    header: tuple[str, ...]

    def head(self, concept: str) -> str | None:
        """The header of a concept's column: the very id, or the id with a label or a mark."""
        if concept in self.header:
            return concept
        found = [head for head in self.header if _concept_of(head) == concept]
        return found[0] if len(found) == 1 else None


def read_dialect(path: Path) -> Dialect:
    """Return how a file of SDMX-CSV is written.

    Raises:
        SourceError: its first line is not the header of SDMX-CSV.
    """
    with path.open("rb") as stream:
        line = decode(stream.readline(), ("utf-8",), file=path.name)
    if found := _FIRST_HEAD.match(line):
        header = tuple(read_header(path, file=path.name, separator=found["by"]))
        dialect = Dialect(found["by"], header)
        if found["name"] == "DATAFLOW" or dialect.head("STRUCTURE_ID"):
            return dialect
    raise SourceError(
        "The header is not that of an SDMX-CSV file.",
        file=path,
        place=1,
        expected="DATAFLOW,… (SDMX-CSV 1) or STRUCTURE,STRUCTURE_ID,… (SDMX-CSV 2)",
        todo="download as CSV from the Data Explorer, or with `Accept: text/csv`",
    )


def read_concepts(
    path: Path,
    *,
    flow: str,
    concepts: Sequence[str],
    optional: Sequence[str] = (),
    actions: Collection[str] = (INFORMATION,),
) -> pl.DataFrame:
    """Read one SDMX-CSV file as text.

    Args:
        path: the file, UTF-8.
        flow: regular expression of the whole id of the dataflow, without agency and version.
        concepts: ids of the dimensions, measure and attributes that must be there.
        optional: ids that may be absent; absent ones are '' in every row.
        actions: the ACTIONs of a complete file of this publisher.

    Returns:
        `dataflow` (agency:flow(version) as given), one text column per concept under its id, and
        `_source_row`.

    Raises:
        SourceError: no dialect of SDMX-CSV, another flow, two versions, a change file, any bad
            record.
    """
    file = path.name
    dialect = read_dialect(path)
    reference = "STRUCTURE_ID" if dialect.head("STRUCTURE_ID") else "DATAFLOW"
    heads = {name: dialect.head(name) or name for name in (reference, *concepts)}
    for name in ("ACTION", *optional):
        if head := dialect.head(name):
            heads[name] = head
    frame = read_csv(path, list(heads.values()), file=file, separator=dialect.separator)
    frame = frame.select(
        *(_bare(head).alias(name) for name, head in heads.items()), "_source_row"
    ).with_columns(pl.col(reference).str.replace(_LABEL_OF_FLOW, "$1"), _source_file=pl.lit(file))
    if "ACTION" in heads:
        expected = " or ".join(f"'{action}'" for action in actions)
        require(
            frame,
            "ACTION",
            pl.col("ACTION").is_in(list(actions)),
            f"{expected}: a complete file, not one of changes since a date",
        )
    _check_flow(frame, reference, flow, file)
    if dialect.separator != "," and "OBS_VALUE" in heads:
        frame = _with_decimal_points(frame)
    frame = frame.rename({reference: "dataflow"})
    absent = [pl.lit("").alias(name) for name in optional if name not in heads]
    present = [name for name in optional if name in heads]
    return frame.select("dataflow", *concepts, *present, *absent, "_source_row")


def read_observations(
    files: Sequence[Path],
    *,
    flow: str,
    columns: Mapping[str, pl.DataType],
    dimensions: Collection[str],
    period: str,
    period_words: str,
) -> pl.DataFrame:
    """Read the files of one vintage of a flow into typed observations.

    Args:
        files: one or more files of the same flow and version.
        flow: see `read_concepts`.
        columns: declared columns; each but `dataflow` is a concept id in lower case.
        dimensions: columns that must be filled in every row, `time_period` among them.
        period: regular expression of a valid `time_period`.
        period_words: the same in words, for the error.

    Returns:
        The declared columns, `_source_file` and `_source_row`.

    Raises:
        SourceError: see `read_concepts`; a value that does not parse; versions that differ
            between files.
    """
    names = {name.upper(): name for name in columns if name != "dataflow"}
    dtypes = {"dataflow": pl.String(), **{name: columns[names[name]] for name in names}}
    filled = [name.upper() for name in dimensions]
    frames: list[pl.DataFrame] = []
    for path in files:
        raw = read_concepts(path, flow=flow, concepts=list(names))
        frame = cast_strict(raw, dtypes, path.name, never_empty=filled)
        require(frame, "TIME_PERIOD", pl.col("TIME_PERIOD").str.contains(period), period_words)
        if frames and frame["dataflow"][0] != frames[0]["dataflow"][0]:
            raise SourceError(
                f"The file is of {frame['dataflow'][0]}.",
                file=path.name,
                expected=f"{frames[0]['dataflow'][0]} as in {frames[0]['_source_file'][0]}",
                todo="land each version of a flow as a vintage of its own",
            )
        frames.append(frame)
    if not frames:
        raise SourceError("The snapshot has no files.", expected=f"a CSV file of {flow}")
    return pl.concat(frames).rename(names)


def _concept_of(head: str) -> str:
    """The id in a header.

    >>> [_concept_of(head) for head in ("FREQ: Frequency", "ATTR_1[]", "ACTION=I", "Frequency")]
    ['FREQ', 'ATTR_1', 'ACTION', 'Frequency']
    """
    return re.split(r": |\[|=", head, maxsplit=1)[0]


def _bare(head: str) -> pl.Expr:
    """The column of a header, without labels behind the codes; a condensed value fills it."""
    column = pl.col(head)
    if ": " in head:
        column = column.str.replace(_LABEL_OF_CODE, "$1")
    if same := _CONDENSED.fullmatch(head):
        column = pl.when(column == "").then(pl.lit(same["value"])).otherwise(column)
    return column


def _with_decimal_points(frame: pl.DataFrame) -> pl.DataFrame:
    """Turn decimal commas into points; only commas, or only points, are believed."""
    value = pl.col("OBS_VALUE")
    has_comma, has_point = value.str.contains(",", literal=True), value.str.contains(r"\.")
    if not frame.select(has_comma.any()).item():
        return frame
    require(frame, "OBS_VALUE", ~has_point, "a decimal comma like the other values of the file")
    require(frame, "OBS_VALUE", value.str.count_matches(",") <= 1, "at most one decimal comma")
    return frame.with_columns(value.str.replace(",", ".", literal=True))


def _check_flow(frame: pl.DataFrame, column: str, flow: str, file: str) -> None:
    first = frame[column][0]
    reference = re.match(FLOW_REFERENCE, first)
    if reference is None or re.fullmatch(flow, reference["flow"]) is None:
        raise SourceError(
            f"The file is of the dataflow '{first}'.",
            file=file,
            place=frame["_source_row"][0],
            expected=f"agency:{flow}(version)",
            todo="check that this is the right file",
        )
    require(
        frame,
        column,
        pl.col(column) == first,
        f"'{first}' as in the first row: a file holds one version of one flow",
    )
