"""Pictures of lineage: stations in columns from left to right, lines between them, as SVG.

Here: which stations a picture shows, where they stand, and the drawing. Not here: the graph itself
(mart lineage_edge), the text that says the same (templates). A layered graph of a few dozen boxes
wants no library: the order of a column is the mean place of its parents.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

DRAWN = ("bronze", "staging", "intermediate", "tables", "figures")
"""Stations that a number passes; what an edition declares goes into nearly all of them and is told
in words only."""

_LINE_HEIGHT, _GAP, _PADDING, _BETWEEN, _MARGIN = 14, 10, 8, 56, 6
_LETTER = 6.7
"""Width of a letter of the monospaced 11 px type, rounded up."""
_SWEEPS = 4


@dataclass(frozen=True)
class Box:
    """A station in the picture: its lines of text and its place in pixels."""

    node: str
    station: str
    lines: tuple[str, ...]
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Picture:
    """A drawn graph; `paths` are SVG path descriptions."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    paths: tuple[str, ...]


def ancestors(edges: Iterable[tuple[str, str]], nodes: Iterable[str]) -> set[str]:
    """The nodes with all that they are made from."""
    parents: dict[str, list[str]] = {}
    for parent, child in edges:
        parents.setdefault(child, []).append(parent)
    found: set[str] = set()
    waiting = list(nodes)
    while waiting:
        node = waiting.pop()
        if node not in found:
            found.add(node)
            waiting.extend(parents.get(node, ()))
    return found


def draw(stations: Mapping[str, str], edges: Sequence[tuple[str, str]]) -> Picture:
    """Lay out a graph.

    Args:
        stations: the nodes to draw with their station.
        edges: pairs (from, to); those with an end that is not drawn are left out.
    """
    edges = [(a, b) for a, b in edges if a in stations and b in stations]
    columns = _ordered(_columns(stations, edges), edges)
    boxes: dict[str, Box] = {}
    x = float(_MARGIN)
    heights = [sum(_height(node) + _GAP for node in column) - _GAP for column in columns]
    tallest = max(heights, default=0)
    for column, height in zip(columns, heights, strict=True):
        width = max(_width(node) for node in column)
        y = _MARGIN + (tallest - height) / 2
        for node in column:
            boxes[node] = Box(
                node, stations[node], _lines(node), x, round(y, 1), width, _height(node)
            )
            y += _height(node) + _GAP
        x += width + _BETWEEN
    paths = tuple(_path(boxes[a], boxes[b]) for a, b in edges)
    width = int(x - _BETWEEN + _MARGIN) if columns else 0
    return Picture(width, int(tallest + 2 * _MARGIN), tuple(boxes.values()), paths)


def _columns(stations: Mapping[str, str], edges: Sequence[tuple[str, str]]) -> list[list[str]]:
    """Nodes by their longest way from a beginning; the printed tables and figures stand last."""
    children: dict[str, list[str]] = {node: [] for node in stations}
    waiting_for = dict.fromkeys(stations, 0)
    for parent, child in edges:
        children[parent].append(child)
        waiting_for[child] += 1
    depth = dict.fromkeys(stations, 0)
    ready = sorted(node for node, count in waiting_for.items() if not count)
    while ready:
        node = ready.pop()
        for child in children[node]:
            depth[child] = max(depth[child], depth[node] + 1)
            waiting_for[child] -= 1
            if not waiting_for[child]:
                ready.append(child)
    deepest = max(depth.values(), default=0)
    for node, station in stations.items():
        if station in ("tables", "figures"):
            depth[node] = deepest
        elif station == "bronze":
            # Beside what reads it, not at the far left of a long picture.
            depth[node] = max(0, min((depth[c] for c in children[node]), default=1) - 1)
    columns: list[list[str]] = [[] for _ in range(deepest + 1)]
    for node in sorted(stations):
        columns[depth[node]].append(node)
    return [column for column in columns if column]


def _ordered(columns: list[list[str]], edges: Sequence[tuple[str, str]]) -> list[list[str]]:
    """Sort each column by the mean place of its neighbours, forth and back: fewer crossings."""
    neighbours: dict[str, list[str]] = {node: [] for column in columns for node in column}
    for parent, child in edges:
        neighbours[parent].append(child)
        neighbours[child].append(parent)
    place = {
        node: number / max(1, len(column) - 1)
        for column in columns
        for number, node in enumerate(column)
    }
    for sweep in range(_SWEEPS):
        for column in columns if sweep % 2 == 0 else reversed(columns):
            means = {
                node: sum(place[other] for other in neighbours[node]) / len(neighbours[node])
                if neighbours[node]
                else place[node]
                for node in column
            }
            column.sort(key=lambda node: (means[node], node))
            for number, node in enumerate(column):
                place[node] = (number + 0.5) / len(column)
    return columns


def _lines(node: str) -> tuple[str, ...]:
    for separator in ("__", "."):
        first, found, rest = node.partition(separator)
        if found:
            return (first + separator, rest)
    return (node,)


def _width(node: str) -> float:
    return round(max(map(len, _lines(node))) * _LETTER + 2 * _PADDING, 1)


def _height(node: str) -> float:
    return len(_lines(node)) * _LINE_HEIGHT + _PADDING


def _path(start: Box, end: Box) -> str:
    x1, y1 = start.x + start.width, start.y + start.height / 2
    x2, y2 = end.x, end.y + end.height / 2
    bend = max(20.0, (x2 - x1) / 2)
    return f"M{x1:g} {y1:g}C{x1 + bend:g} {y1:g} {x2 - bend:g} {y2:g} {x2:g} {y2:g}"
