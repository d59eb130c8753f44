"""One way to ask a publisher over HTTP: patiently, politely, whole or not at all.

Here: sending an `Ask`, retrying, redirects, resuming, and the checks that HTTP itself allows
(status, lengths, media type, web page instead of data, encoding, speed).
Not here: partial files and the wire (`transfer`), limits per publisher (`limits`), keys (`secret`),
addresses (`roots`), what an answer means (each publisher's `*_api` module).

Bytes are streamed into a partial file that survives a killed process; it is continued only when
the publisher proves, by its validator, that it still serves the same bytes. Every attempt is
written down in `Client.exchanges`, without any secret.

Proxies and certificates follow the environment (HTTPS_PROXY, NO_PROXY, SSL_CERT_FILE), except that
loopback is asked directly.
"""

from __future__ import annotations

import errno
import gzip
import hashlib
import logging
import os
import re
import shutil
import socket
import ssl
import tempfile
import time
import zlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from types import TracebackType
from typing import Any, NoReturn
from urllib.parse import urljoin, urlsplit

import httpx
import stamina

from sources.contract import SourceError
from sources.fetching import Ask, Exchange
from sources.json_text import parse_json
from sources.limits import LIMITS, LONGEST_HOLD, Ledger, Limit, Unavailable
from sources.roots import is_loopback, publisher_of
from sources.secret import read_secret, shown_link, shown_url, without_secrets
from sources.transfer import (
    Broken,
    Pace,
    Partial,
    Patience,
    Wire,
    announced_length,
    remove_old_partials,
    total_length,
)

__all__ = ["LIMITS", "Client", "Earlier", "Limit", "NotModified", "Patience", "Unavailable"]

USER_AGENT = "whitepaper-warehouse/0.1"
NO_STRICT_X509 = frozenset(
    {
        "nstatdb.dgbas.gov.tw",
        "cpx.cbc.gov.tw",
        "web02.mof.gov.tw",
        "service.mof.gov.tw",
        "opendata.customs.gov.tw",
        "data.gov.tw",
    }
)
"""Hosts whose chain has certificates without a subject key identifier, which Python 3.13's strict
check refuses. Everything else of the verification stays on."""

KEPT_HEADERS = (
    *("content-type", "content-length", "content-encoding", "content-range"),
    *("etag", "last-modified", "retry-after", "date"),
)
PATIENCE = Patience()
REDIRECTS = frozenset({301, 302, 303, 307, 308})
TRANSIENT = frozenset({408, 425, 429, 500, 502, 503, 504})
LINK_EXPIRED = frozenset({400, 401, 403, 404, 410})
LARGEST_FILE = 1 << 30
LARGEST_TEXT = 32 << 20
SPARE_DISK = 64 << 20
HEARING_SECONDS = 5.0
"""How long to listen to the words of a refusal."""

_log = logging.getLogger(__name__)
_CHUNK = 1 << 20
_SNIPPET = 300
# They log addresses and headers, with every key in them.
for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).setLevel(logging.WARNING)
# It would print every retry to stdout; `on_note` tells it in our words.
stamina.instrumentation.set_on_retry_hooks(())


class NotModified(SourceError):
    """A publisher answered 304 although nothing was asked on condition."""


@dataclass(frozen=True)
class Earlier:
    """What an address gave the last time, and the file that was kept of it."""

    path: Path
    sha256: str
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True)
class _Rules:
    """What a caller expects of an answer."""

    min_bytes: int
    max_bytes: int
    expect_bytes: int | None
    max_redirects: int
    media: tuple[str, ...]
    name: str | None
    """Of the file to save; None for a text that is only read."""
    resumable: bool


@dataclass
class _Record:
    """An exchange while it happens."""

    url: str
    method: str
    asked_at: str
    begun: float = field(default_factory=time.monotonic)
    status: int | None = None
    outcome: str = "interrupted"
    bytes: int = 0
    sha256: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    redirected_to: str | None = None

    def exchange(self) -> Exchange:
        facts = {name: value for name, value in vars(self).items() if name != "begun"}
        return Exchange(seconds=round(time.monotonic() - self.begun, 3), **facts)


