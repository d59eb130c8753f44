"""Interval arithmetic never excludes the true value."""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from publication.rounding import round_half_away
from reconciliation.intervals import (
    Interval,
    RoundingRule,
    growth_pct,
    level_after,
    level_before,
    part_of,
    share_pct,
)

FRACTIONS = st.fractions(min_value=-(10**7), max_value=10**7, max_denominator=10**4)
POSITIVE = st.fractions(min_value=Fraction(1, 100), max_value=10**7, max_denominator=10**4)
TRUE_VALUES = st.decimals(
    min_value=Decimal(-(10**7)), max_value=Decimal(10**7), places=6, allow_nan=False
)
LEVELS = st.decimals(min_value=Decimal(2), max_value=Decimal(10**6), places=6)
PLACES = st.integers(min_value=0, max_value=3)
UNHURRIED = settings(deadline=None)
"""A busy machine is no failure."""
MODES: dict[RoundingRule, str] = {
    "half_away": ROUND_HALF_UP,
    "half_even": ROUND_HALF_EVEN,
    "down": ROUND_DOWN,
    "up": ROUND_UP,
}


@st.composite
def intervals_around(
    draw: st.DrawFn, values: st.SearchStrategy[Fraction]
) -> tuple[Fraction, Interval]:
    """A true value and an interval that holds it."""
    value = draw(values)
    widths = st.fractions(min_value=0, max_value=100, max_denominator=100)
    return value, Interval(value - draw(widths), value + draw(widths))


ANY = intervals_around(FRACTIONS)


@UNHURRIED
@given(value=TRUE_VALUES, decimals=PLACES, rule=st.sampled_from(sorted(MODES)))
def test_a_printed_number_stands_for_the_value_it_was_rounded_from(
    value: Decimal, decimals: int, rule: RoundingRule
) -> None:
    shown = value.quantize(Decimal(1).scaleb(-decimals), rounding=MODES[rule])
    found = Interval.of_printed(f"{shown:,}", rule=rule)
    assert found is not None and found.contains(value)


@UNHURRIED
@given(value=TRUE_VALUES, decimals=PLACES)
def test_the_projects_own_rounding_stays_within_the_interval_and_no_wider(
    value: Decimal, decimals: int
) -> None:
    shown = round_half_away(value, decimals)
    found = Interval.of_rounded(shown, decimals)
    assert found.contains(value)
    assert found.width == Fraction(1, 10**decimals)
    assert found.prints_as(shown, decimals)


@pytest.mark.parametrize(
    "operation",
    [lambda a, b: a + b, lambda a, b: a - b, lambda a, b: a * b, lambda a, b: a / b],
    ids=["sum", "difference", "product", "quotient"],
)
@UNHURRIED
@given(one=ANY, two=ANY)
def test_an_operation_on_intervals_holds_the_operation_on_the_values(
    operation: Callable[..., object],
    one: tuple[Fraction, Interval],
    two: tuple[Fraction, Interval],
) -> None:
    if two[1].contains(0):
        try:
            found = operation(one[1], two[1])
        except ZeroDivisionError:
            return
    found = operation(one[1], two[1])
    assert isinstance(found, Interval)
    assert found.contains(operation(one[0], two[0]))  # type: ignore[arg-type]


@UNHURRIED
@given(one=ANY, number=FRACTIONS)
def test_a_plain_number_may_stand_on_either_side(
    one: tuple[Fraction, Interval], number: Fraction
) -> None:
    value, interval = one
    assert (number - interval).contains(number - value)
    assert (number + interval).contains(number + value)
    assert (number * interval).contains(number * value)
    if not interval.contains(0):
        assert (number / interval).contains(number / value)


