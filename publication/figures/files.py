"""The files of the figures: SVG, PDF and PNG in both languages, and the data table beside them.

Here: `write_figures`. Not here: what they look like (`charts`, `frame`, `style`).

In SVG the letters are outlines: they look the same everywhere, and what they say stands in title
and description for screen readers. In PDF the fonts are embedded as TrueType (type 42), so that the
text can be searched and a printer accepts it. Files hold no time and no name of a machine; the same
marts give the same bytes.
"""

from __future__ import annotations

import csv
import os
import re
import sys
import warnings
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen
from typing import Any
from xml.sax.saxutils import escape

import duckdb
import matplotlib as mpl

import publication
from publication.figures import style
from publication.figures.charts import draw
from publication.figures.lettering import Lettering
from publication.figures.reading import LANGUAGES, Figure, Language, plain, read_figures
from publication.figures.words import description, texts
from publication.files import ENCODING, written_row
from publication.release import PublicationError

FOLDER = "figures"
COLUMNS = (
    *("figure_id", "series_key", "series_label_zh", "series_label_en"),
    *("point_key", "point_label_zh", "point_label_en"),
    *("measure", "measure_label_zh", "measure_label_en", "unit_zh", "unit_en"),
    *("value", "decimals", "status", "gap_zh", "gap_en"),
)
"""Columns of a data table, as in the mart figure_point; one row per value, shown or missing."""

SETTINGS: dict[Any, Any] = {
    "svg.fonttype": "path",
    "svg.hashsalt": "whitepaper",  # else the ids in the file differ from run to run
    "pdf.fonttype": 42,
    "pdf.compression": 6,
    "text.parse_math": False,  # a label with two dollar signs is no formula
    "path.simplify": False,
    "axes.unicode_minus": True,
    "text.hinting": "none",  # at this resolution it is not seen, and it costs time
    "text.hinting_factor": 1,
    "hatch.linewidth": 0.7,
    "lines.dash_capstyle": "butt",
}


def write_figures(database: Path, directory: Path) -> None:
    """Write `figures/<id>.<zh|en>.<svg|pdf|png>` and `figures/<id>.csv` for every figure.

    The two languages are drawn side by side, one of them by a process of its own: drawing takes
    seconds, and every other part of a release waits for them.

    Args:
        database: the finished release database; opened read-only.
        directory: the release being made.

    Raises:
        PublicationError: the fonts lack a character of a label, or a chart cannot tell its series
            apart.
    """
    folder = directory / FOLDER
    folder.mkdir(exist_ok=True)
    first, *others = LANGUAGES
    helpers = [_start_helper(database, folder, language) for language in others]
    try:
        _write_data(database, folder)
        draw_language(database, folder, first)
        for helper in helpers:
            _, told = helper.communicate()
            if helper.returncode:
                raise PublicationError(told.strip().rpartition("\n")[2])
    finally:
        for helper in helpers:
            if helper.poll() is None:
                helper.kill()
                helper.communicate()


def draw_language(database: Path, folder: Path, language: Language) -> None:
    """Write the pictures of one language into a folder.

    Raises:
        PublicationError: as `write_figures`.
    """
    with duckdb.connect(str(database), read_only=True) as connection:
        figures = read_figures(connection, language)
    with Lettering(texts(figures)) as lettering, mpl.rc_context(SETTINGS):
        for figure in figures:
            _write_pictures(figure, lettering, folder)


def _start_helper(database: Path, folder: Path, language: Language) -> Popen[str]:
    """Draw one language in another process; what goes wrong is the last line of its errors."""
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


def _write_pictures(figure: Figure, lettering: Lettering, folder: Path) -> None:
    canvas = draw(figure, lettering).canvas
    name = f"{figure.id}.{figure.language}"
    title = f"{figure.number} {figure.title}"
    with warnings.catch_warnings():
        # A square in place of a letter is no figure.
        warnings.filterwarnings("error", message="Glyph")
        canvas.savefig(
            folder / f"{name}.png",
            dpi=style.DPI,
            metadata={"Software": None},
            pil_kwargs={"compress_level": 3},
        )
        canvas.savefig(
            folder / f"{name}.pdf",
            metadata={"Title": title, "Creator": None, "Producer": None, "CreationDate": None},
        )
        svg = folder / f"{name}.svg"
        canvas.savefig(svg, metadata={"Title": title, "Date": None, "Creator": None})
    svg.write_text(accessible(svg.read_text(encoding="utf-8"), figure), encoding="utf-8")


def accessible(svg: str, figure: Figure) -> str:
    """Return the SVG with role, language and a description of what it shows."""
    tag = "zh-Hant-TW" if figure.language == "zh" else "en"
    name = figure.id.lower()
    svg = re.sub(
        r"<svg ",
        f'<svg role="img" xml:lang="{tag}" aria-labelledby="{name}-title {name}-desc" ',
        svg,
        count=1,
    )
    told = f'<desc id="{name}-desc">{escape(description(figure))}</desc>'
    return re.sub(
        r"<title>(.*?)</title>",
        lambda found: f'<title id="{name}-title">{found[1]}</title>\n {told}',
        svg,
        count=1,
        flags=re.S,
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
