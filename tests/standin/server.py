"""The server that every publisher's stand-in answers through, and the habits any of them can have.

Here: sockets, the log of requests, ETag, If-None-Match and Range, and the misbehaviours that are
the same for every publisher. Not here: a publisher's protocol (`tests.standin.<publisher>`).

A publisher's module registers one function::

    @publisher("oecd")
    def answer(asked: Asked, standin: StandIn) -> Reply:
        return Reply(body=b"...", headers={"Content-Type": "text/csv"})

A test says what goes wrong, and how often::

    standin.behave("oecd", too_many_429(retry_after=1), truncated(times=1))

Behaviours apply in turn: the first that is not used up and matches the path changes the reply.
"""

from __future__ import annotations

import gzip
import hashlib
import pkgutil
import random
import socket
import struct
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import import_module
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit


@dataclass(frozen=True)
class Asked:
    """A request as a publisher sees it.

    `path` is decoded and begins below the publisher's root; `raw_path` and `raw_query` are as sent.
    """

    publisher: str
    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    raw_path: str
    raw_query: str
    at: float

    def first(self, name: str, default: str = "") -> str:
        """The first value of a query parameter."""
        return self.query.get(name, [default])[0]


@dataclass(frozen=True)
class Reply:
    """What is sent back; the fields below `body` are for misbehaving.

    Args:
        announce: Content-Length to send instead of the true one; None in `headers` sends none.
        cut: bytes of the body after which the connection ends.
        reset: end it with a TCP reset rather than a goodbye.
        pace: send so many bytes, then pause for so many seconds.
        drip_head: send the headers themselves like this.
        chunked: send it in chunks, without a length.
        ranges: honour Range and conditions on a 200.
    """

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    announce: int | None = None
    no_length: bool = False
    cut: int | None = None
    reset: bool = False
    pace: tuple[int, float] | None = None
    drip_head: bool = False
    chunked: bool = False
    ranges: bool = True


Answer = Callable[[Asked, "StandIn"], Reply]
Change = Callable[[Asked, Reply, "StandIn"], Reply]
ANSWERS: dict[str, Answer] = {}


def publisher(name: str) -> Callable[[Answer], Answer]:
    """Register a publisher's way to answer."""

    def register(answer: Answer) -> Answer:
        ANSWERS[name] = answer
        return answer

    return register


@dataclass
class Behaviour:
    """A change of the replies: how often (None = always) and for which paths."""

    change: Change
    times: int | None = None
    path: str = ""

    def takes(self, asked: Asked) -> bool:
        """Whether this request is changed; counts it."""
        if self.times == 0 or self.path not in f"{asked.path}?{unquote(asked.raw_query)}":
            return False
        if self.times is not None:
            self.times -= 1
        return True


class StandIn:
    """All publishers on one port of loopback; a context manager."""

    def __init__(self, answers: dict[str, Answer] | None = None) -> None:
        self.requests: list[Asked] = []
        self.state: dict[str, Any] = {}
        """Free for publishers' modules: tables to serve, tokens, counters."""
        self._answers = _all_publishers() if answers is None else answers
        self._behaviours: dict[str, list[Behaviour]] = {}
        self._links: dict[str, tuple[Reply, float]] = {}
        self._lock = threading.Lock()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.standin = self
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), daemon=True, name="standin"
        )

    def __enter__(self) -> StandIn:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def root(self, name: str) -> str:
        """The base address of a publisher."""
        return f"http://127.0.0.1:{self.port}/{name}"

    def environment(self) -> dict[str, str]:
        """The variables that send every fetcher here."""
        from sources.roots import PREFIX, ROOTS

        return {PREFIX + name.upper(): self.root(name) for name in ROOTS}

    def behave(self, name: str, *behaviours: Behaviour) -> None:
        """Let a publisher misbehave from now on, in this order; none = behave well again."""
        with self._lock:
            self._behaviours[name] = list(behaviours)

    def asked(self, name: str) -> list[Asked]:
        """The requests that a publisher got so far."""
        return [asked for asked in self.requests if asked.publisher == name]

    def reply(self, asked: Asked) -> Reply:
        """The reply to a request, misbehaviour included."""
        with self._lock:
            self.requests.append(asked)
            if asked.publisher == "_link":
                return self._follow(asked)
            known = self._behaviours.get(asked.publisher, [])
            behaviour = next((b for b in known if b.takes(asked)), None)
        answer = self._answers.get(asked.publisher)
        if answer is None:
            return Reply(404, {"Content-Type": "text/plain"}, b"no such publisher here")
        reply = answer(asked, self)
        return behaviour.change(asked, reply, self) if behaviour else reply

    def link(self, reply: Reply, seconds: float) -> str:
        """A signed address, on another host name, that gives the reply once and not for long."""
        token = f"{random.randrange(1 << 64):016x}"
        with self._lock:
            self._links[token] = (reply, time.monotonic() + seconds)
        return f"http://localhost:{self.port}/_link/{token}/file?X-Signature=sig-{token}"

    def _follow(self, asked: Asked) -> Reply:
        reply, until = self._links.pop(asked.path.split("/")[1], (Reply(), 0.0))
        if time.monotonic() > until:
            return Reply(
                403, {"Content-Type": "application/xml"}, b"<Error>Request expired</Error>"
            )
        return reply


