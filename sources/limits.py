"""How often a publisher may be asked, kept across processes.

Here: the publishers' limits as data, and the ledger that counts requests, lets one process at a
time ask where the publisher wants that, and remembers "come back later".
Not here: sending, and reading Retry-After (`sources.http`).

The ledger is a small file per publisher, changed under a lock, so that two commands, or a command
after another, keep a limit together. It holds wall-clock times: an entry from the future, as after
the clock was set back, counts as from now, so nobody waits longer than the window.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from sources.contract import SourceError


class Unavailable(SourceError):
    """A publisher cannot be asked now, or did not answer well; later it may."""


@dataclass(frozen=True)
class Limit:
    """What a publisher bears: at most `count` requests in any `seconds`, for each pair.

    `pause` is how long to wait after a 429 that does not say.
    """

    windows: tuple[tuple[int, float], ...]
    one_at_a_time: bool = True
    pause: float = 0.0


LIMITS: Mapping[str, Limit] = {
    # 60 data downloads an hour, then a temporary block (OECD, API best practices).
    "oecd": Limit(((60, 3600.0),), pause=60.0),
    # One at a time per key, 5 files in 10 s per address, 5 s after a 429 (USPTO API limits).
    "uspto": Limit(((5, 10.0),), pause=5.0),
    # 500 calls a day with a free key; "Try again in 2 seconds" when asked faster.
    "comtrade": Limit(((1, 2.0), (500, 86400.0)), pause=2.0),
    "comtrade_key": Limit(((1, 2.0), (500, 86400.0)), pause=2.0),
}
POLITE = Limit(((60, 60.0),))
"""For publishers that state none."""

LONGEST_HOLD = 86400.0
"""What a publisher can make us wait at most: no answer shuts a source off for longer."""

_POLL_SECONDS = 0.2


@dataclass
class _Page:
    """One publisher's page of the ledger."""

    sent: list[float] = field(default_factory=list)
    held_at: float = 0.0
    held_for: float = 0.0

    def wait(self, limit: Limit, now: float) -> float:
        """Seconds until the next request may go; forgets what no longer counts."""
        span = max(seconds for _, seconds in limit.windows)
        self.sent = sorted(min(at, now) for at in self.sent if at > now - span)
        self.held_at = min(self.held_at, now)
        waits = [self.held_at + self.held_for - now]
        for count, seconds in limit.windows:
            recent = [at for at in self.sent if at > now - seconds]
            if len(recent) >= count:
                waits.append(recent[-count] + seconds - now)
        return max(0.0, *waits)


class Ledger:
    """Who was asked when, in a directory shared by all processes of this data directory.

    Args:
        directory: where the pages lie.
        longest_wait: seconds that a caller is made to wait at most; more is an error.
        tell: told in one sentence why a caller waits.
    """

    def __init__(
        self,
        directory: Path,
        *,
        longest_wait: float,
        limits: Mapping[str, Limit] = LIMITS,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.time,
        tell: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._directory, self._longest_wait = directory, longest_wait
        self._limits, self._sleep, self._clock, self._tell = limits, sleep, clock, tell
        directory.mkdir(parents=True, exist_ok=True)

    def limit(self, name: str) -> Limit:
        """The limit of a publisher."""
        return self._limits.get(name, POLITE)

    @contextmanager
    def turn(self, name: str) -> Iterator[None]:
        """Wait until this publisher may be asked, count the request, and keep others out.

        Raises:
            Unavailable: it would take longer than the longest wait; says until when.
        """
        if not self.limit(name).one_at_a_time:
            self._count(name)
            yield
            return
        with (self._directory / f"{name}.busy").open("a") as busy:
            self._get_in_line(name, busy.fileno())
            self._count(name)
            yield

    def hold(self, name: str, seconds: float) -> None:
        """Remember that this publisher does not want to be asked for so long."""
        with self._page(name) as page:
            page.held_at, page.held_for = self._clock(), min(seconds, LONGEST_HOLD)

    def _get_in_line(self, name: str, descriptor: int) -> None:
        waited = 0.0
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            except BlockingIOError:
                if waited == 0.0:
                    self._tell(f"waiting: another fetch is asking {name}")
                if waited > self._longest_wait:
                    raise Unavailable(
                        f"Another fetch has been asking {name} for {waited:.0f} s.",
                        expected=f"one request at a time: {name} wants it so",
                        todo="wait until it has ended, then fetch again",
                    ) from None
            # Whole seconds of a stranger's work: real time, whatever `sleep` a test has given.
            time.sleep(_POLL_SECONDS)
            waited += _POLL_SECONDS

    def _count(self, name: str) -> None:
        limit, waited, now = self.limit(name), 0.0, self._clock()
        while True:
            with self._page(name) as page:
                wait = page.wait(limit, now)
                if wait == 0.0:
                    page.sent.append(now)
                    return
            if waited + wait > self._longest_wait:
                raise Unavailable(
                    f"{name} may not be asked again before {_moment(now + wait)}"
                    f" (in {_span(wait)}).",
                    expected=_described(limit),
                    todo="fetch again then; what was downloaded so far is kept",
                )
            self._tell(f"waiting {_span(wait)} before asking {name} again")
            self._sleep(wait)
            waited += wait
            # The clock may have been set back while we slept; the wait was served all the same.
            now = max(self._clock(), now + wait)

    @contextmanager
    def _page(self, name: str) -> Iterator[_Page]:
        """A publisher's page, read and written back under a lock."""
        path = self._directory / f"{name}.json"
        with (self._directory / f"{name}.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            page = _read(path)
            yield page
            written = path.with_suffix(".new")
            written.write_text(json.dumps(vars(page)), encoding="utf-8")
            os.replace(written, path)


def _read(path: Path) -> _Page:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return _Page(
            [float(at) for at in found["sent"]], float(found["held_at"]), float(found["held_for"])
        )
    except (FileNotFoundError, ValueError, TypeError, KeyError):
        return _Page()  # lost or spoilt by a full disk: the publisher still counts for itself


def _described(limit: Limit) -> str:
    return " and ".join(
        f"at most {count} request{'s' if count > 1 else ''} in {_span(seconds)}"
        for count, seconds in limit.windows
    )


def _span(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.0f} h"


def _moment(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
