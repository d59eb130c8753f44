"""Asks again when a service answers with success and nothing in it.

Here: answers that are empty in their own way (204, blank, `""`, `{}`, `null`), which are no fault
for HTTP, and the word about answers that are old.
Not here: what HTTP itself shows to be broken (`http`).
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import stamina

from sources.contract import SourceError
from sources.fetching import Ask, Wish

if TYPE_CHECKING:
    from sources.http import Client

YEARS_LATE = 2
"""Figures of a year appear early in the next; older ones are a stopped table or an old answer."""
ATTEMPTS = 4
NO_CONTENT = 204
WAIT_SECONDS = 2.0
LONGEST_WAIT_SECONDS = 20.0

NOTHING = frozenset({b"", b'""', b"{}", b"[]", b"null", b'"[]"', b'"{}"', b'"null"'})
_LONGEST_NOTHING = 64


class _Nothing(Exception):
    """The answer held nothing."""


def download_until(client: Client, ask: Ask, to: Path) -> Path:
    """Download, and again, with growing pauses, while the answer holds nothing.

    Raises:
        SourceError: HTTP fails, or the last answer is still empty.
    """
    try:
        for attempt in stamina.retry_context(
            on=_Nothing,
            attempts=ATTEMPTS,
            timeout=None,
            wait_initial=WAIT_SECONDS,
            wait_max=LONGEST_WAIT_SECONDS,
            wait_jitter=WAIT_SECONDS / 4,
        ):
            with attempt:
                try:
                    path = client.download(ask, to)
                except SourceError:
                    if client.exchanges and client.exchanges[-1].status == NO_CONTENT:
                        raise _Nothing from None
                    raise
                if holds_nothing(path):
                    path.unlink()
                    raise _Nothing
    except _Nothing:
        raise SourceError(
            f"The service answered {ATTEMPTS} times with success and nothing in it "
            f"({ask.purpose}).",
            expected="data",
            todo="fetch again later; this service is known for it",
        ) from None
    return path


def note_if_old(newest: str, wish: Wish) -> str | None:
    """Return a sentence for the sidecar when the newest period is older than it should be.

    No refusal: with nothing to compare, an old table may be right; with an earlier vintage, the
    acceptance sees what is missing.
    """
    needed = min(wish.last_year, date.today().year - YEARS_LATE)
    if int(newest[:4]) >= needed:
        return None
    return (
        f"The newest period is {newest}; at least {needed} was to be expected. See in a browser "
        "whether the table goes on elsewhere."
    )


def holds_nothing(path: Path) -> bool:
    """Whether a file is blank or an empty JSON value."""
    if path.stat().st_size > _LONGEST_NOTHING:
        with path.open("rb") as handle:
            return not any(chunk.strip() for chunk in iter(lambda: handle.read(1 << 16), b""))
    return b"".join(path.read_bytes().removeprefix(b"\xef\xbb\xbf").split()) in NOTHING
