"""The kinds of charts, one function each; what they need is in `CHARTS`.

Columns start at zero; values of two units stand in two panels over one time axis, never on two axes
of one; a missing value is a gap that says N/A, or … where it is not landed. Estimates are hatched
or hollow, preliminary values dotted, both with their letter.

Not here: circles (`bubbles`), title, notes and source (`frame`), colours (`style`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import cast

from matplotlib.axes import Axes
from matplotlib.projections.polar import PolarAxes
from matplotlib.ticker import MaxNLocator

from publication.figures import style
from publication.figures.bubbles import draw_bubbles
from publication.figures.frame import Frame, draw_empty
from publication.figures.lettering import Lettering
from publication.figures.reading import Figure, Label, Measure, Value
from publication.figures.style import Look
from publication.figures.words import name_and_unit, number, shown, sign_of, word
from publication.release import PublicationError

REST = ("other", "total")
"""Series that are no economies of their own."""
HATCHES = {"E": style.ESTIMATE_HATCH, "P": "....."}
SIGNS = {"o": "●", "s": "■", "^": "▲", "D": "◆"}
"""Markers of the first lines as letters, for keys."""
NAN = math.nan


@dataclass(frozen=True)
class Strand:
    """A series of one measure, with its look."""

    series: Label
    measure: Measure
    name: str
    look: Look
    values: list[Value]


def draw(figure: Figure, lettering: Lettering) -> Frame:
    """Draw a figure, or, where its data are not landed, what to land."""
    if not figure.is_landed:
        return draw_empty(figure, lettering)
    height, chart = CHARTS[figure.chart]
    frame = Frame(figure, lettering, height(figure))
    chart(frame)
    return frame


# ---- lines


def draw_lines(frame: Frame) -> None:
    """One line per series over the points, named at its end."""
    (measure,) = frame.figure.drawn("line")
    frame.text(0, frame.height - 7, name_and_unit(measure), color=style.MUTED)
    strands = _strands(frame.figure, (measure,), style.LINES)
    room = _room_for_ends(frame, strands)
    left = 26.0
    axes = frame.axes(left, 14, frame.width - left - room, frame.height - 28)
    low, high = _range(strands, measure, margin=0.06)
    _value_axis(frame, axes, low, high)
    _point_axis(frame, axes, frame.width - left - room)
    _plot_strands(frame, axes, strands)
    _name_ends(frame, axes, strands, frame.height - 28)
    _mark_empty_points(frame, axes, strands)


# ---- columns over lines


def draw_columns_and_lines(frame: Frame) -> None:
    """Columns in an upper panel, lines in a lower one over the same points."""
    figure = frame.figure
    columns = _strands(figure, figure.drawn("column"), style.COLUMNS)
    (line,) = figure.drawn("line")
    lines = _strands(figure, (line,), style.LINES, neutral=len(columns) > 1)
    many = len(lines) > 1
    split = frame.height * (0.45 if many else 0.36)

    upper_height = frame.height - split - 12
    upper = frame.axes(0, split, frame.width, upper_height)
    if len(columns) > 1:
        _key(frame, columns, frame.height - 7)
    else:
        frame.text(0, frame.height - 7, name_and_unit(columns[0].measure), color=style.MUTED)
    _columns(frame, upper, columns, upper_height)
    frame.ticks(upper, "x", (), ())

    lower_height = split - 14 - 16
    lower = frame.axes(0, 14, frame.width, lower_height)
    title = name_and_unit(line)
    frame.text(0, split - 13, title, color=style.MUTED)
    unnamed = [s for s in lines if many and s.series not in {c.series for c in columns}]
    x = frame.lettering.width(title, style.LABEL) + 10
    for strand in unnamed:
        sign = SIGNS.get(strand.look.marker, "●")
        frame.text(x, split - 13, sign, color=strand.look.ink)
        x += frame.lettering.width(sign, style.LABEL) + 2
        frame.text(x, split - 13, strand.name)
        x += frame.lettering.width(strand.name, style.LABEL) + 9
    low, high = _range(lines, line, margin=0.22)
    lower.set_ylim(low, high)
    frame.ticks(lower, "y", (), ())
    _point_axis(frame, lower, frame.width, pad=0.5)
    _plot_strands(frame, lower, lines)
    _label_points(frame, lower, lines, lower_height)


def _columns(frame: Frame, axes: Axes, columns: Sequence[Strand], height: float) -> None:
    points = frame.figure.points
    slot = frame.width / len(points)
    wide = 0.78 / len(columns)
    top = max((v.value or 0 for s in columns for v in s.values if v.value is not None), default=1)
    bottom = min((v.value or 0 for s in columns for v in s.values), default=0)
    texts = [shown(v, s.measure) for s in columns for v in s.values if v.value is not None]
    widest = max((frame.lettering.width(text, style.SMALL) for text in texts), default=0)
    upright = widest > slot * wide * 1.12
    above = (widest if upright else style.SMALL) + 5
    span = (top - min(bottom, 0)) or 1
    axes.set_xlim(-0.5, len(points) - 0.5)
    axes.set_ylim(min(bottom, 0) * 1.1, top + span * above / max(height - above, 1))
    frame.ticks(axes, "y", (), ())
    for at, _ in enumerate(points):
        if all(strand.values[at].value is None for strand in columns):
            _say_missing(frame, axes, at, [strand.values[at] for strand in columns])
            continue
        for place, strand in enumerate(columns):
            x = at + (place - (len(columns) - 1) / 2) * wide
            value = strand.values[at]
            if value.value is None:
                _say_missing(frame, axes, x, [value], upright=True)
                continue
            axes.bar(
                x,
                value.value,
                wide * 0.94,
                color=strand.look.ink,
                edgecolor=style.PAPER,
                linewidth=0.4,
                hatch=HATCHES.get(value.status),
            )
            axes.annotate(
                shown(value, strand.measure),
                (x, value.value),
                (0, 2),
                textcoords="offset points",
                ha="center",
                va="bottom",
                rotation=90 if upright else 0,
                fontproperties=frame.lettering.font(),
                fontsize=style.SMALL,
                color=style.INK,
                parse_math=False,
            )


# ---- stacked columns


def draw_stacked_columns(frame: Frame) -> None:
    """Columns of parts; the series 'other' is grey and on top, 'total' is written above."""
    figure = frame.figure
    (measure,) = figure.drawn("stack")
    parts = [s for s in _strands(figure, (measure,), style.STACK) if s.series.key != "total"]
    totals = next((s for s in figure.series if s.key == "total"), None)
    frame.text(0, frame.height - 7, name_and_unit(measure), color=style.MUTED)
    names = max(frame.lettering.width(s.name, style.LABEL) for s in parts) + 12
    height = frame.height - 28
    axes = frame.axes(0, 14, frame.width - names, height)
    sums = [sum(s.values[at].value or 0 for s in parts) for at in range(len(figure.points))]
    highest = max(sums) or 1
    axes.set_ylim(0, highest * (1 + 12 / height))
    frame.ticks(axes, "y", (), ())
    _point_axis(frame, axes, frame.width - names, pad=0.5)
    per_point = height / (highest * (1 + 12 / height))
    last: list[tuple[float, Strand]] = []
    for at, point in enumerate(figure.points):
        if all(strand.values[at].value is None for strand in parts):
            _say_missing(frame, axes, at, [strand.values[at] for strand in parts])
            continue
        base = 0.0
        last = []
        for strand in parts:
            value = strand.values[at]
            if value.value is None:
                continue
            _segment(frame, axes, at, base, value, strand, per_point)
            last.append((base + value.value / 2, strand))
            base += value.value
        if totals is not None and (total := figure.at(totals, point, measure)).value is not None:
            axes.annotate(
                shown(total, measure),
                (at, base),
                (0, 2),
                textcoords="offset points",
                ha="center",
                va="bottom",
                fontproperties=frame.lettering.font(bold=True),
                fontsize=style.SMALL,
                color=style.INK,
                parse_math=False,
            )
    _name_segments(frame, axes, last, highest, per_point)


def _segment(
    frame: Frame,
    axes: Axes,
    at: int,
    base: float,
    value: Value,
    strand: Strand,
    per_point: float,
) -> None:
    """One part of a column, with its value where there is room for it."""
    size = value.value or 0.0
    axes.bar(
        at,
        size,
        0.8,
        bottom=base,
        color=strand.look.ink,
        edgecolor=style.PAPER,
        linewidth=0.8,
        hatch=HATCHES.get(value.status),
    )
    if size * per_point >= style.SMALL + 1.5:
        frame.write(
            axes,
            at,
            base + size / 2,
            shown(value, strand.measure),
            ha="center",
            va="center",
            color=style.ink_on(strand.look.ink),
            bbox={"facecolor": strand.look.ink, "edgecolor": "none", "pad": 0.8},
        )


def _name_segments(
    frame: Frame,
    axes: Axes,
    last: Sequence[tuple[float, Strand]],
    highest: float,
    per_point: float,
) -> None:
    """The names of the parts beside the last column that has any."""
    places = _spread([middle * per_point for middle, _ in last], style.LABEL * 1.15, 0, math.inf)
    right = len(frame.figure.points) - 0.5
    for place, (middle, strand) in zip(places, last, strict=True):
        axes.annotate(
            strand.name,
            (right, middle),
            (9, place - middle * per_point),
            textcoords="offset points",
            va="center",
            arrowprops={"arrowstyle": "-", "color": strand.look.ink, "linewidth": 1.6},
            fontproperties=frame.lettering.font(),
            fontsize=style.LABEL,
            color=strand.look.text,
            annotation_clip=False,
            parse_math=False,
        )


# ---- bars


def draw_bars(frame: Frame) -> None:
    """One horizontal bar per series of the only point, largest on top."""
    figure = frame.figure
    (measure,) = figure.drawn("bar")
    point = figure.points[0]
    rows = [(series, figure.at(series, point, measure)) for series in figure.series]
    rows = [row for row in rows if row[1].value is not None]
    names = max(frame.lettering.width(s.text, style.LABEL, bold=True) for s, _ in rows) + 8
    ends = max(frame.lettering.width(shown(v, measure), style.LABEL, bold=True) for _, v in rows)
    axes = frame.axes(names, 0, frame.width - names - ends - 8, frame.height - 4)
    axes.spines["bottom"].set_visible(False)
    axes.spines["left"].set_visible(True)
    axes.spines["left"].set_color(style.MUTED)
    axes.set_xlim(0, max(value.value or 0 for _, value in rows) or 1)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    frame.ticks(axes, "x", (), ())
    frame.ticks(axes, "y", (), ())
    for at, (series, value) in enumerate(rows):
        own = series.key == style.OWN
        look = style.VERMILLION if own else style.BLUE
        axes.barh(
            at,
            value.value or 0,
            0.72,
            color=look.ink,
            edgecolor=style.PAPER,
            linewidth=0.4,
            hatch=HATCHES.get(value.status),
        )
        for text, x, offset, side in (
            (series.text, 0.0, -4, "right"),
            (shown(value, measure), value.value or 0.0, 3, "left"),
        ):
            axes.annotate(
                text,
                (x, at),
                (offset, 0),
                textcoords="offset points",
                ha=side,
                va="center",
                fontproperties=frame.lettering.font(bold=own),
                fontsize=style.LABEL,
                color=style.INK,
                annotation_clip=False,
                parse_math=False,
            )


# ---- radar


def draw_radar(frame: Frame) -> None:
    """One closed line per series over the criteria; a missing score opens it."""
    figure = frame.figure
    (measure,) = figure.drawn("radius")
    strands = _strands(figure, (measure,), (style.VERMILLION, style.ORANGE, style.BLUE), own=False)
    side = frame.height - 44
    left = frame.width * 0.42 - side / 2
    axes = cast(PolarAxes, frame.axes(left, 22, side, side, projection="polar"))
    axes.set_theta_offset(math.pi / 2)
    axes.set_theta_direction(-1)
    low, high = _range(strands, measure, margin=0)
    axes.set_ylim(low, high)
    rings = [ring for ring in MaxNLocator(5).tick_values(low, high) if low < ring <= high]
    angles = [2 * math.pi * at / len(figure.points) for at in range(len(figure.points))]
    axes.set_thetagrids([math.degrees(angle) for angle in angles], labels=[""] * len(angles))
    axes.set_rgrids(rings, labels=[""] * len(rings))
    axes.grid(color=style.GRID, linewidth=0.6)
    axes.spines["polar"].set_color(style.GRID)
    between = _clearest_gap(strands, rings, len(angles))
    for ring in rings:
        frame.write(
            axes,
            between,
            ring,
            number(ring, 0),
            ha="center",
            va="center",
            color=style.MUTED,
            bbox={"facecolor": style.PAPER, "edgecolor": "none", "pad": 0.6},
            zorder=2.6,
        )
    for strand in reversed(strands):
        radii = [NAN if v.value is None else v.value for v in strand.values]
        axes.plot(
            [*angles, angles[0] + 2 * math.pi],
            [*radii, radii[0]],
            color=strand.look.ink,
            linestyle=strand.look.dash,
            linewidth=1.5,
            marker=strand.look.marker,
            markersize=3.6,
            markeredgewidth=0,
            zorder=3,
        )
    _name_criteria(frame, left + side / 2, 22 + side / 2, side / 2 + 7, angles)
    _radar_key(frame, strands)


def _clearest_gap(strands: Sequence[Strand], rings: Sequence[float], spokes: int) -> float:
    """The angle halfway between two spokes where the lines are farthest from the rings."""
    half = math.pi / spokes

    def clearance(at: int) -> float:
        crossings = []
        for strand in strands:
            one, other = (strand.values[n % spokes].value for n in (at, at + 1))
            if one and other:
                crossings.append(2 * one * other * math.cos(half) / (one + other))
        return min((abs(ring - c) for ring in rings for c in crossings), default=math.inf)

    return half * (2 * max(range(spokes), key=clearance) + 1)


def _name_criteria(
    frame: Frame, x: float, y: float, radius: float, angles: Sequence[float]
) -> None:
    for point, angle in zip(frame.figure.points, angles, strict=True):
        across, up = x + radius * math.sin(angle), y + radius * math.cos(angle)
        middle = abs(math.sin(angle)) < 0.2
        align = "center" if middle else "left" if math.sin(angle) > 0 else "right"
        room = 150.0 if middle else (frame.width * 0.79 - across if align == "left" else across)
        lines = frame.lettering.wrap(point.text, style.LABEL, max(room, 40.0))
        leading = style.LABEL * 1.25
        first = up - style.LABEL * 0.35 + leading * (len(lines) - 1) / 2
        if middle:
            first = up + (leading * (len(lines) - 1) if math.cos(angle) > 0 else -style.LABEL)
        for number_of_line, line in enumerate(lines):
            frame.text(across, first - number_of_line * leading, line, ha=align)


def _radar_key(frame: Frame, strands: Sequence[Strand]) -> None:
    """The key at the right: sample of the line, name."""
    left, top = frame.width * 0.80, frame.height - 16
    for strand in strands:
        lines = frame.lettering.wrap(strand.name, style.LABEL, frame.width - left - 26)
        axes = frame.axes(left, top - 12, 22, 12)
        axes.set_axis_off()
        axes.set_xlim(0, 1)
        axes.set_ylim(-1, 1)
        axes.plot(
            (0, 0.5, 1),
            (0, 0, 0),
            color=strand.look.ink,
            linestyle=strand.look.dash,
            linewidth=1.5,
            marker=strand.look.marker,
            markevery=[1],
            markersize=3.6,
            markeredgewidth=0,
        )
        for line in lines:
            frame.text(left + 26, top - 8.5, line, color=strand.look.text)
            top -= style.LABEL * 1.25
        top -= 4


# ---- what charts share


def _strands(
    figure: Figure,
    measures: Sequence[Measure],
    looks: Sequence[Look],
    *,
    own: bool = True,
    neutral: bool = False,
) -> list[Strand]:
    """Every (series, measure) that is shown; the own economy among others stands out.

    Raises:
        PublicationError: more series than can be told apart.
    """
    pairs = [
        (series, measure)
        for measure in measures
        for series in figure.series
        if figure.promises(series, measure)
    ]
    several = len({series.key for series, _ in pairs}) > 1
    rest = iter(looks)
    strands = []
    for series, measure in pairs:
        if own and several and series.key == style.OWN:
            look = style.VERMILLION
        elif series.key in REST:
            look = style.GREY
        elif neutral and not several:
            look = style.PLAIN
        elif (found := next(rest, None)) is not None:
            look = found
        else:
            raise PublicationError(
                f"{figure.id} has more series than its chart can tell apart ({len(looks)}). Show "
                "fewer in the edition's figures.yml or panels.yml."
            )
        name = series.text if several else measure.label
        strands.append(Strand(series, measure, name, look, figure.line(series, measure)))
    return strands


def _range(strands: Sequence[Strand], measure: Measure, margin: float) -> tuple[float, float]:
    """The range of the values, widened to what the axis must hold and by a margin."""
    values = [v.value for s in strands for v in s.values if v.value is not None]
    ends = [end for end in (measure.axis_low, measure.axis_high) if end is not None]
    low, high = min([*values, *ends]), max([*values, *ends])
    room = (high - low or abs(high) or 1.0) * margin
    return (low if low == measure.axis_low else low - room), high + room


def _value_axis(frame: Frame, axes: Axes, low: float, high: float) -> None:
    places = MaxNLocator(6, steps=[1, 2, 5, 10]).tick_values(low, high)
    inside = [place for place in places if low <= place <= high]
    steps = [b - a for a, b in pairwise(inside)] or [1.0]
    decimals = max(0, -math.floor(math.log10(min(steps)) + 1e-9))
    axes.set_ylim(low, high)
    axes.grid(axis="y", color=style.GRID, linewidth=0.5)
    frame.ticks(axes, "y", inside, [number(place, decimals) for place in inside])


def _point_axis(frame: Frame, axes: Axes, width: float, pad: float = 0.3) -> None:
    """The points along the x axis; every label that fits, counted from the first."""
    points = frame.figure.points
    axes.set_xlim(-pad, len(points) - 1 + pad)
    slot = width / max(len(points) - 1 + 2 * pad, 1)
    widest = max(frame.lettering.width(point.text, style.LABEL) for point in points) + 5
    step = max(1, math.ceil(widest / slot))
    if step > 1 and len(points) % 4 == 0:
        step = 4 * math.ceil(step / 4)
    shown_points = range(0, len(points), step)
    frame.ticks(axes, "x", shown_points, [points[at].text for at in shown_points])


def _plot_strands(frame: Frame, axes: Axes, strands: Sequence[Strand]) -> None:
    """Lines with markers; hollow where estimated or preliminary, with the letter."""
    dense = len(frame.figure.points) > 12
    for strand in reversed(strands):
        heights = [NAN if v.value is None else v.value for v in strand.values]
        look = strand.look
        axes.plot(
            range(len(heights)),
            heights,
            color=look.ink,
            linestyle=look.dash,
            linewidth=1.8 if strand.series.key == style.OWN else 1.4,
            zorder=3,
        )
        for hollow in (False, True):
            places = [
                at
                for at, value in enumerate(strand.values)
                if value.value is not None and (value.status in HATCHES) == hollow
            ]
            axes.plot(
                places,
                [heights[at] for at in places],
                linestyle="none",
                marker=look.marker,
                markersize=3.0 if dense else 3.8,
                color=look.ink,
                markerfacecolor=style.PAPER if hollow else look.ink,
                markeredgewidth=0.8,
                zorder=4,
            )
        if len(strands) > 1:
            for at, value in enumerate(strand.values):
                if value.value is not None and value.status in HATCHES:
                    _beside(frame, axes, at, value.value, value.status, look.text, 3)


def _label_points(frame: Frame, axes: Axes, strands: Sequence[Strand], height: float) -> None:
    """Write every value above its point; of several, the lowest below and the rest apart."""
    low, high = axes.get_ylim()
    several = len(strands) > 1
    for at in range(len(frame.figure.points)):
        found = [(v.value, v, s) for s in strands if (v := s.values[at]).value is not None]
        found.sort(key=lambda row: row[0] or 0)
        if several and found:
            value, whole, strand = found.pop(0)
            text = shown(whole, strand.measure)
            _beside(frame, axes, at, value or 0, text, strand.look.text, -style.SMALL - 5)
        if not several and found and _is_valley(strands[0], at):
            value, whole, strand = found.pop(0)
            text = shown(whole, strand.measure)
            _beside(frame, axes, at, value or 0, text, style.INK, -style.SMALL - 5)
        natural = [((value or 0) - low) / (high - low) * height + 3 for value, _, _ in found]
        places = _spread(natural, style.SMALL * 1.25, 0, math.inf)
        for (value, whole, strand), place, start in zip(found, places, natural, strict=True):
            colour = strand.look.text if several else style.INK
            text = shown(whole, strand.measure)
            _beside(frame, axes, at, value or 0, text, colour, 3 + place - start)


def _is_valley(strand: Strand, at: int) -> bool:
    """Whether a line comes down to a point and rises from it: above it there is no room."""
    around = [value.value for value in strand.values[max(at - 1, 0) : at + 2]]
    if len(around) < 3 or around[0] is None or around[1] is None or around[2] is None:
        return False
    return around[0] > around[1] < around[2]


def _beside(
    frame: Frame, axes: Axes, x: float, y: float, text: str, colour: str, higher: float
) -> None:
    """Write a text whose foot stands `higher` points above a place of the axes' data."""
    axes.annotate(
        text,
        (x, y),
        (0, higher),
        textcoords="offset points",
        ha="center",
        va="bottom",
        fontproperties=frame.lettering.font(),
        fontsize=style.SMALL,
        color=colour,
        annotation_clip=False,
        parse_math=False,
        bbox={"facecolor": style.PAPER, "edgecolor": "none", "alpha": 0.75, "pad": 0.2},
        zorder=5,
    )