class Client:
    """Asks publishers; one per fetch, used as a context manager.

    Args:
        state: directory of the limits' ledger and of partial downloads, shared by all processes.
        on_progress: called with a file's name, the bytes so far and the bytes in all, if known.
        on_note: told in one sentence about waits and retries.
        patience: see `Patience`.
        earlier: what was kept of an address before; it is then asked "only if modified", and the
            kept file serves again when it is not.
        sleep: how to wait for a limit or a Retry-After.
        clock: seconds since the epoch, for limits and dates.
    """

    def __init__(
        self,
        *,
        state: Path,
        on_progress: Callable[[str, int, int | None], None] | None = None,
        on_note: Callable[[str], None] | None = None,
        patience: Patience = PATIENCE,
        earlier: Mapping[str, Earlier] | None = None,
        limits: Mapping[str, Limit] = LIMITS,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.exchanges: list[Exchange] = []
        self._patience, self._clock = patience, clock
        self._on_progress = on_progress or (lambda name, done, total: None)
        self._on_note = on_note or _log.info
        self._earlier = dict(earlier or {})
        self.state = Path(state)
        self._partials = Path(state) / "partial"
        self._partials.mkdir(parents=True, exist_ok=True)
        self._ledger = Ledger(
            Path(state) / "limits",
            longest_wait=patience.wait,
            limits=limits,
            sleep=sleep,
            clock=clock,
            tell=self._note,
        )
        self._secrets: set[str] = set()
        self._clients: dict[tuple[bool, bool], httpx.Client] = {}
        remove_old_partials(self._partials)

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for client in self._clients.values():
            client.close()
        self._clients.clear()

    def kept(self, url: str) -> Earlier | None:
        """What is kept of an address from before; its bytes are not proven here."""
        return self._earlier.get(shown_url(url))

    def download(
        self,
        ask: Ask,
        to: Path,
        *,
        expect_bytes: int | None = None,
        min_bytes: int = 1,
        max_bytes: int = LARGEST_FILE,
        max_redirects: int = 3,
        media: tuple[str, ...] = (),
        resumable: bool = True,
    ) -> Path:
        """Save what a publisher answers, whole, at `to`.

        Args:
            ask: the request.
            to: the file to make; it appears when all bytes are there, or not at all.
            expect_bytes: the size, where the publisher's metadata tell it.
            min_bytes: fewer are no answer.
            max_bytes: more are refused, also of what a compressed answer unpacks to.
            max_redirects: how many are followed.
            media: content types that are believed, e.g. ``("text/csv",)``; empty = any.
            resumable: continue what an earlier attempt, also of a killed process, has left.

        Returns:
            `to`.

        Raises:
            Unavailable: it cannot be had now, as far as the publisher's answers show.
            SourceError: it cannot be had; says host, address, status and what to do.
        """
        rules = _Rules(min_bytes, max_bytes, expect_bytes, max_redirects, media, to.name, resumable)
        with Partial(self._partials, ask) as partial:
            self._persist(ask, partial, rules, to)
        return to

    def get_text(self, ask: Ask, *, max_bytes: int = LARGEST_TEXT, min_bytes: int = 1) -> str:
        """The answer as text (UTF-8, or the charset that the answer names).

        Raises:
            SourceError: as `download`, or the bytes are no text.
        """
        rules = _Rules(min_bytes, max_bytes, None, 3, (), None, resumable=False)
        with tempfile.TemporaryDirectory(dir=self._partials, prefix=".text-") as directory:
            path = Path(directory) / "answer"
            with Partial(Path(directory), ask) as partial:
                self._persist(ask, partial, rules, path)
            content = path.read_bytes()
        named = re.search(
            r"charset=\"?([\w.:-]+)", self.exchanges[-1].headers.get("content-type", "")
        )
        charset = named[1] if named else "utf-8"
        if charset.lower().replace("-", "") == "utf8":
            charset = "utf-8-sig"  # a byte order mark is no text
        try:
            return content.decode(charset)
        except (UnicodeDecodeError, LookupError):
            raise self._refusal(
                ask, f"The answer is not text in {charset}.", "see what the address shows"
            ) from None

    def get_json(self, ask: Ask, *, max_bytes: int = LARGEST_TEXT) -> Any:
        """The answer as JSON.

        Raises:
            SourceError: as `get_text`, or the text is no JSON.
        """
        text = self.get_text(ask, max_bytes=max_bytes)
        try:
            return parse_json(text, Path("answer"))
        except SourceError as error:
            what = without_secrets(error.what, self._secrets)
            raise self._refusal(ask, what, error.todo or "fetch again later") from None

    # --- attempts -----------------------------------------------------------------------------

    def _persist(self, ask: Ask, partial: Partial, rules: _Rules, to: Path) -> None:
        """Attempt until the answer is whole at `to`."""
        slow = 0

        def worth_another(error: Exception) -> bool | float:
            nonlocal slow
            if not isinstance(error, Broken):
                return False
            slow += error.slow
            if slow > 1:
                return False
            return 0.0 if error.at_once else True

        try:
            for attempt in stamina.retry_context(
                on=worth_another,
                attempts=self._patience.attempts,
                timeout=None,
                wait_initial=self._patience.backoff,
                wait_max=self._patience.backoff_max,
                wait_jitter=self._patience.backoff,
            ):
                with attempt:
                    self._attempt(ask, partial, rules, to)
        except Broken as error:
            times = sum(1 for e in self.exchanges if e.url == shown_url(ask.url, self._secrets))
            raise Unavailable(
                f"{self._where(ask)}: {error.what} Asked {times} time{'s' if times > 1 else ''}.",
                todo="fetch again later; what was downloaded is kept where it can be continued",
            ) from None

    def _attempt(self, ask: Ask, partial: Partial, rules: _Rules, to: Path) -> None:
        headers, private = self._headers(ask)
        record = _Record(
            shown_url(ask.url, self._secrets),
            ask.method,
            datetime.fromtimestamp(self._clock(), UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        )
        sent = False
        try:
            with self._ledger.turn(self._publisher(ask)):
                record.begun, sent = time.monotonic(), True
                self._exchange(ask, headers, private, partial, rules, to, record)
        except Broken as error:
            record.outcome = f"broken: {error.what}"
            self._note(f"{urlsplit(ask.url).hostname}: {error.what}")
            raise
        except SourceError as error:
            record.outcome = f"refused: {error.what}"
            raise
        except OSError as error:
            record.outcome = f"failed here: {error.strerror}"
            raise
        finally:
            if sent:
                self.exchanges.append(record.exchange())

    def _exchange(
        self,
        ask: Ask,
        headers: dict[str, str],
        private: frozenset[str],
        partial: Partial,
        rules: _Rules,
        to: Path,
        record: _Record,
    ) -> None:
        """Send one request, follow its redirects at once, and take in the answer."""
        url, method, seen = ask.url, ask.method, set[str]()
        earlier = self._earlier.get(record.url) if rules.name else None
        if not rules.resumable:
            partial.discard()
        headers |= partial.conditions() or _conditions(earlier)
        while True:
            seen.add(url)
            wire = Wire(self._patience.header)
            response = self._send(ask, method, url, headers, wire)
            try:
                record.status = response.status_code
                record.headers = self._kept(response)
                if response.status_code not in REDIRECTS:
                    self._take(ask, response, wire, partial, rules, to, record, earlier, headers)
                    return
                target = self._redirected(ask, url, response, seen, rules)
            finally:
                response.close()
            if _origin(target) != _origin(url):
                headers = {k: v for k, v in headers.items() if k.lower() not in private}
            if response.status_code == 303:
                method = "GET"
            record.redirected_to = shown_link(target, self._secrets)
            url = target

    def _send(
        self, ask: Ask, method: str, url: str, headers: dict[str, str], wire: Wire
    ) -> httpx.Response:
        try:
            client = self._client(url)
            request = client.build_request(
                method, url, headers=headers, extensions={"trace": wire.trace}
            )
            return client.send(request, stream=True)
        except httpx.TransportError as error:
            self._raise_transport(ask, error)
        except (httpx.InvalidURL, httpx.HTTPError, ValueError):
            # Their texts may hold the address or a header.
            raise self._refusal(
                ask, "The address cannot be asked.", "mend the address of this source"
            ) from None

    def _take(
        self,
        ask: Ask,
        response: httpx.Response,
        wire: Wire,
        partial: Partial,
        rules: _Rules,
        to: Path,
        record: _Record,
        earlier: Earlier | None,
        headers: Mapping[str, str],
    ) -> None:
        status = response.status_code
        if status == 304:
            self._reuse(ask, earlier, headers, to, record)
            return
        if status in TRANSIENT:
            self._come_back(ask, response)
        if status == 416 and "Range" in headers:
            partial.discard()
            raise Broken("The partial download does not fit any more (416).", at_once=True)
        if status in LINK_EXPIRED and record.redirected_to:
            raise Broken(f"The link that it redirected to answered {status}; it has expired.")
        if status == 206 and "Range" in headers:
            if not partial.is_continued_by(response):
                partial.discard()
                raise Broken("It continued with other bytes than asked for.", at_once=True)
        elif status == 200:
            partial.begin(response)
        else:
            self._raise_status(ask, response)
        self._check_media(ask, response, rules)
        resumed = partial.size
        self._stream(ask, response, wire, partial, rules)
        self._finish(ask, response, partial, rules, to)
        record.bytes = to.stat().st_size
        record.sha256 = _sha256(to)
        record.outcome = "saved" if rules.name else "read"
        if resumed:
            record.outcome += f", continued at byte {resumed}"

    def _stream(
        self,
        ask: Ask,
        response: httpx.Response,
        wire: Wire,
        partial: Partial,
        rules: _Rules,
    ) -> None:
        announced = announced_length(response)
        total = total_length(response) if partial.size else announced
        if total is not None:
            self._check_size(ask, total, rules)
            _check_disk(self._partials, total - partial.size)
        wire.announced = announced
        pace = Pace(self._patience, total)
        try:
            with partial.appending() as handle:
                for chunk in response.iter_raw():
                    handle.write(chunk)
                    self._check_size(ask, handle.tell(), rules)
                    if rules.name:
                        self._on_progress(rules.name, handle.tell(), total)
                    pace.check(len(chunk))
        except httpx.TransportError as error:
            self._raise_transport(ask, error, f" after {partial.size:,} bytes")
        if wire.brought_more:
            partial.discard()
            raise Broken(f"It announced {announced:,} bytes but sent more.")
        if total is not None and partial.size != total:
            raise Broken(f"It ended after {partial.size:,} of {total:,} bytes.", at_once=True)

    def _finish(
        self, ask: Ask, response: httpx.Response, partial: Partial, rules: _Rules, to: Path
    ) -> None:
        """Hold what came against the rules, and move it to its place."""
        encoding = response.headers.get("content-encoding", "identity").strip().lower()
        whole = partial.path
        if encoding in ("gzip", "x-gzip"):
            whole = self._unpacked(ask, partial, rules, keep_gzip=to.suffix == ".gz")
        elif encoding not in ("identity", ""):
            partial.discard()
            raise self._refusal(
                ask,
                f"The answer is encoded as '{without_secrets(encoding[:40], self._secrets)}'.",
                "none: the encoding was not asked for; tell the publisher",
            )
        size = whole.stat().st_size
        with whole.open("rb") as handle:
            head = handle.read(600)
        fault: Exception | None = None
        if size == 0:
            fault = Broken("It answered 200 with nothing in it.")
        elif rules.expect_bytes is not None and size != rules.expect_bytes:
            fault = Broken(f"{size:,} bytes came; its metadata say {rules.expect_bytes:,}.")
        elif _is_web_page(head):
            fault = self._refusal(
                ask,
                f"It answered with a web page, not data: {self._snippet(head)}",
                "open the address in a browser: the service may be down, or refuse programs",
            )
        elif size < rules.min_bytes:
            fault = self._refusal(
                ask,
                f"Only {size:,} bytes came: {self._snippet(head)}",
                "see whether the service knows the query",
                expected=f"at least {rules.min_bytes:,} bytes",
            )
        if fault:
            partial.discard()
            whole.unlink(missing_ok=True)
            raise fault
        _move(whole, to)
        partial.discard()

    def _unpacked(self, ask: Ask, partial: Partial, rules: _Rules, *, keep_gzip: bool) -> Path:
        """The file that a compressed answer unpacks to; the same file if it is a .gz itself."""
        path = partial.path.with_suffix(".unpacked")
        size = 0
        try:
            with gzip.open(partial.path) as packed, path.open("wb") as handle:
                while chunk := packed.read(_CHUNK):
                    if size == 0 and keep_gzip and not chunk.startswith(b"\x1f\x8b"):
                        # A .gz that the server calls encoded: what came is the file.
                        path.unlink()
                        return partial.path
                    size += len(chunk)
                    self._check_size(ask, size, rules)
                    handle.write(chunk)
        except (EOFError, zlib.error, gzip.BadGzipFile):
            path.unlink(missing_ok=True)
            partial.discard()
            raise Broken("It called the answer gzip, but it cannot be unpacked.") from None
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        return path

    def _reuse(
        self,
        ask: Ask,
        earlier: Earlier | None,
        headers: Mapping[str, str],
        to: Path,
        record: _Record,
    ) -> None:
        if earlier is None or not headers.keys() & {"If-None-Match", "If-Modified-Since"}:
            raise NotModified(
                f"{self._where(ask)} answered 304, not modified, though no condition was sent.",
                todo="fetch again later",
            )
        copy = to.with_name(f".{to.name}.kept")
        to.parent.mkdir(parents=True, exist_ok=True)
        try:
            shutil.copyfile(earlier.path, copy)
            intact = _sha256(copy) == earlier.sha256
        except FileNotFoundError:
            intact = False
        if not intact:
            copy.unlink(missing_ok=True)
            del self._earlier[record.url]
            raise Broken("Not modified, but our earlier file is gone or changed.", at_once=True)
        os.replace(copy, to)
        record.bytes, record.sha256 = to.stat().st_size, earlier.sha256
        record.outcome = "not modified"
        # Kept with the file, so that the fetch after this one can ask on condition too.
        validators = {"etag": earlier.etag, "last-modified": earlier.last_modified}
        record.headers = {k: v for k, v in validators.items() if v} | record.headers

    # --- refusals -----------------------------------------------------------------------------

    def _come_back(self, ask: Ask, response: httpx.Response) -> NoReturn:
        """Note in the ledger how long the publisher wants to be left alone."""
        publisher, status = self._publisher(ask), response.status_code
        seconds = _retry_after(response, self._clock())
        if seconds is None and status == 429:
            seconds = self._ledger.limit(publisher).pause or None
        if seconds is None:
            raise Broken(f"It answered {status}.")
        seconds = min(seconds, LONGEST_HOLD)
        self._ledger.hold(publisher, seconds)
        raise Broken(f"It answered {status} and wants {seconds:.0f} s of rest.", at_once=True)

    def _redirected(
        self, ask: Ask, url: str, response: httpx.Response, seen: set[str], rules: _Rules
    ) -> str:
        """The address that a redirect leads to, if it may be followed."""
        todo = "open the address in a browser and see where it leads"
        location = response.headers.get("location", "")
        try:
            target = str(httpx.URL(urljoin(url, location)))
            parts = urlsplit(target)
        except (httpx.InvalidURL, ValueError):
            location = ""
        if not location or parts.scheme not in ("http", "https") or not parts.hostname:
            raise self._refusal(ask, "It redirects to no address that can be asked.", todo)
        if parts.scheme == "http" and urlsplit(url).scheme == "https":
            raise self._refusal(
                ask, f"It redirects to an address without encryption, {parts.hostname}.", todo
            )
        if target in seen:
            raise self._refusal(ask, "It redirects in a circle.", todo)
        if len(seen) > rules.max_redirects:
            raise self._refusal(ask, f"It redirects more than {rules.max_redirects} times.", todo)
        return target

    def _raise_transport(self, ask: Ask, error: httpx.TransportError, when: str = "") -> NoReturn:
        if "CERTIFICATE_VERIFY_FAILED" in str(error):
            raise self._refusal(
                ask,
                "The certificate of the service is not accepted "
                f"({without_secrets(str(error), self._secrets)[:200]}).",
                "check the clock and SSL_CERT_FILE (a proxy's own certificate?); never switch the "
                "verification off",
            ) from None
        words = next((text for kind, text in _FAULTS if isinstance(error, kind)), "It failed")
        if isinstance(error, httpx.ConnectError):
            words += f" ({without_secrets(str(error), self._secrets)[:120]})"
        # A name that is not known now is not known in a second: one more attempt is enough.
        slow = isinstance(error, httpx.TimeoutException) or _is_unresolved(error)
        raise Broken(f"{words}{when}.", slow=slow) from None

    def _raise_status(self, ask: Ask, response: httpx.Response) -> NoReturn:
        status = response.status_code
        said, until = b"", time.monotonic() + HEARING_SECONDS
        with suppress(httpx.HTTPError):
            for chunk in response.iter_raw():
                said += chunk
                if len(said) >= _SNIPPET or time.monotonic() > until:
                    break
        what = f"It answered {status} {httpx.codes.get_reason_phrase(status)}".rstrip()
        raise self._refusal(
            ask,
            f"{what}{f', saying {self._snippet(said)}' if said else ', and nothing else'}.",
            _REMEDIES.get(status, "open the address in a browser; the service may have moved"),
        )

    def _check_media(self, ask: Ask, response: httpx.Response, rules: _Rules) -> None:
        media = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        if rules.media and media and media not in rules.media:
            raise self._refusal(
                ask,
                f"It answered with '{without_secrets(media[:60], self._secrets)}'.",
                "open the address in a browser: the service may be down, or refuse programs",
                expected=" or ".join(rules.media),
            )

    def _check_size(self, ask: Ask, size: int, rules: _Rules) -> None:
        if size > rules.max_bytes:
            raise self._refusal(
                ask,
                f"The answer is larger than this source can be ({size:,} bytes).",
                "see what the address gives; if it is right, raise the limit of this source",
                expected=f"at most {rules.max_bytes:,} bytes",
            )

    def _refusal(
        self, ask: Ask, what: str, todo: str, *, expected: str | None = None
    ) -> SourceError:
        return SourceError(f"{self._where(ask)}: {what}", expected=expected, todo=todo)

    def _where(self, ask: Ask) -> str:
        host = urlsplit(ask.url).hostname or "the service"
        return f"{host} ({ask.purpose}, {shown_url(ask.url, self._secrets)})"

    def _snippet(self, content: bytes) -> str:
        text = " ".join(content[:_SNIPPET].decode("utf-8", "replace").split())
        return repr(without_secrets(text, self._secrets)[:120])

    # --- small parts --------------------------------------------------------------------------

    def _headers(self, ask: Ask) -> tuple[dict[str, str], frozenset[str]]:
        """The headers to send, and the names (lower case) of those that hold a key."""
        headers = {
            "User-Agent": USER_AGENT,
            "Accept": "*/*",
            # The bytes as they lie there: lengths can be checked and downloads continued.
            "Accept-Encoding": "identity",
            # One connection per request: a publisher's early goodbye meets no later request.
            "Connection": "close",
            **ask.headers,
        }
        keys = {name: read_secret(variable) for name, variable in ask.secret_header.items()}
        self._secrets.update(keys.values())
        parts = urlsplit(ask.url)
        if keys and parts.scheme != "https" and not is_loopback(parts.hostname or ""):
            raise self._refusal(
                ask, "A key is not sent without encryption.", "use an https address"
            )
        private = {name.lower() for name in keys} | {"authorization", "cookie"}
        return headers | keys, frozenset(private)

    def _client(self, url: str) -> httpx.Client:
        host = urlsplit(url).hostname or ""
        kind = (is_loopback(host), host in NO_STRICT_X509)
        if kind not in self._clients:
            loopback, lenient = kind
            self._clients[kind] = httpx.Client(
                verify=_tls(lenient=lenient, trust_env=not loopback),
                trust_env=not loopback,
                follow_redirects=False,
                timeout=httpx.Timeout(self._patience.silence, connect=self._patience.connect),
                limits=httpx.Limits(max_keepalive_connections=0),
            )
        return self._clients[kind]

    def _publisher(self, ask: Ask) -> str:
        return publisher_of(ask.url) or re.sub(r"[^\w.-]", "_", urlsplit(ask.url).hostname or "_")

    def _kept(self, response: httpx.Response) -> dict[str, str]:
        return {
            name: without_secrets(response.headers[name], self._secrets)[:200]
            for name in KEPT_HEADERS
            if name in response.headers
        }

    def _note(self, sentence: str) -> None:
        self._on_note(without_secrets(sentence, self._secrets))


def _is_unresolved(error: BaseException | None) -> bool:
    """Whether the host's name could not be resolved: there is no network, or no such host."""
    while error is not None:
        if isinstance(error, socket.gaierror):
            return True
        error = error.__cause__ or error.__context__
    return False


_FAULTS: tuple[tuple[type[httpx.TransportError], str], ...] = (
    (httpx.ConnectTimeout, "No connection in time"),
    (httpx.ReadTimeout, "Nothing came for too long"),
    (httpx.TimeoutException, "It took too long"),
    (httpx.ConnectError, "No connection"),
    (httpx.RemoteProtocolError, "The answer broke off or is no HTTP"),
    (httpx.ProxyError, "The proxy refused"),
    (httpx.NetworkError, "The connection was lost"),
)
_REMEDIES = {
    401: "check the key of this source: it is missing, mistyped or no longer valid",
    403: "check the key of this source; without one, open the address in a browser: the service "
    "may refuse programs or this network",
    404: "see whether the service has moved, or the product was renamed",
    204: "none of the data asked for exist there; check agency, flow and version",
}


def _tls(*, lenient: bool, trust_env: bool) -> ssl.SSLContext:
    context = httpx.create_ssl_context(trust_env=trust_env)
    if lenient:
        context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    return context


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or {"http": 80, "https": 443}[parts.scheme]


def _conditions(earlier: Earlier | None) -> dict[str, str]:
    if earlier and earlier.etag:
        return {"If-None-Match": earlier.etag}
    if earlier and earlier.last_modified:
        return {"If-Modified-Since": earlier.last_modified}
    return {}


def _retry_after(response: httpx.Response, now: float) -> float | None:
    """Seconds that a Retry-After asks for, as a number or as a date; None without a usable one."""
    text = response.headers.get("retry-after", "").strip()
    if text.isdecimal():
        return float(text)
    try:
        at: float = parsedate_to_datetime(text).timestamp()
    except (ValueError, TypeError, OverflowError):
        return None
    with suppress(ValueError, TypeError, OverflowError, KeyError):
        # The publisher's own clock, if it tells: ours may be wrong.
        now = parsedate_to_datetime(response.headers["date"]).timestamp()
    return max(0.0, at - now)


def _is_web_page(head: bytes) -> bool:
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    return start.startswith((b"<!doctype html", b"<html", b"<head", b"<body"))


def _check_disk(directory: Path, needed: int) -> None:
    free = shutil.disk_usage(directory).free
    if free < needed + SPARE_DISK:
        raise SourceError(
            f"The disk has {free:,} bytes free; the download needs {needed:,}.",
            todo="make room, or move data/ elsewhere with WHITEPAPER_DATA, then fetch again",
        )


def _sha256(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def _move(path: Path, to: Path) -> None:
    to.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.replace(path, to)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        copy = to.with_name(f"{to.name}.part")
        shutil.copyfile(path, copy)
        os.replace(copy, to)
        path.unlink()
