"""Texts from publishers' files, made harmless for a terminal.

Here: taking out what moves a cursor, colours, or turns the direction of writing. Not here: markup
and formulas, which are the concern of the output that knows them.
"""

from __future__ import annotations

import re

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def legible(text: str) -> str:
    """Return a text without control characters and direction marks; each shows as U+FFFD.

    A tab becomes a blank, since it does no harm.

    >>> legible("a\\tb\\x1b[31m")
    'a b\\ufffd[31m'
    """
    return _CONTROL.sub("\ufffd", text.replace("\t", " "))
