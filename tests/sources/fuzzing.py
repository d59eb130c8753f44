"""Mutations of a publisher's file, and what may come of them: an error, or all of it.

Run by hand for as long as wanted, over any files (see `main`)::

    PYTHONPATH=. python tests/sources/fuzzing.py 600 oecd_msti FILE...
"""

from __future__ import annotations

import gzip
import io
import random
import re
import signal
import sys
import tempfile
import time
import traceback
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import polars as pl

from sources import get_source
from sources.bronze import build_bronze
from sources.contract import SourceError

Files = Mapping[str, bytes]
Frames = dict[str, pl.DataFrame]
SECONDS = 10
HOSTILE = (
    b"\0",
    b'"',
    b'""',
    b"\r",
    b"\r\n\r\n",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"1e999",
    b"-1e400",
    b"NaN",
    b"inf",
    b"9" * 400,
    b"0x1F",
    b"1_000",
    b"1,000",
    "１２３".encode(),
    "٣".encode(),
    "\u2028".encode(),
    "\U0001f600".encode(),
    b"[" * 100_000,
    b'{"a":' * 20_000,
    b'<!DOCTYPE a [<!ENTITY b "bbbb">]>',
    b"&b;",
    b"<html><body>Access Denied</body></html>",
    b"Parameter error ",
    b"\x1a",
    b"=1+1",
    b"-",
    b"...",
    b";",
    b"/*",
    b",,,,",
    b"\t",
)


class TooSlow(Exception):
    """A reader took longer than it may."""


@dataclass(frozen=True)
class Outcome:
    """What a reader made of a file: all its tables, or one SourceError."""

    frames: Frames | None
    error: str | None


@contextmanager
def no_longer_than(seconds: int) -> Iterator[None]:
    def stop(_: int, __: FrameType | None) -> None:
        raise TooSlow(f"more than {seconds} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def read(source_id: str, files: Files, folder: Path) -> Outcome:
    """Read files as a source's; anything but whole tables or a SourceError is raised."""
    paths = []
    for name, content in files.items():
        path = folder / name
        path.write_bytes(content)
        paths.append(path)
    with no_longer_than(SECONDS):
        try:
            frames = build_bronze(get_source(source_id), paths, "v")
        except SourceError as error:
            assert 10 < len(str(error)) < 3000, len(str(error))
            return Outcome(None, str(error))
    assert set(frames) == {table.name for table in get_source(source_id).tables}
    return Outcome(frames, None)


def mutate(content: bytes, rng: random.Random) -> bytes:
    """Return the content with one to three faults."""
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        content = rng.choice(MUTATIONS)(content, rng)
    return content


def flip_bytes(content: bytes, rng: random.Random) -> bytes:
    changed = bytearray(content)
    for _ in range(rng.choice((1, 1, 2, 8))):
        if changed:
            changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def random_bytes(content: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(content) + 1)
    return content[:at] + rng.randbytes(rng.randrange(1, 9)) + content[at + rng.randrange(4) :]


def truncate(content: bytes, rng: random.Random) -> bytes:
    return content[: rng.randrange(len(content) + 1)]


def behead(content: bytes, rng: random.Random) -> bytes:
    return content[rng.randrange(min(200, len(content) + 1)) :]


def insert_hostile(content: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(content) + 1)
    return content[:at] + rng.choice(HOSTILE) + content[at:]


def replace_field(content: bytes, rng: random.Random) -> bytes:
    fields = list(re.finditer(rb"[^,\t\r\n;:\[\]{}<>=\" ]+", content))
    if not fields:
        return content
    found = rng.choice(fields)
    return content[: found.start()] + rng.choice((*HOSTILE, b"")) + content[found.end() :]


def change_digit(content: bytes, rng: random.Random) -> bytes:
    digits = [found.start() for found in re.finditer(rb"[0-9]", content)]
    if not digits:
        return content
    at = rng.choice(digits)
    other = rng.choice([d for d in b"0123456789" if d != content[at]])
    return content[:at] + bytes([other]) + content[at + 1 :]


def _lines(change: Callable[[list[bytes], random.Random], None]) -> Callable[..., bytes]:
    def apply(content: bytes, rng: random.Random) -> bytes:
        lines = content.splitlines(keepends=True)
        if lines:
            change(lines, rng)
        return b"".join(lines)

    return apply


def _cut(lines: list[bytes], rng: random.Random) -> None:
    del lines[rng.randrange(len(lines))]


def _double(lines: list[bytes], rng: random.Random) -> None:
    lines.insert(rng.randrange(len(lines) + 1), rng.choice(lines))


def _swap(lines: list[bytes], rng: random.Random) -> None:
    one, other = rng.randrange(len(lines)), rng.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]


