"""SDMX-CSV as the OECD and the IMF serve it, in both layouts.

Here: SDMX-CSV 1 (``DATAFLOW`` and codes) and SDMX-CSV 2 (``STRUCTURE, STRUCTURE_ID, ACTION``, with
or without a label column beside each code), and the check of the flow and its version.
Not here: which concepts a flow has (the publisher's module), SDMX-ML (`imf_weo`).

Columns are bound by the concept's exact id. Label columns are passed over, whatever their
language; without labels their headers may even be empty, so several headers may be equal.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import polars as pl

from sources.contract import SourceError
from sources.tabular import cast_strict, read_csv, read_header, require

FLOW_REFERENCE = r"^(?P<agency>[^:]+):(?P<flow>.+)\((?P<version>[0-9][^)]*)\)$"
INFORMATION = "I"
"""The ACTION of a complete file. R and D stand in change files (``updatedAfter``) only."""


def read_concepts(
    path: Path, *, flow: str, concepts: Sequence[str], optional: Sequence[str] = ()
) -> pl.DataFrame:
    """Read one SDMX-CSV file as text.

    Args:
        path: the file, UTF-8.
        flow: id of the dataflow that the file must be of, without agency and version.
        concepts: ids of the dimensions, measure and attributes that must be there.
        optional: ids that may be absent; absent ones are '' in every row.

    Returns:
        `dataflow` (agency:flow(version) as given), one text column per concept under its id, and
        `_source_row`.

    Raises:
        SourceError: neither layout, another flow, two versions, a change file, any bad record.
    """
    file = path.name
    header = read_header(path, file=file)
    if "STRUCTURE_ID" in header:
        reference, extra = "STRUCTURE_ID", ["ACTION"]
    elif "DATAFLOW" in header:
        reference, extra = "DATAFLOW", []
    else:
        raise SourceError(
            "The header is not that of an SDMX-CSV file.",
            file=file,
            place=1,
            expected="DATAFLOW,… (SDMX-CSV 1) or STRUCTURE,STRUCTURE_ID,… (SDMX-CSV 2)",
            todo="download as CSV from the Data Explorer, or with `Accept: text/csv`",
        )
    present = [name for name in optional if name in header]
    frame = read_csv(path, [reference, *extra, *concepts, *present], file=file).with_columns(
        _source_file=pl.lit(file)
    )
    if extra:
        require(
            frame,
            "ACTION",
            pl.col("ACTION") == INFORMATION,
            f"'{INFORMATION}': a complete file, not one of changes since a date",
        )
    _check_flow(frame, reference, flow, file)
    frame = frame.rename({reference: "dataflow"})
    absent = [pl.lit("").alias(name) for name in optional if name not in header]
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


def _check_flow(frame: pl.DataFrame, column: str, flow: str, file: str) -> None:
    first = frame[column][0]
    reference = re.match(FLOW_REFERENCE, first)
    if reference is None or reference["flow"] != flow:
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