def _end_text(frame: Frame, strand: Strand) -> str:
    """The name of a line and its last value, with its point where the line ends before the axis."""
    for point, value in zip(reversed(frame.figure.points), reversed(strand.values), strict=True):
        if value.value is None:
            continue
        text = f"{strand.name} {shown(value, strand.measure)}"
        if point is frame.figure.points[-1]:
            return text
        return text + word(frame.figure, "open") + point.text + word(frame.figure, "close")
    return strand.name


def _room_for_ends(frame: Frame, strands: Sequence[Strand]) -> float:
    named = [s for s in strands if any(v.value is not None for v in s.values)]
    return max(frame.lettering.width(_end_text(frame, s), style.LABEL) for s in named) + 10


def _name_ends(frame: Frame, axes: Axes, strands: Sequence[Strand], height: float) -> None:
    """Name every line at the right border, at the height of its last value."""
    low, high = axes.get_ylim()
    ends = []
    for strand in strands:
        found = [(at, v.value) for at, v in enumerate(strand.values) if v.value is not None]
        if found:
            at, value = found[-1]
            ends.append(((value - low) / (high - low) * height, at, value, strand))
    ends.sort(key=lambda end: end[0])
    places = _spread([end[0] for end in ends], style.LABEL * 1.2, 0, height)
    right = axes.get_xlim()[1]
    for place, (natural, _, value, strand) in zip(places, ends, strict=True):
        axes.annotate(
            _end_text(frame, strand),
            (right, value),
            (3, place - natural),
            textcoords="offset points",
            va="center",
            fontproperties=frame.lettering.font(strand.series.key == style.OWN),
            fontsize=style.LABEL,
            color=strand.look.text,
            annotation_clip=False,
            parse_math=False,
        )


