"""A transfer's own parts: what has come so far, the wire below HTTP, and the pace.

Here: partial downloads that survive a killed process, faults that only the wire shows, and breaking
off what will not end. Not here: sending and judging answers (`http`).
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import urlsplit

import httpcore
import httpx

from sources.contract import SourceError
from sources.fetching import Ask

OLD_PARTIAL_SECONDS = 14 * 86400
AFTERMATH_SECONDS = 0.2
"""How long to listen for bytes after the last one announced."""

_CONTENT_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+|\*)")


@dataclass(frozen=True)
class Patience:
    """How long a fetch bears with a publisher; seconds unless the name says otherwise.

    `silence` is the longest time without a byte, `wait` the longest Retry-After or limit that is
    sat out. A download slower than `bytes_per_second` over `window` is broken off; it may last
    `total` plus the time its announced size takes at a hundred times that speed.
    """

    attempts: int = 5
    connect: float = 20.0
    silence: float = 30.0
    header: float = 60.0
    total: float = 1800.0
    window: float = 20.0
    bytes_per_second: float = 1000.0
    wait: float = 120.0
    backoff: float = 1.0
    backoff_max: float = 30.0


class Broken(Exception):
    """An attempt failed in a way that another attempt may mend.

    `at_once`: the wait, if any, is in the ledger already. `slow`: worth only one more attempt.
    """

    def __init__(self, what: str, *, at_once: bool = False, slow: bool = False) -> None:
        self.what, self.at_once, self.slow = what, at_once, slow
        super().__init__(what)


class Partial:
    """What has come of an answer so far, and the validator that lets the rest be asked for.

    Lies in the state directory under a name made from the request; one process at a time has it.
    """

    def __init__(self, directory: Path, ask: Ask) -> None:
        request = json.dumps([ask.method, ask.url, sorted(ask.headers.items())])
        name = hashlib.sha256(request.encode()).hexdigest()[:24]
        self.path = directory / f"{name}.part"
        self._about = directory / f"{name}.json"
        self._lock_path = directory / f"{name}.lock"
        self._where = urlsplit(ask.url).hostname
        self._lock: BinaryIO | None = None

    def __enter__(self) -> Partial:
        self._lock = self._lock_path.open("ab")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._lock.close()
            raise SourceError(
                f"Another process is downloading the same file from {self._where}.",
                todo="wait until it has ended, then fetch again",
            ) from None
        return self

    def __exit__(self, *_: object) -> None:
        if self._lock:
            self._lock.close()

    @property
    def size(self) -> int:
        """Bytes so far."""
        return self.path.stat().st_size if self.path.exists() else 0

    @property
    def _validator(self) -> str | None:
        try:
            validator = json.loads(self._about.read_text(encoding="utf-8"))["validator"]
        except (FileNotFoundError, ValueError, KeyError, TypeError):
            return None
        return validator if isinstance(validator, str) else None

    def begin(self, response: httpx.Response) -> None:
        """Start from nothing, with the validator of the answer that now comes."""
        # In this order: bytes without their own validator must never lie there.
        self.discard()
        about = {"validator": validator_of(response)}
        self._about.write_text(json.dumps(about), encoding="utf-8")

    def conditions(self) -> dict[str, str]:
        """Headers that ask for the rest, if it can be had."""
        size, validator = self.size, self._validator
        if not size or not validator:
            self.discard()
            return {}
        return {"Range": f"bytes={size}-", "If-Range": validator}

    def is_continued_by(self, response: httpx.Response) -> bool:
        """Whether a 206 brings the same file from where this ends."""
        place = _CONTENT_RANGE.fullmatch(response.headers.get("content-range", "").strip())
        validator = validator_of(response)
        return (
            place is not None
            and int(place[1]) == self.size
            and "content-encoding" not in response.headers
            and validator in (None, self._validator)
        )

    @contextmanager
    def appending(self) -> Iterator[BinaryIO]:
        """The file to write on; what was written is on the disk afterwards, come what may."""
        with self.path.open("ab") as handle:
            try:
                yield handle
            finally:
                handle.flush()
                os.fsync(handle.fileno())

    def discard(self) -> None:
        """Forget what came."""
        self.path.unlink(missing_ok=True)
        self._about.unlink(missing_ok=True)


class Wire:
    """Watches the bytes of one connection below HTTP.

    Two faults show only there: headers that drip for ever, and a body longer than its
    Content-Length, which HTTP libraries cut off without a word.
    """

    def __init__(self, header_seconds: float) -> None:
        self.announced: int | None = None
        self._deadline = time.monotonic() + header_seconds
        self._head, self._body = b"", -1  # -1: the headers are not complete yet
        self._tail = b""

    @property
    def brought_more(self) -> bool:
        """Whether more body came than announced; a line end, as old servers add, is nothing."""
        if self.announced is None or self._body <= self.announced:
            return False
        surplus = self._body - self.announced
        return surplus > len(self._tail) or bool(self._tail[-surplus:].strip())

    def trace(self, event: str, info: Mapping[str, Any]) -> None:
        """Called by the HTTP library at every step of a request (its `trace` extension)."""
        if event.endswith((".connect_tcp.complete", ".start_tls.complete")):
            self._watch(info["return_value"])

    def _watch(self, stream: Any) -> None:
        self._head, self._body = b"", -1
        read, close = stream.read, stream.close

        def watched_read(max_bytes: int, timeout: float | None = None) -> bytes:
            if self._body < 0:
                left = self._deadline - time.monotonic()
                if left <= 0:
                    raise httpcore.ReadTimeout
                timeout = left if timeout is None else min(timeout, left)
            data: bytes = read(max_bytes, timeout)
            self._count(data)
            return data

        def watched_close() -> None:
            if self._body == self.announced:
                with suppress(httpcore.NetworkError, httpcore.TimeoutException, OSError):
                    self._count(read(64, AFTERMATH_SECONDS))
            close()

        stream.read, stream.close = watched_read, watched_close

    def _count(self, data: bytes) -> None:
        self._tail = (self._tail + data)[-4:]
        if self._body >= 0:
            self._body += len(data)
            return
        self._head += data
        while self._body < 0 and b"\r\n\r\n" in self._head:
            head, _, rest = self._head.partition(b"\r\n\r\n")
            self._head = rest
            if not re.match(rb"HTTP/1\.\d 1\d\d", head):  # not '100 Continue' and the like
                self._body, self._head = len(rest), b""


class Pace:
    """Breaks off a download that will not end within reason."""

    def __init__(self, patience: Patience, total: int | None) -> None:
        self._patience = patience
        self._begun = self._window_begun = time.monotonic()
        self._came = 0
        self._longest = patience.total + (total or 0) / (100 * patience.bytes_per_second)

    def check(self, came: int) -> None:
        """Count bytes that came.

        Raises:
            Broken: too few in the last window, or too late altogether.
        """
        now, floor = time.monotonic(), self._patience.bytes_per_second
        self._came += came
        if now - self._begun > self._longest:
            raise Broken(f"It was not done after {self._longest:.0f} s.", slow=True)
        span = now - self._window_begun
        if span >= self._patience.window:
            if self._came < floor * span:
                raise Broken(f"It sent only {self._came / span:.0f} bytes a second.", slow=True)
            self._window_begun, self._came = now, 0


def validator_of(response: httpx.Response) -> str | None:
    """What proves that a later answer continues this one: a strong ETag, or a date."""
    if "content-encoding" in response.headers:
        return None
    etag: str = response.headers.get("etag", "")
    if etag:
        return None if etag.startswith("W/") else etag
    modified: str | None = response.headers.get("last-modified")
    return modified


def announced_length(response: httpx.Response) -> int | None:
    """Bytes of this body, as its headers say."""
    if "transfer-encoding" in response.headers:
        return None
    text = response.headers.get("content-length", "")
    return int(text) if text.isdecimal() else None


def total_length(response: httpx.Response) -> int | None:
    """Bytes of the whole file of which a 206 brings a part."""
    place = _CONTENT_RANGE.fullmatch(response.headers.get("content-range", "").strip())
    return int(place[3]) if place and place[3] != "*" else None


def remove_old_partials(directory: Path) -> None:
    """Remove what nobody has continued for long; locks stay, another process may hold them."""
    for path in directory.iterdir():
        with suppress(OSError):
            if path.suffix != ".lock" and time.time() - path.stat().st_mtime > OLD_PARTIAL_SECONDS:
                shutil.rmtree(path) if path.is_dir() else path.unlink()
