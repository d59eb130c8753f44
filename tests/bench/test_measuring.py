"""What is measured is what was spent, and a missed target is told."""

from __future__ import annotations

import sys

import pytest

from bench.__main__ import main
from bench.measuring import Measured, measure
from bench.report import Line, Target, Workload

CHILD_OF_A_CHILD = """
import subprocess, sys, time
held = b"x" * 60_000_000
code = "import time; held = b'x' * 90_000_000; time.sleep(0.5); print(sum(range(5_000_000)))"
subprocess.run([sys.executable, "-c", code], check=True)
"""


def test_memory_and_cpu_of_a_child_of_the_command_count():
    found = measure([sys.executable, "-c", CHILD_OF_A_CHILD])
    assert found.seconds > 0.5
    assert found.cpu_seconds > 0.05
    assert 90 < found.peak_mb < 145
    assert found.tree_peak_mb > 150
    assert found.output == "12499997500000\n"


def test_a_command_that_fails_stops_the_measuring_with_what_it_said():
    with pytest.raises(SystemExit, match="no such thing"):
        measure([sys.executable, "-c", "raise SystemExit('no such thing')"])


def test_targets_are_met_missed_or_not_measured():
    assert Target("at most", 1.0, 1.0).is_met is True
    assert Target("at most", 1.1, 1.0).is_met is False
    assert Target("at least", 1.1, 1.0, at_least=True).is_met is True
    assert Target("at least", 0.9, 1.0, at_least=True).is_met is False
    assert Target("another scale", None, 1.0).is_met is None


def test_the_median_run_is_printed_and_every_run_kept():
    runs = [Measured(seconds, 1.0, 10.0, 20.0, "") for seconds in (3.0, 1.0, 2.0)]
    workload = Workload(
        name="w",
        title="Work",
        lines=[Line("ours", runs), Line("pandas", [])],
        targets=[Target("ours / theirs", 2.0, 1.5)],
        agree=False,
        disagreement="differ: grants",
        facts={"scale": 0.1},
    )
    text = workload.as_text()
    assert "2.00" in next(line for line in text.splitlines() if "ours  " in line)
    assert "not run" in text
    assert "differ: grants" in text
    assert "MISSED" in text
    found = workload.as_json()
    assert found["agree"] is False
    assert found["scale"] == 0.1
    assert [run["s"] for run in found["runs"]["ours"]] == [3.0, 1.0, 2.0]


@pytest.mark.parametrize(
    ("scale", "names", "says"),
    [("0.1", ["patnets"], "patents"), ("2", [], "0.01 to 1"), ("big", [], "numbers")],
)
def test_a_wrong_wish_is_told_before_anything_runs(monkeypatch, scale, names, says):
    monkeypatch.setenv("BENCH_SCALE", scale)
    with pytest.raises(SystemExit, match=says):
        main(names)
