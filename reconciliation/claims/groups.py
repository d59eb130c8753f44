"""Keys of rows and periods, alone and in groups, and numbers by key.

Here: `Keys`, `Line`, counting periods forwards and backwards. Not here: which rows a table has
(`evidence`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from reconciliation.claims.errors import ClaimError, MissingEvidence
from reconciliation.claims.values import Quantity, Truth

LISTED = 6
"""Most members of a group that a sentence names."""


@dataclass(frozen=True)
class Keys:
    """Row keys or periods. `implied`: taken from a table, so that members without data drop out."""

    items: tuple[str, ...]
    ordered: bool = True
    implied: bool = False


@dataclass(frozen=True)
class Line:
    """Numbers by row or by period; a missing one keeps its reason."""

    items: tuple[tuple[str, Quantity | MissingEvidence], ...]
    implied: bool = False

    def known(self) -> list[tuple[str, Quantity]]:
        """Return the members with their numbers.

        Raises:
            MissingEvidence: one is missing, and the statement named it.
        """
        found = []
        for key, item in self.items:
            if isinstance(item, MissingEvidence):
                if not self.implied:
                    raise item
            else:
                found.append((key, item))
        if not found:
            reasons = [item for _, item in self.items if isinstance(item, MissingEvidence)]
            raise reasons[0] if reasons else MissingEvidence("an empty group", "name its members")
        return found


Value = Quantity | Truth | Keys | Line | str
"""What an expression may stand for; a text is a key."""


def as_key(value: Value) -> str:
    """Return a value as the key of a row or a period."""
    if isinstance(value, str):
        return value
    if isinstance(value, Quantity) and value.value.denominator == 1:
        return str(value.value)
    raise ClaimError("a row or a period is needed here", todo="write a key such as TWN or 2023")


def as_keys(value: Value) -> Keys:
    """Return a value as a group."""
    if isinstance(value, Keys):
        return value
    if isinstance(value, Line):
        return Keys(tuple(key for key, _ in value.items), ordered=False, implied=value.implied)
    return Keys((as_key(value),), ordered=False)


def short_row(row: str) -> str:
    """Return a row without the breakdown that says nothing."""
    return row.removesuffix("/total")


def shifted_period(period: str, by: int) -> str:
    """Return the period so many steps later; years, year spans, quarters and months.

    >>> shifted_period("2024-Q1", -1)
    '2023-Q4'
    """
    if match := re.fullmatch(r"\d{4}", period):
        return str(int(period) + by)
    if match := re.fullmatch(r"(\d{4})-?Q([1-4])", period):
        step = int(match[1]) * 4 + int(match[2]) - 1 + by
        return f"{step // 4}-Q{step % 4 + 1}"
    if match := re.fullmatch(r"(\d{4})-(\d{2})", period):
        step = int(match[1]) * 12 + int(match[2]) - 1 + by
        return f"{step // 12}-{step % 12 + 1:02d}"
    if match := re.fullmatch(r"(\d{4})-(\d{4})", period):
        return f"{int(match[1]) + by}-{int(match[2]) + by}"
    raise ClaimError(
        f"'{period}' has no period before or after it", todo="name both periods yourself"
    )


def periods_between(first: str, last: str) -> list[str]:
    """Return every period from first to last."""
    found = [first]
    while found[-1] != last:
        if len(found) > 600 or found[-1] > last:
            raise ClaimError(
                f"there is no way from {first} to {last}", todo="write the earlier period first"
            )
        found.append(shifted_period(found[-1], 1))
    return found


def joined_groups(operator: str, left: Keys, right: Keys) -> Keys:
    """Return left + right, or left - right."""
    if operator == "-":
        items = tuple(key for key in left.items if key not in right.items)
    else:
        items = tuple(dict.fromkeys((*left.items, *right.items)))
    return Keys(items, left.ordered, left.implied)


def listing(keys: Sequence[str], most: int = LISTED) -> str:
    """Return keys as a short text."""
    rest = len(keys) - most
    return ", ".join(keys[:most]) + (f" and {rest} more" if rest > 0 else "")


_listing = listing
