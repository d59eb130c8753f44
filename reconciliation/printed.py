"""Reading a printed cell: its number, its decimals, its marks.

Here: `read_printed`. Not here: which interval a rounded number stands for (`intervals`).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

NOT_AVAILABLE = frozenset({"N/A", "NA", "N.A.", "-", "--", "…", "...", "－", "—"})
_MINUS = dict.fromkeys(map(ord, "−–—‐‑"), "-")
_NUMBER = re.compile(r"(?P<sign>[-+]?)\s*(?P<digits>\d[\d,]*)(?P<point>\.\d+)?")


@dataclass(frozen=True)
class Printed:
    """A printed cell: `value` is None where it says that there is no number.

    `value` carries the printed decimals: ``Decimal('2.80')`` is not ``Decimal('2.8')``.
    """

    text: str
    value: Decimal | None
    is_preliminary: bool

    @property
    def decimals(self) -> int:
        """Printed digits after the point."""
        return -int(self.value.as_tuple().exponent) if self.value is not None else 0

    @property
    def digits(self) -> str:
        """The significant digits in their order, for telling a misprint from another number."""
        return re.sub(r"\D", "", str(abs(self.value))).lstrip("0") if self.value is not None else ""

    def stands_for(self, value: Fraction) -> bool:
        """Whether rounding `value` to the printed decimals, half away from zero, gives this."""
        if self.value is None:
            return False
        half = Fraction(1, 2 * 10**self.decimals)
        distance = value - Fraction(self.value)
        # Half rounds away from zero: the upper end belongs to the next number, the lower to this.
        towards_zero = -half <= distance < half if self.value > 0 else -half < distance <= half
        return abs(distance) < half if self.value == 0 else towards_zero


def read_printed(text: str) -> Printed:
    """Read the number that stands in a printed cell.

    Thousands separators, full-width digits, ↑ ↓ (a fall is negative), a unit behind the number
    and the mark of a preliminary figure (*) are understood.

    Raises:
        ValueError: there is no number, or more than one.

    >>> read_printed("↓ 0.56").value
    Decimal('-0.56')
    >>> read_printed("942,680*")
    Printed(text='942,680*', value=Decimal('942680'), is_preliminary=True)
    """
    plain = unicodedata.normalize("NFKC", text).translate(_MINUS).strip()
    preliminary = plain.endswith("*")
    plain = plain.rstrip("* ")
    if text.strip() in NOT_AVAILABLE or plain.upper() in NOT_AVAILABLE:
        return Printed(text, None, preliminary)
    found = list(_NUMBER.finditer(plain))
    if len(found) != 1:
        raise ValueError(f"'{text}' holds {len(found) or 'no'} numbers; one was expected")
    match = found[0]
    value = Decimal(match["sign"] + match["digits"].replace(",", "") + (match["point"] or ""))
    return Printed(text, -value if "↓" in plain else value, preliminary)
