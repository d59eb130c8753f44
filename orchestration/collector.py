"""Python's garbage collector and its shutdown, told what a command is like.

Here: the two settings for a process that runs one command. Not here: what it runs (`cli`).

A command imports Dagster and dbt, makes half a million objects that live to the end, and ends soon.
With Python's defaults the collector goes through them after every 700 new ones, and takes them
apart one by one at exit: two seconds of a refresh.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import os
import sys
from typing import NoReturn

MANY = 100_000
"""New objects before the youngest are looked at. Whole tables are not such objects."""


def spare_what_stays() -> None:
    """Collect seldom; to be called before the large imports."""
    gc.set_threshold(MANY, 20, 100)


def leave(code: int) -> NoReturn:
    """End the process: what is registered for the end is done, memory is left to the system."""
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(BrokenPipeError):  # whoever read it has seen enough
            stream.flush()
    os._exit(code)
