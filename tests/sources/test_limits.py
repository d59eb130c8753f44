"""A publisher's limit holds across clients and processes, whatever the clock does."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from sources.contract import SourceError
from sources.limits import LIMITS, LONGEST_HOLD, Ledger, Limit, Unavailable

ROOT = Path(__file__).resolve().parents[2]
TWO_IN_TEN = {"x": Limit(((2, 10.0),))}


class Clock:
    def __init__(self, now=1_000_000.0):
        self.now, self.slept = now, []

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def ledger(tmp_path, clock):
    return lambda limits=TWO_IN_TEN, wait=100.0: Ledger(
        tmp_path, longest_wait=wait, limits=limits, sleep=clock.sleep, clock=clock
    )


def ask(ledger, times, name="x"):
    for _ in range(times):
        with ledger.turn(name):
            pass


def test_the_third_request_waits_until_the_first_is_ten_seconds_old(ledger, clock):
    ask(ledger(), 1)
    clock.now += 4
    ask(ledger(), 2)
    assert clock.slept == [6.0]


def test_every_window_of_a_limit_holds(ledger, clock):
    ask(ledger({"x": Limit(((1, 2.0), (3, 60.0)))}), 4)
    assert clock.slept == [2.0, 2.0, 56.0]


def test_a_wait_that_is_too_long_is_an_error_that_says_until_when(ledger, clock):
    ask(ledger({"oecd": LIMITS["oecd"]}), 60, "oecd")
    with pytest.raises(Unavailable) as caught:
        ask(ledger({"oecd": LIMITS["oecd"]}), 1, "oecd")
    assert "oecd may not be asked again before 1970-01-12 14:46:40 UTC (in 60 min)" in str(
        caught.value
    )
    assert "60 requests in 60 min" in str(caught.value)
    assert clock.slept == []
    clock.now += 3601
    ask(ledger({"oecd": LIMITS["oecd"]}), 1, "oecd")


def test_after_the_clock_was_set_back_nobody_waits_longer_than_the_window(ledger, clock):
    ask(ledger(), 2)
    ledger().hold("x", 8)
    clock.now -= 86_400
    ask(ledger(), 1)
    assert sum(clock.slept) <= 10.0
    assert clock.slept[0] > 0


def test_a_clock_set_back_while_waiting_does_not_make_the_wait_endless(ledger, clock):
    def sleep_and_set_back(seconds):
        clock.slept.append(seconds)
        clock.now -= 1000

    clock.sleep = sleep_and_set_back
    ask(ledger(), 3)
    assert clock.slept == [10.0]


def test_a_publisher_can_ask_for_a_rest_but_not_for_ever(ledger, clock):
    ledger().hold("x", 5)
    ask(ledger(), 1)
    assert clock.slept == [5.0]
    ledger().hold("x", float("inf"))
    with pytest.raises(Unavailable, match="in 24 h"):
        ask(ledger(), 1)
    clock.now += LONGEST_HOLD
    ask(ledger(), 1)


@pytest.mark.parametrize("page", ["", "{", "[]", '{"sent": "x"}', '{"sent": [1]}', "null"])
def test_a_spoilt_page_of_the_ledger_stops_nobody(ledger, tmp_path, page):
    (tmp_path / "x.json").write_text(page)
    ask(ledger(), 1)
    assert len(json.loads((tmp_path / "x.json").read_text())["sent"]) == 1


def test_publishers_do_not_share_a_limit(ledger, clock):
    ask(ledger(), 2, "x")
    ask(ledger({"y": Limit(((2, 10.0),))}), 2, "y")
    assert clock.slept == []


COUNT = """
import sys
from pathlib import Path
from sources.limits import Ledger, Limit
limits = {"x": Limit(((1000, 3600.0),), one_at_a_time=False)}
ledger = Ledger(Path(sys.argv[1]), longest_wait=60, limits=limits)
for _ in range(300):
    with ledger.turn("x"):
        pass
"""


def test_no_request_of_two_processes_is_lost_from_the_count(tmp_path):
    command = [sys.executable, "-c", COUNT, str(tmp_path)]
    running = [subprocess.Popen(command, cwd=ROOT) for _ in range(2)]
    assert [process.wait() for process in running] == [0, 0]
    assert len(json.loads((tmp_path / "x.json").read_text())["sent"]) == 600


def test_whoever_waits_in_line_for_too_long_is_told_so(tmp_path):
    first = Ledger(tmp_path, longest_wait=0.5)
    second = Ledger(tmp_path, longest_wait=0.5)
    told = []
    with first.turn("uspto"):

        def wait_in_line():
            try:
                ask(second, 1, "uspto")
            except SourceError as error:
                told.append(str(error))

        thread = threading.Thread(target=wait_in_line)
        thread.start()
        thread.join()
    assert "Another fetch has been asking uspto" in told[0]
    ask(second, 1, "uspto")
