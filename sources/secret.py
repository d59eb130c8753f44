"""Keys that a publisher gives to us: read when they are needed, shown never.

Here: reading a key from the environment or from a file that the environment names, and taking
known keys and signatures out of texts. Not here: which key goes where (each fetcher's `Ask`).
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import parse_qsl, quote, quote_plus, urlsplit, urlunsplit

from sources.contract import SourceError

HIDDEN = "…"
_TELLING = re.compile(
    r"key|token|secret|sig(nature)?\b|signature|credential|passw|auth|session", re.IGNORECASE
)


def read_secret(name: str) -> str:
    """The value of a key: of the variable `name`, or the text of the file that `name`_FILE names.

    Raises:
        SourceError: neither is set, or the value cannot stand in a header. No value is shown.
    """
    value = os.environ.get(name, "").strip()
    file = os.environ.get(f"{name}_FILE", "").strip()
    if not value and file:
        try:
            value = Path(file).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise SourceError(
                f"The file that {name}_FILE names cannot be read ({type(error).__name__}).",
                todo=f"check its path and rights, or set {name} itself",
            ) from None
    if not value:
        raise SourceError(
            f"The key {name} is not set.",
            expected=f"the environment variable {name}, or {name}_FILE naming a file that holds it",
            todo="ask the publisher for a key (docs/fetching.md) and keep it out of the checkout",
        )
    if not (value.isascii() and value.isprintable()) or " " in value:
        raise SourceError(
            f"The value of {name} has characters that no key has.",
            expected="printable ASCII without blanks, on one line",
            todo=f"copy the key into {name} again",
        )
    return value


def without_secrets(text: str, secrets: Iterable[str] = ()) -> str:
    """The text on one line without control characters, with every known secret taken out."""
    for secret in filter(None, secrets):
        for form in (secret, quote(secret, safe=""), quote_plus(secret)):
            text = text.replace(form, HIDDEN)
    return "".join(letter if letter.isprintable() else " " for letter in text)


def shown_url(url: str, secrets: Iterable[str] = ()) -> str:
    """An address as it may be shown: no user, no value of a parameter that sounds like a key."""
    try:
        parts = urlsplit(url)
        host = parts.netloc.rpartition("@")[2]
        pairs = parse_qsl(parts.query, keep_blank_values=True)
    except ValueError:
        return HIDDEN
    query = parts.query
    for name, value in pairs:
        if value and _TELLING.search(name):
            for form in (value, quote(value, safe=""), quote_plus(value)):
                query = query.replace(f"={form}", f"={HIDDEN}")
    return without_secrets(urlunsplit((parts.scheme, host, parts.path, query, "")), secrets)


def shown_link(url: str, secrets: Iterable[str] = ()) -> str:
    """An address that a publisher sent us to, without its query: a signed link is a key itself."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    query = HIDDEN if parts.query else ""
    return without_secrets(urlunsplit((parts.scheme, host, parts.path, query, "")), secrets)
