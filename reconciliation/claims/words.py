"""How vague words are read: declared once for an edition, used by every claim.

Here: the words, their default readings, and the reading of the settings block of claims.yml. Not
here: applying them (`evaluate`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from fractions import Fraction

from reconciliation.claims.errors import ClaimError, nearest


@dataclass(frozen=True)
class Words:
    """Readings of the vague words.

    Attributes:
        about_round_number_pct: a round number (43,000) also stands for what lies this near to it.
        nearly_below_pct: nearly n is below n by at most this much of n.
        just_over_pct: just over n is above n by at most this much of n.
        around_points: around n, for percentages: n plus or minus so many points.
        around_pct: around n, for other numbers: n plus or minus this much of n.
        slight_growth_pct: a slight rise or fall of a percentage growth is below this.
        marginal_growth_pct: a marginal one is below this.
        slight_places: a slight change of a rank is at most so many places.
        stable_pct: stable numbers stay within this much of their mean.
        most_pct: most is more than this share of the group.
    """

    about_round_number_pct: Fraction = Fraction(5, 2)
    nearly_below_pct: Fraction = Fraction(5)
    just_over_pct: Fraction = Fraction(5)
    around_points: Fraction = Fraction(5)
    around_pct: Fraction = Fraction(5)
    slight_growth_pct: Fraction = Fraction(5)
    marginal_growth_pct: Fraction = Fraction(1)
    slight_places: Fraction = Fraction(5)
    stable_pct: Fraction = Fraction(5)
    most_pct: Fraction = Fraction(50)


@dataclass(frozen=True)
class Series:
    """A series of a figure: the indicator it shows, once that has been landed.

    `breakdown` and `area` say where to look when the row in brackets is the other of the two.
    """

    indicator: str = ""
    breakdown: str = ""
    area: str = ""
    divide_by: Fraction = Fraction(1)


@dataclass(frozen=True)
class Figure:
    """A figure of the book whose data are not printed."""

    title_en: str
    source: str = ""
    series: Mapping[str, Series] = field(default_factory=dict)


@dataclass(frozen=True)
class Settings:
    """What an edition declares once for all of its claims.

    Attributes:
        words: the vague words.
        groups: named lists of rows; panels of the edition are groups too.
        totals: row keys that sum up or average others; left out of `rows(...)` and of ranks.
        exact_units: units (as in tables.yml) of counts and ranks, which are not rounded.
        figures: figures by id.
    """

    words: Words = Words()
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    totals: frozenset[str] = frozenset()
    exact_units: frozenset[str] = frozenset()
    figures: Mapping[str, Figure] = field(default_factory=dict)


KEYS = ("words", "groups", "totals", "exact_units", "figures")


def read_settings(content: Mapping[str, object]) -> Settings:
    """Return the settings from the plain mappings of claims.yml.

    Raises:
        ClaimError: an unknown word or key, or a value of the wrong kind.
    """
    return Settings(
        words=_words(_mapping(content.get("words"), "words")),
        groups={
            name: _texts(members, f"groups > {name}")
            for name, members in _mapping(content.get("groups"), "groups").items()
        },
        totals=frozenset(_texts(content.get("totals") or [], "totals")),
        exact_units=frozenset(_texts(content.get("exact_units") or [], "exact_units")),
        figures={
            name: _figure(_mapping(figure, f"figures > {name}"), f"figures > {name}")
            for name, figure in _mapping(content.get("figures"), "figures").items()
        },
    )


def _words(content: Mapping[str, object]) -> Words:
    known = [item.name for item in fields(Words)]
    read = {}
    for name, value in content.items():
        key = f"words > {name}"
        if name not in known:
            raise ClaimError(
                f"'{name}' is not a word", key=key, todo=nearest(name, known, listed=len(known))
            )
        read[name] = _number(value, key)
    return Words(**read)


def _figure(content: Mapping[str, object], key: str) -> Figure:
    _only(content, ("title", "source", "series"), key)
    return Figure(
        title_en=str(content.get("title", "")),
        source=str(content.get("source", "")),
        series={
            name: _series(_mapping(series, f"{key} > series > {name}"), f"{key} > series > {name}")
            for name, series in _mapping(content.get("series"), f"{key} > series").items()
        },
    )


def _series(content: Mapping[str, object], key: str) -> Series:
    _only(content, ("indicator", "breakdown", "area", "divide_by"), key)
    divisor = _number(content.get("divide_by", "1"), f"{key} > divide_by")
    if divisor == 0:
        raise ClaimError("nothing can be divided by 0", key=f"{key} > divide_by", todo="write 100")
    return Series(
        indicator=str(content.get("indicator", "")),
        breakdown=str(content.get("breakdown", "")),
        area=str(content.get("area", "")),
        divide_by=divisor,
    )


def _only(content: Mapping[str, object], known: Sequence[str], key: str) -> None:
    for name in content:
        if name not in known:
            raise ClaimError(
                f"'{name}' is not a known key", key=f"{key} > {name}", todo=nearest(name, known)
            )


def _mapping(value: object, key: str) -> Mapping[str, object]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise ClaimError(f"{value!r} is not a block of `key: value` lines", key=key)
    return {str(name): item for name, item in value.items()}


def _texts(value: object, key: str) -> tuple[str, ...]:
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise ClaimError(f"{value!r} is not a list", key=key, todo="write [A, B, C]")
    return tuple(str(item) for item in value)


def _number(value: object, key: str) -> Fraction:
    try:
        return Fraction(str(value).replace(",", ""))
    except (ValueError, ZeroDivisionError) as error:
        raise ClaimError(f"{value!r} is not a number", key=key, todo="write e.g. 5") from error
