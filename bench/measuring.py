"""What a command costs: wall time, CPU time of its whole tree, peak memory.

Here: running one command and watching it. Not here: what is run (`refresh`, `patents`,
`customs`), what it means (`bench.__main__`).
"""

from __future__ import annotations

import os
import resource
import signal
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[1]
PYTHON = sys.executable
WHITEPAPER = [PYTHON, "-m", "orchestration.cli"]
EVERY_SECONDS = 0.1


@dataclass(frozen=True)
class Measured:
    """What one run cost.

    Attributes:
        seconds: wall time.
        cpu_seconds: user and system time of the process and of all that it waited for.
        peak_mb: the largest resident memory of any one process, from the kernel's own mark.
        tree_peak_mb: the largest sum over the tree seen at one moment (pages that processes share
            count in each).
        output: standard output and errors.
    """

    seconds: float
    cpu_seconds: float
    peak_mb: float
    tree_peak_mb: float
    output: str


def measure(
    command: Sequence[str],
    environment: Mapping[str, str] | None = None,
    directory: Path = ROOT,
) -> Measured:
    """Run a command in a directory, by default the repository's root.

    Raises:
        SystemExit: it failed; with its output.
    """
    before = _children_cpu()
    started = time.perf_counter()
    process = subprocess.Popen(
        list(command),
        cwd=directory,
        env={**os.environ, **(environment or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    watch = _Watch(process.pid)
    watch.start()
    try:
        output, _ = process.communicate()
    except BaseException:  # interrupted: what is measured must not go on alone
        os.killpg(process.pid, signal.SIGKILL)
        raise
    seconds = time.perf_counter() - started
    watch.stop()
    if process.returncode != 0:
        raise SystemExit(f"{' '.join(command)} failed ({process.returncode}):\n{output}")
    used = _children_cpu() - before
    return Measured(seconds, used, watch.peak / 1e6, watch.tree_peak / 1e6, output)


class _Watch(threading.Thread):
    """Looks at a tree of processes until it is told to stop."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.peak = self.tree_peak = 0
        self._pid = pid
        self._done = threading.Event()

    def run(self) -> None:
        try:
            top = psutil.Process(self._pid)
            while not self._done.wait(EVERY_SECONDS):
                self._look([top, *top.children(recursive=True)])
        except psutil.NoSuchProcess:
            return

    def _look(self, tree: list[psutil.Process]) -> None:
        together = 0
        for member in tree:
            high, now = _memory_of(member)
            self.peak = max(self.peak, high)
            together += now
        self.tree_peak = max(self.tree_peak, together)

    def stop(self) -> None:
        self._done.set()
        self.join()


def _memory_of(process: psutil.Process) -> tuple[int, int]:
    """Return the highest and the present resident bytes of a process, 0 if it is gone."""
    status = Path(f"/proc/{process.pid}/status")
    try:
        lines = status.read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:  # gone, or a system without /proc
        try:
            now = process.memory_info().rss
        except psutil.NoSuchProcess:
            return 0, 0
        return now, now
    found = {"VmHWM": 0, "VmRSS": 0}
    for line in lines:
        name, _, value = line.partition(":")
        if name in found:
            found[name] = int(value.split()[0]) * 1024
    return found["VmHWM"], found["VmRSS"]


def _children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def median(results: Sequence[Measured]) -> float:
    """Return the median wall time in seconds."""
    return statistics.median(result.seconds for result in results)


def median_cpu(results: Sequence[Measured]) -> float:
    """Return the median CPU time in seconds."""
    return statistics.median(result.cpu_seconds for result in results)


def peak(results: Sequence[Measured]) -> float:
    """Return the largest memory of any one process in MB."""
    return max(result.peak_mb for result in results)


def tree_peak(results: Sequence[Measured]) -> float:
    """Return the largest memory of the tree in MB."""
    return max(result.tree_peak_mb for result in results)
