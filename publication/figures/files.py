"""The files of the figures: SVG, PDF and PNG in both languages, and the data table beside them.

Here: `write_figures`. Not here: what they look like (`charts`, `frame`, `style`).

In SVG the letters are outlines: they look the same everywhere, and what they say stands in title
and description for screen readers. In PDF the fonts are embedded as TrueType (type 42), so that the
text can be searched and a printer accepts it. Files hold no time and no name of a machine; the same
marts give the same bytes.
"""

from __future__ import annotations

import csv
import re
import warnings
from pathlib import Path
from xml.sax.saxutils import escape

import duckdb
import matplotlib as mpl

from publication.figures import style
from publication.figures.charts import draw
from publication.figures.lettering import Lettering
from publication.figures.reading import LANGUAGES, Figure, plain, read_figures
from publication.figures.words import description, texts
from publication.files import ENCODING, written_row

FOLDER = "figures"
COLUMNS = (
    *("figure_id", "series_key", "series_label_zh", "series_label_en"),
    *("point_key", "point_label_zh", "point_label_en"),
    *("measure", "measure_label_zh", "measure_label_en", "unit_zh", "unit_en"),
    *("value", "decimals", "status", "gap_zh", "gap_en"),
)
"""Columns of a data table, as in the mart figure_point; one row per value, shown or missing."""

SETTINGS = {
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

    Args:
        database: the finished release database; opened read-only.
        directory: the release being made.

    Raises:
        PublicationError: the fonts lack a character of a label.
    """
    folder = directory / FOLDER
    folder.mkdir(exist_ok=True)
    with duckdb.connect(str(database), read_only=True) as connection:
        figures = [f for language in LANGUAGES for f in read_figures(connection, language)]
        for figure_id in sorted({figure.id for figure in figures}):
            _write_data(connection, figure_id, folder / f"{figure_id}.csv")
    with Lettering(texts(figures)) as lettering, mpl.rc_context(SETTINGS):
        for figure in figures:
            _write_pictures(figure, lettering, folder)


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


def _write_data(connection: duckdb.DuckDBPyConnection, figure_id: str, target: Path) -> None:
    rows = connection.execute(
        f"select {', '.join(COLUMNS)} from figure_point where figure_id = ? "
        "order by series_no, point_no, measure",
        [figure_id],
    ).fetchall()
    with target.open("w", encoding=ENCODING, newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(COLUMNS)
        for row in rows:
            writer.writerow(
                written_row(plain(cell) if isinstance(cell, str) else cell for cell in row)
            )
