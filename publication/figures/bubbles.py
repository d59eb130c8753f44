"""Circles at two measures whose area is a third, and where their names stand.

Here: one kind of chart, apart because most of it is finding places for names. Not here: the other
kinds (`charts`), title, notes and source (`frame`), colours (`style`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.patches import Circle
from matplotlib.ticker import MaxNLocator

from publication.figures import style
from publication.figures.frame import Frame
from publication.figures.reading import Measure
from publication.figures.words import name_and_unit, number, word

LED_FROM = 3.0
"""Points between a name and its circle from which on a line leads to it."""


def draw_bubbles(frame: Frame) -> None:
    """Circles at two measures whose area is a third; those that lack one are left out."""
    figure = frame.figure
    across, up, size = (figure.drawn(way)[0] for way in ("x", "y", "size"))
    point = figure.points[0]
    found = []
    for series in figure.series:
        values = [figure.at(series, point, measure) for measure in (across, up, size)]
        numbers = [value.value for value in values]
        if all(number is not None for number in numbers):
            x, y, area = (number or 0.0 for number in numbers)
            found.append((series, x, y, area, any(v.status == "E" for v in values)))
    found.sort(key=lambda row: -row[3])
    height, left = frame.height - 38, 24.0
    width = frame.width - left - 4
    axes = frame.axes(left, 26, width, height)
    axes.grid(color=style.GRID, linewidth=0.5)
    frame.text(0, frame.height - 7, name_and_unit(up), color=style.MUTED)
    frame.text(frame.width, 2, name_and_unit(across), ha="right", color=style.MUTED)
    most = found[0][3]
    largest = 0.105 * width / 1.35
    radii = [largest * math.sqrt(area / most) for _, _, _, area, _ in found]
    x_axis = _padded([row[1] for row in found], radii, width)
    y_axis = _padded([row[2] for row in found], radii, height)
    axes.set_xlim(*x_axis)
    axes.set_ylim(*y_axis)
    for which, (low, high) in (("x", x_axis), ("y", y_axis)):
        places = [
            p
            for p in MaxNLocator(8, steps=[1, 2, 5, 10]).tick_values(low, high)
            if low <= p <= high
        ]
        frame.ticks(axes, which, places, [number(p, 0 if p == int(p) else 1) for p in places])
    # Circles are drawn in points, whatever the scales of the two axes are.
    plane = frame.axes(left, 26, width, height)
    plane.set_axis_off()
    plane.set_xlim(0, width)
    plane.set_ylim(0, height)
    centres = [
        (
            (x - x_axis[0]) / (x_axis[1] - x_axis[0]) * width,
            (y - y_axis[0]) / (y_axis[1] - y_axis[0]) * height,
        )
        for _, x, y, _, _ in found
    ]
    for (series, _, _, _, estimated), centre, radius in zip(found, centres, radii, strict=True):
        look = style.VERMILLION if series.key == style.OWN else style.BLUE
        plane.add_patch(Circle(centre, radius, facecolor=look.ink, alpha=0.30, linewidth=0))
        plane.add_patch(
            Circle(
                centre,
                radius,
                fill=False,
                edgecolor=look.text,
                linewidth=1.0,
                linestyle=(0, (2.2, 1.6)) if estimated else "-",
            )
        )
    texts = [f"{row[0].text} E" if row[4] else row[0].text for row in found]
    owns = [row[0].key == style.OWN for row in found]
    _name_bubbles(frame, plane, texts, owns, centres, radii, (width, height))
    _size_key(frame, plane, size, most, largest, height)


def _padded(values: Sequence[float], radii: Sequence[float], length: float) -> tuple[float, float]:
    """The range of an axis of `length` points on which every circle lies whole."""
    low, high = min(values), max(values)
    for _ in range(20):
        scale = (high - low) / length or 1.0
        low = min(v - (r + 6) * scale for v, r in zip(values, radii, strict=True))
        high = max(v + (r + 6) * scale for v, r in zip(values, radii, strict=True))
        if (high - low) / length <= scale * 1.0001:
            break
    return low, high


def _name_bubbles(
    frame: Frame,
    plane: Axes,
    texts: Sequence[str],
    owns: Sequence[bool],
    centres: Sequence[tuple[float, float]],
    radii: Sequence[float],
    room: tuple[float, float],
) -> None:
    """Write each name where it covers least: inside its circle, beside it, or led to by a line."""
    taken: list[tuple[float, float, float, float]] = []
    for at in sorted(range(len(texts)), key=lambda at: (not owns[at], radii[at])):
        wide = frame.lettering.width(texts[at], style.LABEL, bold=owns[at])
        best = min(
            _label_places(centres[at], radii[at], wide),
            key=lambda box: _cost(box, at, taken, centres, radii, room),
        )
        taken.append(best)
        middle = ((best[0] + best[2]) / 2, (best[1] + best[3]) / 2)
        if _rim_distance(best, centres[at], radii[at]) > LED_FROM and middle != centres[at]:
            plane.plot(
                (centres[at][0], min(max(centres[at][0], best[0]), best[2])),
                (centres[at][1], min(max(centres[at][1], best[1]), best[3])),
                color=style.INK,
                linewidth=0.5,
                marker="o",
                markevery=[0],
                markersize=1.6,
            )
        frame.write(plane, *middle, texts[at], style.LABEL, bold=owns[at], ha="center", va="center")


def _label_places(
    centre: tuple[float, float], radius: float, wide: float
) -> list[tuple[float, float, float, float]]:
    """Boxes (left, bottom, right, top) where a name may stand, the nearest first."""
    tall = style.LABEL * 1.1
    boxes = []
    if wide < 1.8 * radius:
        boxes.append((centre[0], centre[1]))
    for gap in (1.5, 8.0, 16.0, 26.0, 38.0, 54.0, 72.0):
        for step in range(16):
            angle = math.pi / 8 * step
            reach = radius + gap
            boxes.append(
                (
                    centre[0] + math.cos(angle) * (reach + wide / 2),
                    centre[1] + math.sin(angle) * (reach + tall / 2),
                )
            )
    return [(x - wide / 2, y - tall / 2, x + wide / 2, y + tall / 2) for x, y in boxes]


def _cost(
    box: tuple[float, float, float, float],
    own: int,
    taken: Sequence[tuple[float, float, float, float]],
    centres: Sequence[tuple[float, float]],
    radii: Sequence[float],
    room: tuple[float, float],
) -> float:
    """How bad a place is: other names, circles under the text, the leading line, distance."""
    left, bottom, right, top = box
    if left < 0 or bottom < 0 or right > room[0] or top > room[1]:
        return math.inf
    middle = ((left + right) / 2, (bottom + top) / 2)
    cost = math.dist(middle, centres[own]) * 0.8
    for other in taken:
        wide = min(right, other[2]) - max(left, other[0]) + 2
        tall = min(top, other[3]) - max(bottom, other[1]) + 1
        if wide > 0 and tall > 0:
            cost += 1000 + wide * tall
    for at, ((x, y), radius) in enumerate(zip(centres, radii, strict=True)):
        near = math.hypot(max(left - x, 0, x - right), max(bottom - y, 0, y - top))
        if at != own and near < radius:
            cost += 150
        elif at == own and near < radius and middle != (x, y):
            cost += 30
    own_rim = _rim_distance(box, centres[own], radii[own])
    if middle == centres[own]:
        return cost - 30
    if own_rim > LED_FROM:
        # The leading line should not run through a name.
        steps = [step / 8 for step in range(9)]
        for other in taken:
            for step in steps:
                x = centres[own][0] + (middle[0] - centres[own][0]) * step
                y = centres[own][1] + (middle[1] - centres[own][1]) * step
                if other[0] < x < other[2] and other[1] < y < other[3]:
                    return cost + 200
        return cost + 10
    others = (at for at in range(len(centres)) if at != own)
    if any(_rim_distance(box, centres[at], radii[at]) < own_rim - 0.5 for at in others):
        cost += 60  # it would pass for the name of the other
    return cost


def _rim_distance(
    box: tuple[float, float, float, float], centre: tuple[float, float], radius: float
) -> float:
    """How far the nearest point of a box is from the rim of a circle, outside or inside."""
    left, bottom, right, top = box
    x, y = centre
    near = math.hypot(max(left - x, 0, x - right), max(bottom - y, 0, y - top))
    return abs(near - radius)


def _size_key(
    frame: Frame, plane: Axes, size: Measure, most: float, largest: float, height: float
) -> None:
    """Two circles of round values in the upper left corner, one within the other."""
    step = 10 ** math.floor(math.log10(most))
    values = [v for v in (step * 5, step, step / 2) if v <= most][:2]
    x, bottom = largest + 4, height - 2 * largest - 12
    for value in values:
        radius = largest * math.sqrt(value / most)
        plane.add_patch(
            Circle((x, bottom + radius), radius, fill=False, edgecolor=style.MUTED, linewidth=0.6)
        )
        plane.plot(
            (x, x + largest + 6),
            (bottom + 2 * radius,) * 2,
            color=style.MUTED,
            linewidth=0.4,
        )
        frame.write(
            plane,
            x + largest + 8,
            bottom + 2 * radius,
            number(value, 0),
            va="center",
            color=style.MUTED,
        )
    frame.write(
        plane,
        4,
        height - 7,
        word(frame.figure, "size") + name_and_unit(size),
        color=style.MUTED,
    )
