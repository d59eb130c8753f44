"""`make bench`: the shipped edition's refresh against a bare `dbt build` of the same models.

Interleaved rounds in one run, medians of three, each in its own process: ratios can be trusted,
seconds belong to the machine. Prints a table and writes bench/latest.json.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[1]
EDITION = "2025-26"
ROUNDS = 3
PYTHON = sys.executable
WHITEPAPER = [PYTHON, "-m", "orchestration.cli"]


@dataclass(frozen=True)
class Measured:
    """Wall time and the largest resident memory of a process with its children."""

    seconds: float
    peak_mb: float
    output: str


def measure(command: list[str], environment: dict[str, str]) -> Measured:
    started = time.perf_counter()
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    peak = 0
    done = threading.Event()

    def watch() -> None:
        nonlocal peak
        top = psutil.Process(process.pid)
        while not done.wait(0.05):
            try:
                tree = [top, *top.children(recursive=True)]
                peak = max(peak, sum(member.memory_info().rss for member in tree))
            except psutil.NoSuchProcess:
                continue

    watcher = threading.Thread(target=watch)
    watcher.start()
    output, _ = process.communicate()
    done.set()
    watcher.join()
    seconds = time.perf_counter() - started
    if process.returncode != 0:
        raise SystemExit(f"{' '.join(command)} failed:\n{output}")
    return Measured(seconds, peak / 1e6, output)


def dbt_build_directory(data: Path) -> Path:
    """A build with bronze in place, as a refresh prepares it, for the bare dbt process."""
    code = (
        "from orchestration.ingest import edition_of, ensure_inputs\n"
        "from orchestration.workspace import Workspace\n"
        f"workspace = Workspace.here(); edition = edition_of(workspace, {EDITION!r})\n"
        "build = workspace.build('bench').open(); ensure_inputs(workspace, edition, build)\n"
        "print(build.directory)"
    )
    made = measure([PYTHON, "-c", code], {"WHITEPAPER_DATA": str(data)})
    kept = data / "bare-dbt"
    shutil.copytree(made.output.strip().splitlines()[-1], kept)
    return kept


def median(results: list[Measured]) -> float:
    return statistics.median(result.seconds for result in results)


def peak(results: list[Measured]) -> float:
    return max(result.peak_mb for result in results)


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="whitepaper-bench-") as temporary:
        data = Path(temporary) / "data"
        ours_environment = {"WHITEPAPER_DATA": str(data)}
        measure([*WHITEPAPER, "prepare"], ours_environment)
        build = dbt_build_directory(data)
        dbt_command = [PYTHON, "-c", "from dbt.cli.main import cli; cli()", "build"]
        dbt_command += ["--project-dir", "dbt_project", "--profiles-dir", "dbt_project"]
        dbt_command += ["--target-path", str(build / "target"), "--log-path", str(build / "target")]
        dbt_environment = {
            "WHITEPAPER_BUILD": str(build),
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        }
        measure(dbt_command, dbt_environment)  # warms the partial parse
        bare, full, again, imported = [], [], [], []
        for _ in range(ROUNDS):
            (build / "warehouse.duckdb").unlink()
            bare.append(measure(dbt_command, dbt_environment))
            shutil.rmtree(data / "bronze")
            full.append(measure([*WHITEPAPER, "refresh", "--force"], ours_environment))
            again.append(measure([*WHITEPAPER, "refresh"], ours_environment))
            imported.append(
                measure([PYTHON, "-c", "import orchestration.definitions"], ours_environment)
            )
        unchanged = all("Nothing has changed" in result.output for result in again)
    workloads = [
        ("bare dbt build (baseline)", bare, 1.0, ""),
        ("full refresh, raw files to published", full, median(full) / median(bare), "<= 2.5"),
        ("second refresh, nothing changed", again, median(again) / median(full), "<= 0.33 of full"),
        ("import of the Dagster definitions", imported, median(imported) / median(bare), "< 2.5 s"),
    ]
    print(f"{'workload':40} {'median s':>9} {'ratio':>7} {'peak MB':>8}  target")
    for name, results, ratio, target in workloads:
        print(f"{name:40} {median(results):9.2f} {ratio:7.2f} {peak(results):8.0f}  {target}")
    if not unchanged:
        raise SystemExit("The second refresh did not say that nothing had changed.")
    latest = {
        "refresh": {
            "scale": 1.0,
            "ref_s": median(bare),
            "ours_s": median(full),
            "fixed_s": median(again),
            "ours_peak_mb": peak(full),
            "agree": unchanged,
        }
    }
    (ROOT / "bench" / "latest.json").write_text(json.dumps(latest, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
