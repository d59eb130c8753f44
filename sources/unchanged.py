"""Knows an answer again that differs from the kept one only in when it was made.

Here: services that write the time of the answer into it, so that no two are the same bytes. Not
here: what is kept (the store), conditional requests (`http`).
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from sources.contract import SourceError
from sources.fetching import Ask
from sources.json_text import parse_json, read_text

if TYPE_CHECKING:
    from sources.http import Client


def prefer_kept(client: Client, ask: Ask, path: Path, essence: Callable[[object], object]) -> None:
    """Put the kept bytes in the place of an answer that says the same.

    The fetch is then told as 'nothing new', instead of landing a vintage for every question.

    Args:
        essence: what of a JSON document is data; two answers with the same essence say the same.
    """
    kept = client.kept(ask.url)
    if kept is None or not kept.path.is_file():
        return
    try:
        before = parse_json(read_text(kept.path), kept.path)
    except SourceError:
        return  # a kept file that was spoilt is told by who verifies the store
    if essence(before) == essence(parse_json(read_text(path), path)):
        copy = path.with_name(f".{path.name}.kept")
        shutil.copyfile(kept.path, copy)
        copy.replace(path)
