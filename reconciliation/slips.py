"""The plain slips of a pen: what else a printed number may have been meant to be.

Here: `plain_slips`. Not here: whether one of them fits (`consistency`).
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

SHIFTS = (-8, -6, -4, -3, -2, -1, 1, 2, 3, 4, 6, 8)
"""Powers of ten between the units that such books use: thousand, 萬, million, 億, percent."""


def plain_slips(printed: Decimal) -> Iterator[Decimal]:
    """Yield the numbers from which one slip leads to `printed`.

    A lost or wrong sign, one wrong digit, two neighbouring digits transposed, a moved point.

    >>> Decimal("21.3") in list(plain_slips(Decimal("12.3")))
    True
    """
    sign, digits, exponent = printed.as_tuple()
    places = int(exponent)
    if printed:
        yield -printed
    for at, digit in enumerate(digits):
        for other in range(10):
            if other != digit:
                yield Decimal((sign, (*digits[:at], other, *digits[at + 1 :]), places))
    for at in range(len(digits) - 1):
        if digits[at] != digits[at + 1]:
            swapped = (*digits[:at], digits[at + 1], digits[at], *digits[at + 2 :])
            yield Decimal((sign, swapped, places))
    if printed:
        for shift in SHIFTS:
            yield printed.scaleb(shift)
