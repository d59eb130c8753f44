"""The fixed words of the figures in both languages, numbers as they are shown, and summaries.

Here: labels of notes and source, what is said of gaps, estimates and data that are not landed, the
description for those who do not see the picture. Not here: titles, labels and units, which the
edition declares.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from publication.figures.reading import Figure, Label, Measure, Value
from publication.rounding import round_half_away

NOT_AVAILABLE, NOT_LANDED = "N/A", "…"
MARKS = {"E": "E", "P": "P"}

_WORDS = {
    "zh": {
        "note": "註：",
        "source": "資料來源：",
        "unit": "單位：",
        "E": "E：編輯推估值",
        "P": "P：初步統計數",
        "gap": "N/A：",
        "missing": "…：尚未取得",
        "to_land": "；須取得",
        "all": "部分數值",
        "empty": "本圖資料尚未取得",
        "need": "須取得：",
        "from": "資料來源代碼：",
        "separator": "、",
        "clause": "；",
        "open": "（",
        "close": "）",
        "dash": "~",
        "full_stop": "。",
        "colon": "：",
        "size": "圓面積：",
    },
    "en": {
        "note": "Note: ",
        "source": "Source: ",
        "unit": "Unit: ",
        "E": "E: estimate of the editor",
        "P": "P: preliminary",
        "gap": "N/A: ",
        "missing": "…: not landed: ",
        "to_land": "; to land: ",
        "all": "some values",
        "empty": "The data of this figure are not landed",
        "need": "To land: ",
        "from": "Source id: ",
        "separator": ", ",
        "clause": "; ",
        "open": " (",
        "close": ")",
        "dash": "–",
        "full_stop": ".",
        "colon": ": ",
        "size": "Area of the circle: ",
    },
}


def word(figure: Figure, name: str) -> str:
    """Return a fixed word in the figure's language."""
    return _WORDS[figure.language][name]


def fixed_words() -> list[str]:
    """Return every fixed word, for the fonts."""
    return [text for words in _WORDS.values() for text in words.values()]


def number(value: float, decimals: int) -> str:
    """Return a number as shown: rounded half away from zero, with thousands separators.

    >>> number(-1234.25, 1)
    '−1,234.3'
    """
    return f"{round_half_away(value, decimals):,}".replace("-", "−")


def shown(value: Value, measure: Measure) -> str:
    """Return a value as shown beside its mark: '206', '213 E', 'N/A', '…'."""
    if value.value is None:
        return sign_of([value])
    text = number(value.value, measure.decimals)
    return f"{text} {MARKS[value.status]}" if value.status in MARKS else text


def name_and_unit(measure: Measure) -> str:
    """Return what a measure is and its unit: 'Exports (NTD 100m)'."""
    chinese = any("\u4e00" <= letter <= "\u9fff" for letter in measure.label)
    return f"{measure.label}（{measure.unit}）" if chinese else f"{measure.label} ({measure.unit})"


def sign_of(values: Sequence[Value]) -> str:
    """Return the sign of missing values: N/A where there can be none, else … (not landed)."""
    return NOT_AVAILABLE if all(value.gap for value in values) else NOT_LANDED


def legend_of_marks(figure: Figure) -> str:
    """Return what E and P mean, where the figure has any."""
    statuses = {value.status for *_, value in figure.drawn_values() if value.value is not None}
    return word(figure, "clause").join(
        word(figure, status) for status in MARKS if status in statuses
    )


def gaps(figure: Figure) -> str:
    """Return which values can never be there and why; empty where there are none.

    What a stack lacks is in its rest, and the figure's own note says so: only years without any
    part are told.
    """
    by_reason: dict[str, list[tuple[Label, Label]]] = {}
    there = {point.key for _, point, _, value in figure.drawn_values() if value.value is not None}
    for series, point, _, value in figure.drawn_values():
        if figure.chart == "stacked_columns" and point.key in there:
            continue
        if value.value is None and value.gap:
            by_reason.setdefault(value.gap, []).append((series, point))
    told = [
        _where(figure, places) + word(figure, "open") + reason + word(figure, "close")
        for reason, places in by_reason.items()
    ]
    return word(figure, "gap") + word(figure, "clause").join(told) if told else ""


