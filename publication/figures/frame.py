"""What stands around every chart: title and unit above, notes and source below.

Here: `Frame`, which sizes the picture and hands out axes and text in points. Not here: the charts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.patches import FancyBboxPatch
from matplotlib.transforms import Affine2D

from publication.figures import style
from publication.figures.lettering import Lettering
from publication.figures.reading import Figure
from publication.figures.words import gaps, legend_of_marks, missing, what_to_land, word

MARGIN = 3.0
LEADING = 1.42
"""Distance of lines as a multiple of the font size."""

EMPTY_HEIGHT = 84.0


class Frame:
    """A picture of a figure: its canvas with title, unit, notes and source, and room for a chart.

    The room is `width` by `height` points; its lower left corner is the origin of `axes` and
    `text`.

    Args:
        figure: what to draw.
        lettering: the fonts.
        height: points that the chart needs.
    """

    def __init__(self, figure: Figure, lettering: Lettering, height: float) -> None:
        self.figure = figure
        self.lettering = lettering
        self.full_width = style.WIDTHS[figure.width]
        self.width = self.full_width - 2 * MARGIN
        self.height = height
        above, below = self._above(), self._below()
        over = sum(size * LEADING for _, size, _, _ in above) + 4
        self._under = sum(size * LEADING for _, size, _, _ in below) + 5
        self.full_height = 2 * MARGIN + over + height + self._under
        self.canvas = Canvas(figsize=(self.full_width / 72, self.full_height / 72), dpi=style.DPI)
        self.canvas.set_facecolor(style.PAPER)
        self._to_points = Affine2D().scale(1 / 72) + self.canvas.dpi_scale_trans
        self._set(above, self.full_height - MARGIN)
        self._set(below, MARGIN + self._under - 5)

    def _above(self) -> list[tuple[str, float, bool, str]]:
        heading = f"{self.figure.number}　{self.figure.title}"
        lines = self.lettering.wrap(heading, style.TITLE, self.width, bold=True)
        unit = word(self.figure, "unit") + self.figure.unit
        units = self.lettering.wrap(unit, style.SMALL, self.width)
        return [
            *((line, style.TITLE, True, style.INK) for line in lines),
            *((line, style.SMALL, False, style.MUTED) for line in units),
        ]

    def _below(self) -> list[tuple[str, float, bool, str]]:
        figure = self.figure
        said = [legend_of_marks(figure)]
        if figure.is_landed:
            said += [gaps(figure), missing(figure)]
            said += [word(figure, "note") + note for note in figure.notes[:1]]
            said += figure.notes[1:]
        said.append(word(figure, "source") + figure.source)
        return [
            (line, style.FOOT, False, style.INK)
            for text in said
            if text
            for line in self.lettering.wrap(text, style.FOOT, self.width)
        ]

    def _set(self, lines: Sequence[tuple[str, float, bool, str]], top: float) -> None:
        for text, size, bold, colour in lines:
            self.canvas.text(
                MARGIN,
                top - size,
                text,
                transform=self._to_points,
                fontproperties=self.lettering.font(bold),
                fontsize=size,
                color=colour,
                va="baseline",
                parse_math=False,
            )
            top -= size * LEADING

    def axes(self, left: float, bottom: float, width: float, height: float, **options: Any) -> Axes:
        """Return axes in the room, in points, without a frame but for the lower line."""
        box = (
            (MARGIN + left) / self.full_width,
            (MARGIN + self._under + bottom) / self.full_height,
            width / self.full_width,
            height / self.full_height,
        )
        axes: Axes = self.canvas.add_axes(box, **options)
        axes.set_facecolor("none")
        if not options:
            for side in ("top", "right", "left"):
                axes.spines[side].set_visible(False)
            axes.spines["bottom"].set_color(style.MUTED)
            axes.spines["bottom"].set_linewidth(0.6)
        axes.tick_params(length=0, colors=style.INK)
        axes.set_axisbelow(True)
        return axes

    def text(
        self, x: float, y: float, text: str, size: float = style.LABEL, **options: Any
    ) -> None:
        """Write a line in the room, in points."""
        bold = options.pop("bold", False)
        self.canvas.text(
            MARGIN + x,
            MARGIN + self._under + y,
            text,
            transform=self._to_points,
            fontproperties=self.lettering.font(bold),
            fontsize=size,
            parse_math=False,
            **{"color": style.INK, "va": "baseline", **options},
        )

    def write(
        self, axes: Axes, x: float, y: float, text: str, size: float = style.SMALL, **options: Any
    ) -> None:
        """Write a line at a place of the axes' data."""
        bold = options.pop("bold", False)
        axes.text(
            x,
            y,
            text,
            fontproperties=self.lettering.font(bold),
            fontsize=size,
            parse_math=False,
            **{"color": style.INK, **options},
        )

    def ticks(self, axes: Axes, which: str, places: Sequence[float], labels: Sequence[str]) -> None:
        """Set the ticks of the x or y axis with their labels."""
        axis = axes.xaxis if which == "x" else axes.yaxis
        axis.set_ticks(
            list(places),
            labels=list(labels),
            fontproperties=self.lettering.font(),
            fontsize=style.LABEL,
            parse_math=False,
        )


def draw_empty(figure: Figure, lettering: Lettering) -> Frame:
    """Draw a figure whose data are not landed: a plain panel that says what to land."""
    frame = Frame(figure, lettering, EMPTY_HEIGHT)
    axes = frame.axes(0, 0, frame.width, frame.height)
    axes.set_axis_off()
    axes.set_xlim(0, frame.width)
    axes.set_ylim(0, frame.height)
    axes.add_patch(
        FancyBboxPatch(
            (4, 4),
            frame.width - 8,
            frame.height - 8,
            boxstyle="round,pad=0,rounding_size=3",
            facecolor="#f5f5f5",
            edgecolor=style.MUTED,
            linewidth=0.7,
            linestyle=(0, (4, 2)),
        )
    )
    need = word(figure, "need") + what_to_land(figure)
    lines = lettering.wrap(need, style.LABEL, frame.width - 28)
    height = style.LABEL * LEADING
    top = frame.height / 2 + height * (len(lines) + 1) / 2
    frame.text(
        frame.width / 2, top - 8, word(figure, "empty"), style.LABEL + 1, bold=True, ha="center"
    )
    for number, line in enumerate(lines, 1):
        frame.text(frame.width / 2, top - 9 - number * height, line, ha="center")
    return frame
