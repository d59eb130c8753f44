"""Numbers and truths of a statement: what is known, and what rounding leaves open.

Here: `Quantity`, `Truth` and the arithmetic on both. Not here: where a number comes from
(`evidence`), the words of the language (`evaluate`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, localcontext
from fractions import Fraction

from publication.rounding import round_half_away
from reconciliation.claims.errors import ClaimError
from reconciliation.intervals import Interval

MOST_PLACES = 9
NOISE = Fraction(1, 10**9)
"""Binary noise of a computed value; no printed table has so many places."""


def as_decimal(value: Fraction) -> Decimal:
    """Return a fraction as a decimal of 40 digits, enough for any rounding shown."""
    with localcontext() as context:
        context.prec = 40
        return Decimal(value.numerator) / Decimal(value.denominator)


def rounded(value: Fraction, places: int) -> Fraction:
    """Round half away from zero."""
    return Fraction(_rounded(value, places))


def shown(value: Fraction, places: int) -> str:
    """Return a number as text with thousands separators."""
    return f"{_rounded(value, places):,}"


def _rounded(value: Fraction, places: int) -> Decimal:
    with localcontext() as context:
        context.prec = 60  # a product of two large cells has more digits than the default keeps
        return round_half_away(as_decimal(value), places)


@dataclass(frozen=True)
class Quantity:
    """A number with the interval of true values it stands for.

    Attributes:
        value: the number that arithmetic goes on with.
        low, high: ends of the interval; equal to `value` where the number is exact.
        places: decimals of a cell or of a written number; None for a result of arithmetic.
        is_written: a number of the statement itself.
        scale: how many units one is (a cell in NTD 100m has 10**8); None where mixed.
        currency: NTD, USD or empty.
    """

    value: Fraction
    low: Fraction
    high: Fraction
    places: int | None = None
    is_written: bool = False
    scale: Fraction | None = None
    currency: str = ""

    @property
    def is_exact(self) -> bool:
        """Whether nothing is left open by rounding."""
        return self.low == self.high

    @property
    def interval(self) -> Interval:
        """The interval of true values."""
        return Interval(self.low, self.high)

    @property
    def as_shown(self) -> Fraction:
        """The number at its own decimals: what a reader of the book sees."""
        return self.value if self.places is None else rounded(self.value, self.places)

    def text(self, places: int | None = None) -> str:
        """Return the number for a person."""
        if places is None:
            places = self.places
        if places is None:
            places = 0 if self.value.denominator == 1 else 2
            if 0 < abs(self.value) < 1:
                places = 4
        return shown(self.value, min(places, 9))


def exact(value: Fraction | int, places: int | None = None) -> Quantity:
    """Return a number without an interval."""
    fraction = Fraction(value)
    return Quantity(fraction, fraction, fraction, places)


def written(text: str) -> Quantity:
    """Return a number of the statement; its decimals count.

    >>> written("1,465.50").places
    2
    """
    plain = text.replace(",", "").replace("_", "")
    value = Fraction(plain)
    places = len(plain.partition(".")[2])
    if places > MOST_PLACES:
        raise ClaimError(
            f"'{text}' has {places} decimals", todo=f"write at most {MOST_PLACES} decimals"
        )
    return Quantity(value, value, value, places, is_written=True)


def add(a: Quantity, b: Quantity, sign: int = 1) -> Quantity:
    """Return a + b, or a - b with sign -1."""
    same = a.scale == b.scale and a.currency == b.currency
    ends = a.interval + b.interval if sign > 0 else a.interval - b.interval
    return Quantity(
        a.value + sign * b.value,
        ends.low,
        ends.high,
        scale=a.scale if same else None,
        currency=a.currency if same else "",
    )


def times(a: Quantity, b: Quantity) -> Quantity:
    """Return a * b."""
    ends = a.interval * b.interval
    return Quantity(a.value * b.value, ends.low, ends.high)


def over(a: Quantity, b: Quantity) -> Quantity:
    """Return a / b.

    Raises:
        ZeroDivisionError: b is zero, or may be.
    """
    ends = a.interval / b.interval
    return Quantity(a.value / b.value, ends.low, ends.high)


def mapped(
    items: Sequence[Quantity], function: Callable[[Sequence[Fraction]], Fraction]
) -> Quantity:
    """Return a monotone function (sum, mean, median, max, min) of several numbers."""
    same = len({(item.scale, item.currency) for item in items}) == 1
    plain = {item.places for item in items} if function in (max, min) else set()
    return Quantity(
        function([item.value for item in items]),
        function([item.low for item in items]),
        function([item.high for item in items]),
        places=plain.pop() if len(plain) == 1 else None,
        scale=items[0].scale if same else None,
        currency=items[0].currency if same else "",
    )


def magnitude(a: Quantity) -> Quantity:
    """Return |a|."""
    low = Fraction(0) if a.low <= 0 <= a.high else min(abs(a.low), abs(a.high))
    return replace(a, value=abs(a.value), low=low, high=max(abs(a.low), abs(a.high)))


@dataclass(frozen=True)
class Truth:
    """Whether something holds.

    Attributes:
        holds: the answer.
        proven: every true value that the numbers stand for gives yes.
        refuted: every one of them gives no.
        at_face: the answer if the numbers are taken as they stand.
        expected, found, would_hold: for a person; what was said, what is, what would be right.
    """

    holds: bool
    proven: bool
    refuted: bool
    at_face: bool
    expected: str = ""
    found: str = ""
    would_hold: str = ""

    @property
    def is_open(self) -> bool:
        """Whether rounding leaves the answer open."""
        return not self.proven and not self.refuted


def certain(holds: bool, expected: str = "", found: str = "", would_hold: str = "") -> Truth:
    """Return an answer that rounding does not touch."""
    return Truth(holds, holds, not holds, holds, expected, found, would_hold)


def negated(truth: Truth) -> Truth:
    """Return the opposite."""
    return Truth(
        not truth.holds,
        truth.refuted,
        truth.proven,
        not truth.at_face,
        f"not: {truth.expected}",
        truth.found,
        "" if truth.would_hold == "" else f"anything but {truth.expected}",
    )


def all_hold(truths: Iterable[Truth]) -> Truth:
    """Return `and`; words are those of what fails, else of all."""
    parts = list(truths)
    telling = [part for part in parts if not part.holds] or parts
    return Truth(
        all(part.holds for part in parts),
        all(part.proven for part in parts),
        any(part.refuted for part in parts),
        all(part.at_face for part in parts),
        *_joined(telling),
    )


def any_holds(truths: Iterable[Truth]) -> Truth:
    """Return `or`; words are those of what holds, else of all."""
    parts = list(truths)
    telling = [part for part in parts if part.holds] or parts
    return Truth(
        any(part.holds for part in parts),
        any(part.proven for part in parts),
        all(part.refuted for part in parts),
        any(part.at_face for part in parts),
        *_joined(telling, " or "),
    )


def _joined(parts: Sequence[Truth], word: str = "; ") -> tuple[str, str, str]:
    return (
        word.join(dict.fromkeys(part.expected for part in parts if part.expected)),
        "; ".join(dict.fromkeys(part.found for part in parts if part.found)),
        word.join(dict.fromkeys(part.would_hold for part in parts if part.would_hold)),
    )


def is_greater(a: Quantity, b: Quantity, *, or_equal: bool = False) -> Truth:
    """Compare two numbers; cells and written numbers count as they are shown."""
    both_shown = a.places is not None and b.places is not None
    left, right = (a.as_shown, b.as_shown) if both_shown else (a.value, b.value)
    holds = left >= right if or_equal else left > right
    if a.is_exact and b.is_exact:
        return certain(holds)
    proven = a.low >= b.high if or_equal else a.low > b.high
    refuted = a.high < b.low if or_equal else a.high <= b.low
    # What is shown decides; the ends of the intervals only say whether rounding could undo it.
    return Truth(holds, proven and holds, refuted and not holds, holds)


def is_equal(a: Quantity, b: Quantity) -> Truth:
    """Compare a number with one of the statement, or two numbers at the coarser decimals."""
    if a.is_written and b.is_written:
        return certain(a.value == b.value)
    if a.is_written or (not b.is_written and b.places is None and a.places is not None):
        a, b = b, a
    if a.places is not None and b.places is not None and not b.is_written:
        places = min(a.places, b.places)
        holds = rounded(a.as_shown, places) == rounded(b.as_shown, places)
        return certain(holds)
    if b.places is None:
        apart = abs(a.value - b.value) <= NOISE
        meets = a.low <= b.high + NOISE and b.low <= a.high + NOISE
        exactly = a.is_exact and b.is_exact
        return Truth(meets, exactly and apart, not meets, apart)
    return stands_for(a, b.as_shown, b.places)


def stands_for(a: Quantity, number: Fraction, places: int) -> Truth:
    """Whether `a`, rounded to so many places, is the number."""
    half = Fraction(1, 2 * 10**places)
    at_face = rounded(a.value, places) == number
    if a.is_exact:
        return certain(at_face)
    if a.places is not None and a.places >= places:
        same = rounded(a.as_shown, places) == number
        return Truth(same, same, not same, same)
    low, high = number - half, number + half
    meets = a.low < high and a.high > low
    inside = low <= a.low and a.high <= high
    return Truth(meets or at_face, inside and at_face, not meets and not at_face, at_face)


def lies_between(a: Quantity, low: Fraction, high: Fraction) -> Truth:
    """Whether low <= a <= high, as shown."""
    value = a.as_shown
    holds = low <= value <= high
    if a.is_exact:
        return certain(holds)
    return Truth(
        holds,
        holds and low <= a.low and a.high <= high,
        not holds and (a.high < low or a.low > high),
        holds,
    )