@UNHURRIED
@given(
    before=LEVELS,
    now=LEVELS,
    level_decimals=PLACES,
    decimals=PLACES,
)
def test_growth_and_both_levels_rounded_on_their_own_never_contradict_each_other(
    before: Decimal, now: Decimal, level_decimals: int, decimals: int
) -> None:
    true_growth = 100 * (Fraction(now) / Fraction(before) - 1)
    exact = Decimal(true_growth.numerator) / Decimal(true_growth.denominator)
    shown = [
        Interval.of_rounded(round_half_away(v, level_decimals), level_decimals)
        for v in (before, now)
    ]
    growth = Interval.of_rounded(round_half_away(exact, decimals), decimals).widened(
        Fraction(1, 10**9)  # the decimal above is cut after 28 digits
    )
    if not shown[0].contains(0):
        assert growth_pct(shown[1], shown[0]).contains(true_growth)
        assert growth_pct(shown[1], shown[0]).intersects(growth)
    assert level_after(shown[0], growth).contains(Fraction(now))
    assume(growth.low > -100)
    assert level_before(shown[1], growth).contains(Fraction(before))


@UNHURRIED
@given(parts=st.lists(POSITIVE, min_size=1, max_size=6))
def test_a_share_and_the_part_it_came_from_agree(parts: list[Fraction]) -> None:
    whole = sum(parts, Fraction(0))
    share = share_pct(Interval.exactly(parts[0]), Interval.exactly(whole))
    assert part_of(Interval.exactly(whole), share).contains(parts[0])


@UNHURRIED
@given(one=ANY, two=ANY)
def test_hull_and_intersection_keep_what_they_promise(
    one: tuple[Fraction, Interval], two: tuple[Fraction, Interval]
) -> None:
    hull = one[1].hull(two[1])
    assert hull.contains(one[0]) and hull.contains(two[0])
    common = one[1].intersection(two[1])
    assert (common is not None) == one[1].intersects(two[1])
    if two[1].contains(one[0]):
        assert common is not None and common.contains(one[0])


@UNHURRIED
@given(value=TRUE_VALUES, decimals=PLACES)
def test_what_a_value_prints_as_lies_between_the_printed_ends(
    value: Decimal, decimals: int
) -> None:
    interval = Interval.exactly(value).widened(Fraction(1, 3))
    low, high = interval.as_printed(decimals)
    assert low <= round_half_away(value, decimals) <= high


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("1,444", "1443.5", "1444.5"),
        ("↓ 0.56", "-0.565", "-0.555"),
        ("↑ 10.78", "10.775", "10.785"),
        ("942,680*", "942679.5", "942680.5"),
        ("3.50%", "3.495", "3.505"),
        ("2045年", "2044.5", "2045.5"),
        ("6 GW", "5.5", "6.5"),
        ("1,000萬噸", "999.5", "1000.5"),
        ("１２．５", "12.45", "12.55"),
        ("−0.54", "-0.545", "-0.535"),
        ("-0.00", "-0.005", "0.005"),
    ],
)
def test_printed_texts_are_read_as_the_book_sets_them(text: str, low: str, high: str) -> None:
    assert Interval.of_printed(text) == Interval(Fraction(low), Fraction(high))


def test_not_available_has_no_interval_and_two_numbers_are_refused() -> None:
    assert Interval.of_printed("N/A") is None
    with pytest.raises(ValueError, match="2 numbers"):
        Interval.of_printed("2020~2024年")


def test_fewer_printed_decimals_say_less_than_the_table_promises() -> None:
    assert Interval.of_printed("2.8", decimals=2) == Interval(Fraction("2.75"), Fraction("2.85"))
    assert Interval.of_printed("2.80", decimals=1) == Interval(Fraction("2.75"), Fraction("2.85"))


def test_floats_and_reversed_ends_are_refused() -> None:
    with pytest.raises(TypeError, match="float"):
        Interval.exactly(0.1)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="greater"):
        Interval(Fraction(2), Fraction(1))


def test_dividing_by_what_may_be_zero_is_refused() -> None:
    with pytest.raises(ZeroDivisionError):
        Interval.exactly(1) / Interval.between(-1, 1)
