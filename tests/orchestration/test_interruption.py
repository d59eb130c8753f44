"""A signal ends the work at once, with one message; otherwise its result or error comes through."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

from orchestration.interruption import until_interrupted

SPIN = """
from orchestration.interruption import until_interrupted

def work():
    print("at work", flush=True)
    while True:
        try:
            sum(range(10_000))
        except BaseException:
            raise SystemExit("the work met the signal")

until_interrupted(work, "Stopped.")
"""


def test_a_signal_never_reaches_the_work():
    process = subprocess.Popen(
        [sys.executable, "-c", SPIN], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout.readline() == "at work\n"
        process.send_signal(signal.SIGINT)
        out, told = process.communicate(timeout=30)
    finally:
        process.kill()  # it would spin for ever
    assert (process.returncode, out, told.strip()) == (130, "", "Stopped.")


def test_the_result_and_the_error_of_the_work_come_through():
    assert until_interrupted(lambda: 42, "unused") == 42
    with pytest.raises(ZeroDivisionError):
        until_interrupted(lambda: 1 // 0, "unused")