def _halve(lines: list[bytes], rng: random.Random) -> None:
    at = rng.randrange(len(lines))
    lines[at] = lines[at][: len(lines[at]) // 2]


def recode(content: bytes, rng: random.Random) -> bytes:
    meant, wrong = rng.choice(
        [
            ("utf-8", "utf-16"),
            ("utf-8", "utf-16-le"),
            ("utf-8", "cp950"),
            ("utf-8", "utf-8-sig"),
            ("cp950", "utf-8"),
            ("utf-16", "utf-8"),
            ("utf-8", "latin-1"),
            ("latin-1", "utf-8"),
        ]
    )
    return content.decode(meant, errors="replace").encode(wrong, errors="replace")


def repeat(content: bytes, rng: random.Random) -> bytes:
    start = rng.randrange(len(content) + 1)
    piece = content[start : start + rng.randrange(1, 400)]
    return content[:start] + piece * rng.choice((2, 50)) + content[start:]


MUTATIONS: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    flip_bytes,
    flip_bytes,
    random_bytes,
    truncate,
    behead,
    insert_hostile,
    replace_field,
    replace_field,
    change_digit,
    _lines(_cut),
    _lines(_double),
    _lines(_swap),
    _lines(_halve),
    recode,
    repeat,
)


def mutate_file(content: bytes, rng: random.Random) -> bytes:
    """Return a mutated file; in a container, its bytes or what it holds."""
    if rng.random() < 0.3:
        return mutate(content, rng)
    if content.startswith(b"\x1f\x8b"):
        return gzip.compress(mutate(gzip.decompress(content), rng), 1)
    if content.startswith(b"PK"):
        return with_member(content, rng, lambda inner: mutate(inner, rng))
    return mutate(content, rng)


def with_member(
    content: bytes, rng: random.Random, change: Callable[[bytes], bytes], name: str | None = None
) -> bytes:
    """Return a zip with one member changed and its lengths and CRC right."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        chosen = name or rng.choice(archive.namelist())
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as made:
            for member in archive.namelist():
                inner = archive.read(member)
                made.writestr(member, change(inner) if member == chosen else inner)
    return target.getvalue()


def main(seconds: float, source_id: str, paths: list[Path], seed: int) -> int:
    """Mutate files for some time; print each fault once, with how to make it again."""
    rng, faults, counts = random.Random(seed), {}, {"read": 0, "refused": 0}
    originals = {path.name: path.read_bytes() for path in paths}
    slowest, end = 0.0, time.monotonic() + seconds
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        while time.monotonic() < end:
            name = rng.choice(list(originals))
            files = {**originals, name: mutate_file(originals[name], rng)}
            started = time.monotonic()
            try:
                outcome = read(source_id, files, folder)
                counts["refused" if outcome.error else "read"] += 1
            except BaseException as error:
                if isinstance(error, KeyboardInterrupt):
                    raise
                last = traceback.extract_tb(error.__traceback__)[-1]
                fault = f"{type(error).__name__} at {Path(last.filename).name}:{last.lineno}"
                if fault not in faults:
                    faults[fault] = str(error)[:300]
                    Path(f"{folder.parent}/fuzz-{source_id}-{len(faults)}-{name}").write_bytes(
                        files[name]
                    )
            slowest = max(slowest, time.monotonic() - started)
    sys.stdout.write(f"{source_id} {counts}, slowest {slowest:.2f} s\n")
    for fault, text in faults.items():
        sys.stdout.write(f"  {fault}: {text}\n")
    return len(faults)


if __name__ == "__main__":
    raise SystemExit(
        main(
            float(sys.argv[1]),
            sys.argv[2],
            [Path(argument) for argument in sys.argv[3:]],
            time.time_ns() % 2**32,
        )
    )
