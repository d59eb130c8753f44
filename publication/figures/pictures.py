"""The pictures of the figures in one language: SVG, PDF and PNG.

Here: `draw_language`. Not here: what they look like (`charts`, `frame`, `style`), the data tables
and who draws which language (`files`).

In SVG the letters are outlines: they look the same everywhere, and what they say stands in title
and description for screen readers. In PDF the fonts are embedded as TrueType (type 42), so that the
text can be searched and a printer accepts it. Files hold no time and no name of a machine; the same
marts give the same bytes.
"""

from __future__ import annotations

import re
import warnings
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import duckdb
import matplotlib as mpl

from publication.figures import style
from publication.figures.charts import draw
from publication.figures.lettering import Lettering
from publication.figures.reading import Figure, read_figures
from publication.figures.words import description, texts
from publication.layout import Language

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