def _mark_empty_points(frame: Frame, axes: Axes, strands: Sequence[Strand]) -> None:
    for at in range(len(frame.figure.points)):
        if all(strand.values[at].value is None for strand in strands):
            values = [strand.values[at] for strand in strands]
            _say_missing(frame, axes, at, values, upright=len(frame.figure.points) > 12)


def _say_missing(
    frame: Frame, axes: Axes, x: float, values: Sequence[Value], *, upright: bool = False
) -> None:
    """Write N/A where there can be no value, and … where none is landed."""
    axes.annotate(
        sign_of(values),
        (x, 0),
        (0, 3),
        xycoords=("data", "axes fraction"),
        textcoords="offset points",
        ha="center",
        va="bottom",
        rotation=90 if upright else 0,
        fontproperties=frame.lettering.font(),
        fontsize=style.SMALL,
        color=style.MUTED,
        parse_math=False,
    )


def _key(frame: Frame, strands: Sequence[Strand], y: float) -> None:
    """A line of coloured squares with their names, and the unit."""
    x = 0.0
    for strand in strands:
        frame.text(x, y, "■", color=strand.look.ink)
        x += frame.lettering.width("■", style.LABEL) + 2
        frame.text(x, y, strand.name)
        x += frame.lettering.width(strand.name, style.LABEL) + 9
    frame.text(frame.width, y, strands[0].measure.unit, ha="right", color=style.MUTED)


def _spread(places: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Push places apart to a least distance, keeping their order; they come sorted."""
    spread = list(places)
    for at in range(1, len(spread)):
        spread[at] = max(spread[at], spread[at - 1] + gap)
    if spread and spread[-1] > high:
        spread[-1] = high
        for at in range(len(spread) - 2, -1, -1):
            spread[at] = min(spread[at], spread[at + 1] - gap)
    return [max(place, low + at * gap) for at, place in enumerate(spread)]


CHARTS: dict[str, tuple[Callable[[Figure], float], Callable[[Frame], None]]] = {
    "bubble": (lambda figure: 300.0, draw_bubbles),
    "radar": (lambda figure: 236.0, draw_radar),
    "lines": (lambda figure: 190.0 if figure.width == "page" else 165.0, draw_lines),
    "bars": (lambda figure: 14.5 * len(figure.series) + 6, draw_bars),
    "columns_and_lines": (lambda figure: 205.0, draw_columns_and_lines),
    "stacked_columns": (lambda figure: 190.0, draw_stacked_columns),
}
"""Per kind: the height in points that it needs, and the function that draws it."""
