"""Stopping at Ctrl+C, at once and with one message, whatever is running.

Inside a run the signal could meet an import, dbt's own handler or a thread of a database in C++,
each with words of its own. So the work runs beside the main thread, which only waits: a signal
always finds it there, and the process ends as if killed, which every room is built to survive.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from concurrent.futures import Future, wait
from threading import Thread
from typing import NoReturn, TypeVar

Result = TypeVar("Result")
WAKING_SECONDS = 0.1
EXIT_CODE = 130  # what a shell reports of a command ended by SIGINT


def until_interrupted(work: Callable[[], Result], message: str) -> Result:
    """Call `work` and return its result; at Ctrl+C say `message` and end the process.

    To be called in the main thread.

    Raises:
        BaseException: whatever `work` raised.
    """
    _silence_the_semaphore_tracker()
    outcome: Future[Result] = Future()

    def run() -> None:
        try:
            outcome.set_result(work())
        except BaseException as error:  # noqa: BLE001 - handed over to the waiting thread
            outcome.set_exception(error)

    # A handler that leaves, not an exception: one raised in a callback would be swallowed.
    before = signal.signal(signal.SIGINT, lambda *_: _leave(message))
    try:
        Thread(target=run, daemon=True, name="work").start()
        # The system may hand the signal to any thread, and Python acts on it only in this one:
        # so this one wakes up now and then.
        while not outcome.done():
            wait([outcome], timeout=WAKING_SECONDS)
        return outcome.result()
    finally:
        signal.signal(signal.SIGINT, before)


def _silence_the_semaphore_tracker() -> None:
    """Python's helper process would warn, on our stderr, of dbt's locks that went with us."""
    warning = "ignore::UserWarning:multiprocessing.resource_tracker"
    given = os.environ.get("PYTHONWARNINGS")
    os.environ["PYTHONWARNINGS"] = f"{given},{warning}" if given else warning


def _leave(message: str) -> NoReturn:
    os.write(sys.stderr.fileno(), f"\n{message}\n".encode())
    # No clean-up: interpreter shutdown would wait for, or break, threads that run native code.
    os._exit(EXIT_CODE)
