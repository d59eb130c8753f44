"""Bronze: the tables of a snapshot, typed as declared and traceable to their lines.

Here: running a source's reader, holding its frames against the declared tables, and writing them
as Parquet. Not here: parsing (the publisher's module), microdata (`bulk`) or any computation
(dbt_project).
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl

from sources.contract import Source, SourceError, Table


def build_bronze(source: Source, files: Sequence[Path], vintage: str) -> dict[str, pl.DataFrame]:
    """Read a snapshot's files into the bronze tables of its source.

    Returns:
        One frame per declared table: its columns in the declared order, then `_vintage`,
        `_source_file` and `_source_row`.

    Raises:
        SourceError: what the reader raises; besides, columns or dtypes that differ from the
            declared ones, no row at all, or two rows with the same key.
    """
    if source.bulk is not None:
        from sources.bulk import bulk_frames

        return bulk_frames(source, files, vintage)
    frames = source.read(files)
    declared = [table.name for table in source.tables]
    if set(frames) != set(declared):
        raise SourceError(
            f"The reader of {source.id} gives the tables {', '.join(sorted(frames)) or 'none'}.",
            expected=", ".join(declared),
            todo=f"mend sources/{source.id}.py",
        )
    bronze: dict[str, pl.DataFrame] = {}
    for table in source.tables:
        frame = frames[table.name]
        _check_schema(source, table, frame)
        check_rows(source, table, frame)
        bronze[table.name] = frame.with_columns(
            pl.lit(vintage, pl.String).alias("_vintage")
        ).select(*table.bronze_columns)
    refuse_empty(source, {name: frame.height for name, frame in bronze.items()}, files)
    return bronze


def refuse_empty(source: Source, rows: Mapping[str, int], files: Sequence[Path]) -> None:
    """Refuse a snapshot whose tables have not one row.

    Raises:
        SourceError: that is so.
    """
    if any(rows.values()):
        return
    raise SourceError(
        f"Not one row for {source.id}.",
        file=", ".join(file.name for file in files),
        expected="at least one row in " + " or ".join(rows),
        todo="see whether these are the right files; an empty answer of a service is no data",
    )


def check_rows(source: Source, table: Table, frame: pl.DataFrame) -> None:
    """Prove that every row says where it is from, and that no two have the same key.

    Raises:
        SourceError: that is not so; it names the rows.
    """
    _check_origin(source, table, frame)
    _check_key(source, table, frame)


def empty_bronze(source: Source) -> dict[str, pl.DataFrame]:
    """The tables of a source that no edition pins: every column typed, no row."""
    return {table.name: pl.DataFrame(schema=table.bronze_columns) for table in source.tables}


def write_bronze(frames: Mapping[str, pl.DataFrame], directory: Path) -> dict[str, Path]:
    """Write each frame to ``<directory>/<table>.parquet``; a reader sees the old file or the new.

    Returns:
        The path of each table.
    """
    directory.mkdir(parents=True, exist_ok=True)
    paths = {name: directory / f"{name}.parquet" for name in frames}
    for name, frame in frames.items():
        descriptor, temporary = tempfile.mkstemp(prefix=f".{name}-", dir=directory)
        try:
            with os.fdopen(descriptor, "wb") as handle:
                frame.write_parquet(handle, compression="zstd")
                handle.flush()
                os.fsync(handle.fileno())
            os.chmod(temporary, 0o644)
            os.replace(temporary, paths[name])
        finally:
            Path(temporary).unlink(missing_ok=True)
    return paths


def _check_schema(source: Source, table: Table, frame: pl.DataFrame) -> None:
    expected = table.bronze_columns
    del expected["_vintage"]
    found = dict(frame.schema)
    if found == expected:
        return
    differences = [
        f"{name} is {found.get(name, 'absent')}, declared {expected.get(name, 'nowhere')}"
        for name in dict.fromkeys((*expected, *found))
        if found.get(name) != expected.get(name)
    ]
    raise SourceError(
        f"The reader of {source.id} does not give {table.name} as declared: "
        + "; ".join(differences)
        + ".",
        todo=f"mend sources/{source.id}.py",
    )


def _check_origin(source: Source, table: Table, frame: pl.DataFrame) -> None:
    if frame["_source_file"].null_count() or frame["_source_row"].null_count():
        raise SourceError(
            f"{source.id}.{table.name} has rows that do not say from which file and line they are.",
            todo=f"mend sources/{source.id}.py",
        )


def _check_key(source: Source, table: Table, frame: pl.DataFrame) -> None:
    key = list(table.key)
    repeated = frame.select(key).is_duplicated()
    if not repeated.any():
        return
    rows = frame.filter(repeated)
    first = rows.row(0, named=True)
    same = pl.all_horizontal(*(pl.col(name).eq_missing(pl.lit(first[name])) for name in key))
    second = rows.filter(same).row(1, named=True)
    places = [f"{row['_source_file']}, line {row['_source_row']}" for row in (first, second)]
    values = ", ".join(f"{name}={first[name]!r}" for name in key)
    raise SourceError(
        f"{source.id}.{table.name} has the same key twice: {values} ({places[0]}; {places[1]}).",
        expected=f"one row per {', '.join(key)}",
        todo="see whether a file was landed twice or two downloads overlap, and land what is right",
    )
