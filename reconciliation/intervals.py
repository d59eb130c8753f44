"""Closed intervals with exact ends: what a rounded number says about the true one.

Here: `Interval`, its arithmetic, and the book's formulas on intervals. Not here: reading a printed
text (`printed`), which numbers belong together (`relations`).

An interval never excludes the true value: both ends belong to it, although a rounding rule gives
one of the two to the neighbouring number, and every operation covers all pairs of values.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from publication.rounding import round_half_away
from reconciliation.printed import Printed, read_printed

RoundingRule = Literal["half_away", "half_even", "down", "up"]
"""`down` cuts off towards zero, `up` rounds away from it; at a tie half_away and half_even differ,
and the closed interval is the same."""

Exact = int | Fraction | Decimal
"""Numbers without binary noise; a float is refused."""


@dataclass(frozen=True, slots=True)
class Interval:
    """All numbers from `low` to `high`, both included.

    Raises:
        ValueError: low is greater than high.
    """

    low: Fraction
    high: Fraction

    def __post_init__(self) -> None:
        if self.low > self.high:
            raise ValueError(f"{self.low} is greater than {self.high}: no interval.")

    @staticmethod
    def exactly(value: Exact) -> Interval:
        """Return the interval that holds one number."""
        exact = _fraction(value)
        return Interval(exact, exact)

    @staticmethod
    def between(low: Exact, high: Exact) -> Interval:
        """Return the interval from `low` to `high`."""
        return Interval(_fraction(low), _fraction(high))

    @staticmethod
    def of_rounded(value: Exact, decimals: int, rule: RoundingRule = "half_away") -> Interval:
        """Return the true values that are shown as `value` at so many decimals.

        >>> Interval.of_rounded(Decimal("0.3"), 1)
        Interval(low=Fraction(1, 4), high=Fraction(7, 20))
        """
        exact, step = _fraction(value), Fraction(1, 10**decimals)
        below = above = step / 2
        if rule in ("down", "up"):
            outwards = step if rule == "down" else Fraction(0)
            inwards = step - outwards
            below, above = (inwards, outwards) if exact > 0 else (outwards, inwards)
            if exact == 0:
                below = above = outwards
        return Interval(exact - below, exact + above)

    @staticmethod
    def of_printed(
        text: str, decimals: int | None = None, rule: RoundingRule = "half_away"
    ) -> Interval | None:
        """Return the true values that a printed text stands for; None where it says N/A.

        Args:
            text: a cell as printed: ``1,444``, ``↓ 0.56``, ``942,680*``, ``3.5%``, ``6 GW``.
            decimals: the table's decimals; by default those that are printed. A number printed
                with fewer says less, so the smaller of both counts.
            rule: how the book rounds.

        Raises:
            ValueError: the text holds no number, or more than one.
        """
        return Interval.of_reading(read_printed(text), decimals, rule)

    @staticmethod
    def of_reading(
        printed: Printed, decimals: int | None = None, rule: RoundingRule = "half_away"
    ) -> Interval | None:
        """Return the interval of a text that has been read already; see `of_printed`."""
        if printed.value is None:
            return None
        shown = printed.decimals if decimals is None else min(decimals, printed.decimals)
        return Interval.of_rounded(printed.value, shown, rule)

    @property
    def width(self) -> Fraction:
        """Distance between the ends."""
        return self.high - self.low

    @property
    def middle(self) -> Fraction:
        """The number half way between the ends."""
        return (self.low + self.high) / 2

    def contains(self, value: Exact) -> bool:
        """Return whether the number lies in the interval, ends included."""
        return self.low <= _fraction(value) <= self.high

    def covers(self, other: Interval) -> bool:
        """Return whether every number of `other` lies in this interval."""
        return self.low <= other.low and other.high <= self.high

    def intersects(self, other: Interval) -> bool:
        """Return whether both have a number in common."""
        return self.low <= other.high and other.low <= self.high

    def intersection(self, other: Interval) -> Interval | None:
        """Return what both have in common; None where nothing."""
        low, high = max(self.low, other.low), min(self.high, other.high)
        return Interval(low, high) if low <= high else None

    def hull(self, other: Interval) -> Interval:
        """Return the smallest interval that covers both."""
        return Interval(min(self.low, other.low), max(self.high, other.high))

    def widened(self, by: Exact) -> Interval:
        """Return the interval with both ends moved outwards by `by` (not negative)."""
        return Interval(self.low - _fraction(by), self.high + _fraction(by))

    def as_printed(self, decimals: int) -> tuple[Decimal, Decimal]:
        """Return the smallest and the greatest number that its values are shown as."""
        return _rounded(self.low, decimals), _rounded(self.high, decimals)

    def prints_as(self, value: Decimal, decimals: int) -> bool:
        """Return whether one of its values may be shown as `value`."""
        return self.intersects(Interval.of_rounded(value, decimals))

    def __neg__(self) -> Interval:
        return Interval(-self.high, -self.low)

    def __add__(self, other: Interval | Exact) -> Interval:
        term = _interval(other)
        return Interval(self.low + term.low, self.high + term.high)

    def __sub__(self, other: Interval | Exact) -> Interval:
        return self + -_interval(other)

    def __mul__(self, other: Interval | Exact) -> Interval:
        factor = _interval(other)
        if self.low.numerator >= 0 and factor.low.numerator >= 0:  # by far the usual case
            return Interval(self.low * factor.low, self.high * factor.high)
        products = (
            self.low * factor.low,
            self.low * factor.high,
            self.high * factor.low,
            self.high * factor.high,
        )
        return Interval(min(products), max(products))

    def __truediv__(self, other: Interval | Exact) -> Interval:
        """Divide.

        Raises:
            ZeroDivisionError: the divisor may be zero, so that nothing is known of the quotient.
        """
        divisor = _interval(other)
        if divisor.low <= 0 <= divisor.high:
            raise ZeroDivisionError(f"The divisor {divisor} may be zero.")
        return self * Interval(1 / divisor.high, 1 / divisor.low)

    def __radd__(self, other: Exact) -> Interval:
        return self + other

    def __rsub__(self, other: Exact) -> Interval:
        return -self + other

    def __rmul__(self, other: Exact) -> Interval:
        return self * other

    def __rtruediv__(self, other: Exact) -> Interval:
        return _interval(other) / self

    def __str__(self) -> str:
        return f"[{float(self.low):.12g}, {float(self.high):.12g}]"


def growth_pct(now: Interval, before: Interval) -> Interval:
    """Return the relative change in percent.

    >>> print(growth_pct(Interval.of_rounded(110, 0), Interval.of_rounded(100, 0)))
    [8.95522388..., 11.0552763...]
    """
    return (now / before - 1) * 100


def level_after(before: Interval, growth: Interval) -> Interval:
    """Return the level that `growth` percent lead to."""
    return before * (growth / 100 + 1)


def level_before(now: Interval, growth: Interval) -> Interval:
    """Return the level from which `growth` percent lead to `now`."""
    return now / (growth / 100 + 1)


def share_pct(part: Interval, whole: Interval) -> Interval:
    """Return the part in percent of the whole."""
    return part / whole * 100


def part_of(whole: Interval, share: Interval) -> Interval:
    """Return `share` percent of the whole."""
    return whole * share / 100


def _fraction(value: Exact) -> Fraction:
    if isinstance(value, float):
        raise TypeError(f"{value!r} is a float; exact intervals take int, Fraction or Decimal.")
    return Fraction(value)


def _interval(value: Interval | Exact) -> Interval:
    return value if isinstance(value, Interval) else Interval.exactly(value)


def _rounded(value: Fraction, decimals: int) -> Decimal:
    return round_half_away(Decimal(value.numerator) / Decimal(value.denominator), decimals)
