"""Which release a publisher serves, and the way by hand when it cannot be fetched.

Here: a vintage's name from the publisher's own date, held against the vintage that was asked for;
the hand-over steps added to what went wrong. Not here: asking (`sources.http`), where a publisher
keeps its date (each `*_api` module).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from sources.contract import SourceError

_FETCHED = "fetched-"
_DATED = re.compile(r"(?P<year>(19|20)[0-9]{2})(-(?P<month>[0-9]{2})(-(?P<day>[0-9]{2}))?)?.*")


def name_vintage(asked: str | None, served: str | None, *, publisher: str) -> str | None:
    """Return the vintage's name: the one asked for where it fits, else the publisher's date.

    Args:
        asked: a date, in full or in part, or any other name, which always fits; None = newest.
        served: the date of what the publisher serves, ``2026-09-15`` or ``2026-04``; None where it
            does not tell, which fits every name.
        publisher: for the error.

    Returns:
        None when neither is known.

    Raises:
        SourceError: the publisher serves another release than the one asked for.

    >>> name_vintage("2026-09", "2026-09-15", publisher="The OECD")
    '2026-09'
    >>> name_vintage(None, "2026-09-15", publisher="The OECD")
    '2026-09-15'
    """
    if asked is None:
        return served
    wanted = _DATED.fullmatch(asked)
    if served is None or wanted is None:
        return asked
    given = _DATED.fullmatch(served)
    for part in ("year", "month", "day"):
        if given is None or wanted[part] is None or given[part] is None:
            break
        if wanted[part] != given[part]:
            raise SourceError(
                f"{publisher} serves the release of {served}, not that of {asked}.",
                expected=f"a vintage that begins with {served}, or none",
                todo="fetch without --vintage, or land the older file by hand",
            )
    return asked


def day_fetched() -> str:
    """The name of last resort, where neither publisher nor editor tells the release."""
    return f"{_FETCHED}{datetime.now(UTC):%Y-%m-%d}"


def order_of(vintage: str) -> str:
    """What vintages are put in order by: their name, without the word that the day is a fetch's.

    >>> sorted(["fetched-2026-11-21", "2027-03-15"], key=order_of)
    ['fetched-2026-11-21', '2027-03-15']
    """
    return vintage.removeprefix(_FETCHED)


@contextmanager
def by_hand(steps: str) -> Iterator[None]:
    """Add the way by hand to every error within.

    >>> try:
    ...     with by_hand("land the workbook"):
    ...         raise SourceError("It answered 403.", todo="see the address")
    ... except SourceError as error:
    ...     print(error)
    It answered 403. What to do: see the address; or by hand: land the workbook.
    """
    try:
        yield
    except SourceError as error:
        # The error itself, not a new one: whether it is worth another try is in its type.
        error.todo = f"{error.todo}; or by hand: {steps}" if error.todo else f"by hand: {steps}"
        error.args = (str(error),)
        raise