def _all_publishers() -> dict[str, Answer]:
    """The answers of every module beside this one; importing registers them."""
    from tests import standin

    for module in pkgutil.iter_modules(standin.__path__):
        import_module(f"tests.standin.{module.name}")
    return ANSWERS


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 32
    standin: StandIn

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is no news."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        name, _, rest = parts.path.lstrip("/").partition("/")
        asked = Asked(
            publisher=name,
            method=self.command,
            path="/" + unquote(rest),
            query=parse_qs(parts.query, keep_blank_values=True),
            headers={key.lower(): value for key, value in self.headers.items()},
            raw_path="/" + rest,
            raw_query=parts.query,
            at=time.time(),
        )
        reply = self.server.standin.reply(asked)
        if reply.status == 200 and reply.ranges:
            reply = _conditional(asked, reply)
        with suppress(OSError):  # the client has had enough
            self._send(reply)
        self.close_connection = True

    do_POST = do_GET
    do_HEAD = do_GET

    def _send(self, reply: Reply) -> None:
        headers = {"Date": formatdate(usegmt=True), "Connection": "close", **reply.headers}
        if reply.chunked:
            headers["Transfer-Encoding"] = "chunked"
        elif reply.status not in (204, 304) and not reply.no_length:
            length = len(reply.body) if reply.announce is None else reply.announce
            headers["Content-Length"] = str(length)
        reason = self.responses.get(reply.status, ("Odd", ""))[0]
        lines = [f"HTTP/1.1 {reply.status} {reason}", *(f"{k}: {v}" for k, v in headers.items())]
        head = ("\r\n".join(lines) + "\r\n\r\n").encode("utf-8")
        if reply.drip_head:
            self._drip(head, (1, 0.05))
        else:
            self.wfile.write(head)
        if self.command == "HEAD" or reply.status in (204, 304):
            return
        body = reply.body if reply.cut is None else reply.body[: reply.cut]
        if reply.chunked:
            body = b"%x\r\n%s\r\n" % (len(body), body) if body else b""
            body += b"" if reply.cut is not None else b"0\r\n\r\n"
        if reply.pace:
            self._drip(body, reply.pace)
        else:
            self.wfile.write(body)
        if reply.reset:
            # Linger of zero seconds: close() sends RST and drops what is not sent yet.
            time.sleep(0.05)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()

    def _drip(self, content: bytes, pace: tuple[int, float]) -> None:
        size, seconds = pace
        for start in range(0, len(content), size):
            self.wfile.write(content[start : start + size])
            self.wfile.flush()
            time.sleep(seconds)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing on stderr."""


def _conditional(asked: Asked, reply: Reply) -> Reply:
    """What a proper server makes of conditions and ranges."""
    tag = reply.headers.get("ETag", f'"{hashlib.sha256(reply.body).hexdigest()[:16]}"')
    headers = {"ETag": tag, "Accept-Ranges": "bytes", **reply.headers}
    if asked.headers.get("if-none-match") == tag:
        return replace(reply, status=304, headers=headers, body=b"")
    wanted = asked.headers.get("range", "")
    if not wanted.startswith("bytes=") or asked.headers.get("if-range", tag) != tag:
        return replace(reply, headers=headers)
    start, size = int(wanted[6:].partition("-")[0]), len(reply.body)
    if start >= size:
        return Reply(416, {"Content-Range": f"bytes */{size}"})
    headers["Content-Range"] = f"bytes {start}-{size - 1}/{size}"
    cut = None if reply.cut is None else max(0, reply.cut - start)
    return replace(reply, status=206, headers=headers, body=reply.body[start:], cut=cut)


# --- misbehaviours ----------------------------------------------------------------------------


def nothing_204(times: int | None = None, path: str = "") -> Behaviour:
    """204 No Content: a silent success with no data."""
    return Behaviour(lambda asked, reply, standin: Reply(204), times, path)


def empty_200(times: int | None = None, path: str = "") -> Behaviour:
    """200 with nothing in it."""
    return Behaviour(
        lambda asked, reply, standin: replace(reply, body=b"", ranges=False), times, path
    )


def parameter_error_200(times: int | None = None, path: str = "") -> Behaviour:
    """200 with the text of an error."""
    return _text(200, b"Parameter error ", times, path)


def html_instead(times: int | None = None, path: str = "") -> Behaviour:
    """200 with a web page, as of a bot check or a login."""
    page = b"\n<!DOCTYPE html><html><head><title>Please verify</title></head></html>"
    return _text(200, page, times, path, media="text/html; charset=utf-8")


def status(code: int, body: bytes = b"", times: int | None = None, path: str = "") -> Behaviour:
    """Any status with any text."""
    return _text(code, body, times, path)


def too_many_429(
    retry_after: int | str | None = 1, times: int | None = 1, path: str = ""
) -> Behaviour:
    """429, with Retry-After in seconds or as a date, or without."""
    return _come_back(429, retry_after, times, path)


def server_error_503(
    times: int | None = 1, retry_after: int | str | None = None, path: str = ""
) -> Behaviour:
    """503, now and then with Retry-After."""
    return _come_back(503, retry_after, times, path)


def truncated(at: float = 0.5, times: int | None = None, path: str = "") -> Behaviour:
    """The connection ends in the middle of the announced body."""

    def change(asked: Asked, reply: Reply, standin: StandIn) -> Reply:
        return replace(reply, cut=int(len(reply.body) * at))

    return Behaviour(change, times, path)


def truncated_chunks(at: float = 0.5, times: int | None = None, path: str = "") -> Behaviour:
    """As `truncated`, without a length: in chunks, of which the last never comes."""

    def change(asked: Asked, reply: Reply, standin: StandIn) -> Reply:
        return replace(reply, cut=int(len(reply.body) * at), chunked=True)

    return Behaviour(change, times, path)


def wrong_length(less: int = 7, times: int | None = None, path: str = "") -> Behaviour:
    """Content-Length announces fewer bytes than are sent."""

    def change(asked: Asked, reply: Reply, standin: StandIn) -> Reply:
        return replace(reply, announce=max(1, len(reply.body) - less), ranges=False)

    return Behaviour(change, times, path)


def reset(at: float = 0.5, times: int | None = None, path: str = "") -> Behaviour:
    """The connection is reset in the middle of the body."""

    def change(asked: Asked, reply: Reply, standin: StandIn) -> Reply:
        return replace(reply, cut=int(len(reply.body) * at), reset=True)

    return Behaviour(change, times, path)


def slow_drip(
    size: int = 1, seconds: float = 0.05, times: int | None = None, path: str = ""
) -> Behaviour:
    """The body comes a few bytes at a time, never pausing long enough for a timeout."""
    return Behaviour(lambda a, reply, s: replace(reply, pace=(size, seconds)), times, path)


def slow_headers(times: int | None = None, path: str = "") -> Behaviour:
    """The headers come a byte at a time."""
    return Behaviour(lambda a, reply, s: replace(reply, drip_head=True), times, path)


def expiring_redirect(
    seconds: float = 5.0, late: bool = False, times: int | None = None, path: str = ""
) -> Behaviour:
    """A redirect to a signed link on another host name; `late` = expired when it is sent."""

    def change(asked: Asked, reply: Reply, standin: StandIn) -> Reply:
        link = standin.link(reply, -1.0 if late else seconds)
        return Reply(302, {"Location": link})

    return Behaviour(change, times, path)


def redirect_to(location: str, code: int = 302, times: int | None = None) -> Behaviour:
    """A redirect to any address, e.g. its own (a circle)."""
    return Behaviour(lambda a, r, s: Reply(code, {"Location": location}), times)


def garbage_encoding(times: int | None = None, path: str = "") -> Behaviour:
    """Content-Encoding: gzip over bytes that are none."""

    def change(asked: Asked, reply: Reply, standin: StandIn) -> Reply:
        return replace(
            reply, headers={**reply.headers, "Content-Encoding": "gzip"}, body=b"\x00" + reply.body
        )

    return Behaviour(change, times, path)


def gzip_unasked(times: int | None = None, path: str = "") -> Behaviour:
    """A proper gzip encoding that nobody asked for."""

    def change(asked: Asked, reply: Reply, standin: StandIn) -> Reply:
        body = gzip.compress(reply.body)
        return replace(reply, headers={**reply.headers, "Content-Encoding": "gzip"}, body=body)

    return Behaviour(change, times, path)


def changed(body: bytes, times: int | None = None, path: str = "") -> Behaviour:
    """Another body under the same headers."""
    return Behaviour(lambda a, reply, s: replace(reply, body=body), times, path)


def not_modified_unasked(times: int | None = None, path: str = "") -> Behaviour:
    """304 without a condition."""
    return Behaviour(lambda a, r, s: Reply(304), times, path)


def ignores_ranges(times: int | None = None, path: str = "") -> Behaviour:
    """200 with everything, whatever range was asked for."""
    return Behaviour(lambda a, reply, s: replace(reply, ranges=False), times, path)


def _text(
    code: int, body: bytes, times: int | None, path: str, media: str = "text/plain"
) -> Behaviour:
    def change(asked: Asked, reply: Reply, standin: StandIn) -> Reply:
        return Reply(code, {"Content-Type": media}, body, ranges=False)

    return Behaviour(change, times, path)


def _come_back(code: int, retry_after: int | str | None, times: int | None, path: str) -> Behaviour:
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    return Behaviour(lambda a, r, s: Reply(code, headers, b"Rate limit is exceeded."), times, path)
