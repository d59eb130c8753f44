"""Bars for downloads on a terminal, plain lines anywhere else.

Not here: what is downloaded (`fetching`).
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from orchestration.fetching import Listener

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

SHOW_CURSOR = "\x1b[?25h"


class Bars:
    """Draws on stderr, if that is a terminal, and only while something is downloaded."""

    def __init__(self) -> None:
        self._bars: Progress | None = None
        self._tasks: dict[str, TaskID] = {}

    @property
    def listener(self) -> Listener:
        """What a fetch is given to tell of its progress."""
        return Listener(self._show if sys.stderr.isatty() else None, self._say)

    def clear(self) -> None:
        """Take the bars away, so that something else can be written."""
        if self._bars is not None:
            self._bars.stop()
        self._bars, self._tasks = None, {}

    def _show(self, name: str, done: int, total: int | None) -> None:
        if self._bars is None:
            self._bars = _new_bars()
            self._bars.start()
        if name not in self._tasks:
            self._tasks[name] = self._bars.add_task(name, total=total)
        self._bars.update(self._tasks[name], completed=done, total=total)

    def _say(self, sentence: str) -> None:
        self.clear()
        click.echo(f"  {sentence}", err=True)


def interrupted_message(message: str) -> str:
    """The message, giving a terminal the cursor back that the bars have hidden."""
    return SHOW_CURSOR + message if sys.stderr.isatty() else message


def _new_bars() -> Progress:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
        TransferSpeedColumn,
    )

    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
    )
