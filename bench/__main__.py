"""`make bench`: what our ways cost, against what others would write, in one run on one machine.

Interleaved rounds, medians, each variant in its own process: ratios can be trusted, seconds belong
to the machine. Prints a table per workload and writes bench/latest.json; exits with 1 if results
differ between variants. Missed targets are told, and are no failure.

    python -m bench [WORKLOAD ...]      refresh, patents, customs; by default all
    BENCH_SCALE=1 BENCH_ROUNDS=3        the size of the microdata (default 0.1); rounds

At scale 1 the made-up files take 6 GB in data/cache/bench, the run some 15 GB more for a while.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable

from bench import customs, patents, refresh
from bench.measuring import ROOT
from bench.report import Workload

LATEST = ROOT / "bench" / "latest.json"
WORKLOADS: dict[str, Callable[[float, int], Workload]] = {
    "refresh": lambda scale, rounds: refresh.run(rounds),
    "patents": patents.run,
    "customs": customs.run,
}


def main(names: list[str]) -> None:
    if unknown := sorted(set(names) - set(WORKLOADS)):
        raise SystemExit(f"No workload {', '.join(unknown)}; there are {', '.join(WORKLOADS)}.")
    try:
        scale = float(os.environ.get("BENCH_SCALE", "0.1"))
        rounds = int(os.environ.get("BENCH_ROUNDS", "3"))
    except ValueError as error:
        raise SystemExit(f"BENCH_SCALE and BENCH_ROUNDS are numbers: {error}.") from error
    if not 0.01 <= scale <= 1 or rounds < 1:
        raise SystemExit("BENCH_SCALE is from 0.01 to 1, BENCH_ROUNDS at least 1.")
    # As Ctrl-C does: what was written for a while is taken away again.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("Stopped."))
    found = [WORKLOADS[name](scale, rounds) for name in names or WORKLOADS]
    latest = json.loads(LATEST.read_text(encoding="utf-8")) if LATEST.exists() else {}
    for workload in found:
        latest[workload.name] = workload.as_json()
        print(workload.as_text() + "\n")
    making = LATEST.with_suffix(".tmp")
    making.write_text(json.dumps(latest, indent=1), encoding="utf-8")
    os.replace(making, LATEST)
    if differing := [workload.name for workload in found if not workload.agree]:
        raise SystemExit(f"The results differ: {', '.join(differing)}.")


if __name__ == "__main__":
    main(sys.argv[1:])
