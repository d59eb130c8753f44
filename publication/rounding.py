"""The one rounding rule in Python. Its twin in SQL is the dbt macro `round_half_away`.

Numbers stay unrounded until they are shown; both twins are tested on the same cases.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

GUARD_PLACES = Decimal("1e-10")
"""Binary noise below this place is cut off first: 9.5 * 1.01 is 9.594999999999999 in binary
floating point, and 9.595 in the arithmetic that a reader would do."""


def round_half_away(value: float | Decimal, decimals: int) -> Decimal:
    """Round half away from zero to `decimals` places.

    Args:
        value: a finite number.
        decimals: places after the decimal point, 0 to 9.

    Returns:
        A Decimal with exactly `decimals` places; never minus zero.

    Raises:
        ValueError: value is not finite, or decimals are out of range.

    >>> round_half_away(0.25, 1)
    Decimal('0.3')
    """
    exact = value if isinstance(value, Decimal) else Decimal(repr(float(value)))
    if not exact.is_finite():
        raise ValueError(f"{value!r} cannot be rounded: it is not a finite number.")
    if not 0 <= decimals <= 9:
        raise ValueError(f"Decimals must lie between 0 and 9, not {decimals}.")
    guarded = exact.quantize(GUARD_PLACES, rounding=ROUND_HALF_UP)
    rounded = guarded.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    return abs(rounded) if rounded == 0 else rounded