def missing(figure: Figure) -> str:
    """Return which values are not landed, and what to land; empty where none is missing."""
    places = [
        (series, point)
        for series, point, _, value in figure.drawn_values()
        if value.value is None and not value.gap
    ]
    if not places:
        return ""
    return (
        word(figure, "missing")
        + _where(figure, places)
        + word(figure, "to_land")
        + what_to_land(figure)
    )


def what_to_land(figure: Figure) -> str:
    """Return what would fill the figure, with the ids of its sources."""
    return f"{figure.land}{word(figure, 'open')}{figure.land_sources}{word(figure, 'close')}"


def _where(figure: Figure, places: Sequence[tuple[Label, Label]]) -> str:
    """Name the places: points that lack every series, else series, as shortly as may be."""
    lacking = set(places)
    promised: dict[Label, set[Label]] = {}
    for series, point, *_ in figure.drawn_values():
        promised.setdefault(point, set()).add(series)
    whole = [
        point
        for point in figure.points
        if point in promised and all((series, point) in lacking for series in promised[point])
    ]
    told = [_spans(figure, whole)] if whole and len(figure.points) > 1 else []
    for series in figure.series:
        left = [p for p in figure.points if (series, p) in lacking and p not in whole]
        if len(figure.points) == 1:
            left = [p for p in figure.points if (series, p) in lacking]
        if left and len(left) + len(whole) >= len(figure.points):
            told.append(series.text)
        elif left:
            told.append(f"{series.text} {_spans(figure, left)}")
    return word(figure, "separator").join(told)


def _spans(figure: Figure, points: Sequence[Label]) -> str:
    """Name points; neighbours as one span."""
    position = {point.key: at for at, point in enumerate(figure.points)}
    runs: list[list[Label]] = []
    for point in points:
        if runs and position[point.key] == position[runs[-1][-1].key] + 1:
            runs[-1].append(point)
        else:
            runs.append([point])
    return word(figure, "separator").join(_span(figure, run) for run in runs)


def _span(figure: Figure, run: Sequence[Label]) -> str:
    if len(run) == 1:
        return run[0].text
    dash = word(figure, "dash") if len(run) > 2 else word(figure, "separator")
    return f"{run[0].text}{dash}{run[-1].text}"


def description(figure: Figure) -> str:
    """Return the figure in words, for those who do not see it: every value that is drawn."""
    if not figure.is_landed:
        return f"{word(figure, 'empty')}. {word(figure, 'need')}{what_to_land(figure)}"
    parts = [f"{word(figure, 'unit')}{figure.unit}{word(figure, 'full_stop')}"]
    for measure in figure.drawn():
        for series in figure.series:
            if not figure.promises(series, measure):
                continue
            values = [
                f"{point.text} {shown(figure.at(series, point, measure), measure)}"
                for point in figure.points
            ]
            parts.append(
                f"{series.text}{word(figure, 'separator')}{measure.label}{word(figure, 'colon')}"
                + word(figure, "separator").join(values)
                + word(figure, "full_stop")
            )
    parts += [text for text in (gaps(figure), missing(figure)) if text]
    return " ".join(parts)


def texts(figures: Iterable[Figure]) -> list[str]:
    """Return every text that drawing these figures may show, for the fonts."""
    found = fixed_words()
    for figure in figures:
        found += [figure.number, figure.title, figure.unit, figure.source, *figure.notes]
        found += [figure.land, figure.land_sources]
        found += [label.text for label in (*figure.series, *figure.points)]
        found += [text for m in figure.measures for text in (m.label, m.unit)]
        found += [value.gap for value in figure.values.values() if value.gap]
    return found
