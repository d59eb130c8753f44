"""Reads a JSON reply of a statistics service, and says plainly when it is none.

Here: the faults that every JSON service has in common (empty reply, web page, truncated text,
wrong encoding, a key given twice).
Not here: what the keys mean (`nstatdb`, `cbc_bop`).
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import NoReturn

from sources.contract import SourceError

_HALF_CHARACTER = re.compile(r"\\u[dD][89a-fA-F]")


def read_text(path: Path) -> str:
    """Return the file as text; it must be UTF-8 (a byte order mark is allowed) and not empty.

    Raises:
        SourceError: the file is empty, blank or not UTF-8.
    """
    content = path.read_bytes()
    if not content.strip():
        raise _empty(path)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceError(
            f"Byte 0x{content[error.start]:02X} at offset {error.start} is not UTF-8.",
            file=path,
            place=content.count(b"\n", 0, error.start) + 1,
            expected="UTF-8 text, as the service sends it",
            todo="land the reply as received, without opening and saving it in an editor",
        ) from error


def parse_json(text: str, path: Path) -> object:
    """Return the JSON document in `text`; `path` is only named in messages.

    Raises:
        SourceError: `text` is blank, is a web page, is truncated, is no JSON, or has a key twice.
    """
    start = text.lstrip()
    if not start:
        raise _empty(path)
    if start.startswith("<"):
        raise SourceError(
            f"The reply is a web page, not data; it begins {start[:60]!r}.",
            file=path,
            expected="a JSON document",
            todo="open the address in a browser: the service may be down, may refuse automatic "
            "access, or may not know the query",
        )

    def unique_keys(pairs: list[tuple[str, object]]) -> dict[str, object]:
        members = dict(pairs)
        if len(members) != len(pairs):
            names = [name for name, _ in pairs]
            twice = next(name for name in names if names.count(name) > 1)
            raise SourceError(f"The key {twice!r} stands twice in one JSON object.", file=path)
        return members

    def no_constant(name: str) -> NoReturn:
        raise SourceError(f"{name} is not a JSON value.", file=path, expected="a number or null")

    try:
        document: object = json.loads(
            text, object_pairs_hook=unique_keys, parse_constant=no_constant
        )
    except json.JSONDecodeError as error:
        _refuse(text, error, path)
    except RecursionError as error:
        raise SourceError("The JSON is nested too deeply to be data.", file=path) from error
    except SourceError:
        raise
    except ValueError as error:  # a whole number of thousands of digits
        raise SourceError(f"A number cannot be read ({error}).", file=path) from error
    if _HALF_CHARACTER.search(text):
        _refuse_half_characters(document, path)
    return document


def _refuse_half_characters(document: object, path: Path) -> None:
    try:
        json.dumps(document, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError as error:
        raise SourceError(
            f"There is half of a character in a text ({error.reason}).",
            file=path,
            expected="characters beyond U+FFFF as a pair of escapes",
            todo="ask the service again",
        ) from error
    except RecursionError as error:
        raise SourceError("The JSON is nested too deeply to be data.", file=path) from error


def _empty(path: Path) -> SourceError:
    return SourceError(
        "The reply is empty.",
        file=path,
        expected="a JSON document",
        todo="ask the service again; it sometimes answers 200 with nothing in it",
    )


def _refuse(text: str, error: json.JSONDecodeError, path: Path) -> NoReturn:
    place = f"line {error.lineno}, column {error.colno}"
    if error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated string"):
        raise SourceError(
            f"The JSON stops in the middle (truncated): {error.msg}.",
            file=path,
            place=place,
            todo="download the file again and compare its size",
        ) from error
    raise SourceError(
        f"The reply is not JSON ({error.msg}): {text[error.pos : error.pos + 40]!r}.",
        file=path,
        place=place,
        todo="check the query and ask the service again",
    ) from error
