"""The files of the figures: pictures in both languages, and the data table beside them.

Here: `write_figures`, which has each language drawn by a process of its own, and the data tables.
Not here: drawing (`pictures`), which loads matplotlib; a release does not.
"""

from __future__ import annotations

import csv
import os
import sys
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen

import duckdb

import publication
from publication.files import ENCODING, written_row
from publication.layout import LANGUAGES, Language, plain
from publication.release import PublicationError

FOLDER = "figures"
COLUMNS = (
    *("figure_id", "series_key", "series_label_zh", "series_label_en"),
    *("point_key", "point_label_zh", "point_label_en"),
    *("measure", "measure_label_zh", "measure_label_en", "unit_zh", "unit_en"),
    *("value", "decimals", "status", "gap_zh", "gap_en"),
)
"""Columns of a data table, as in the mart figure_point; one row per value, shown or missing."""


def write_figures(database: Path, directory: Path) -> None:
    """Write `figures/<id>.<zh|en>.<svg|pdf|png>` and `figures/<id>.csv` for every figure.

    Each language is drawn by a process of its own, both side by side.

    Args:
        database: the finished release database; opened read-only.
        directory: the release being made.

    Raises:
        PublicationError: the fonts lack a character of a label, or a chart cannot tell its series
            apart.
    """
    folder = directory / FOLDER
    folder.mkdir(exist_ok=True)
    drawing = [_start_drawing(database, folder, language) for language in LANGUAGES]
    try:
        _write_data(database, folder)
        for process in drawing:
            _, told = process.communicate()
            if process.returncode:
                raise PublicationError(
                    told.strip().rpartition("\n")[2]
                    or f"Drawing the figures ended with exit code {process.returncode}."
                )
    finally:
        for process in drawing:
            if process.poll() is None:
                process.kill()
                process.communicate()


def _start_drawing(database: Path, folder: Path, language: Language) -> Popen[str]:
    """Draw one language; what goes wrong is the last line of its errors."""
    root = str(Path(publication.__file__).resolve().parents[1])
    paths = [root, os.environ.get("PYTHONPATH", "")]
    return Popen(
        [sys.executable, "-m", "publication.figures", str(database), str(folder), language],
        stdin=DEVNULL,
        stdout=DEVNULL,
        stderr=PIPE,
        text=True,
        encoding="utf-8",
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join(path for path in paths if path),
            "PYTHONIOENCODING": "utf-8",
        },
    )


def _write_data(database: Path, folder: Path) -> None:
    with duckdb.connect(str(database), read_only=True) as connection:
        rows = connection.execute(
            f"select {', '.join(COLUMNS)} from figure_point "
            "order by figure_id, series_no, point_no, measure"
        ).fetchall()
        figures = connection.execute("select figure_id from book_figure order by 1").fetchall()
    for (figure_id,) in figures:
        with (folder / f"{figure_id}.csv").open("w", encoding=ENCODING, newline="") as out:
            writer = csv.writer(out, lineterminator="\n")
            writer.writerow(COLUMNS)
            for row in rows:
                if row[0] == figure_id:
                    writer.writerow(written_row(map(_plain, row)))


def _plain(cell: object) -> object:
    return plain(cell) if isinstance(cell, str) else cell
