"""The shipped edition's refresh against a bare `dbt build` of the same models.

Here: this workload. Not here: microdata (`patents`, `customs`), measuring (`measuring`).
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from bench.measuring import PYTHON, WHITEPAPER, Measured, measure, median, peak
from bench.report import Line, Target, Workload

EDITION = "2025-26"


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


def run(rounds: int) -> Workload:
    """Measure bare dbt, a full refresh, a second one, and the import of the definitions."""
    bare: list[Measured] = []
    full: list[Measured] = []
    again: list[Measured] = []
    imported: list[Measured] = []
    with tempfile.TemporaryDirectory(prefix="whitepaper-bench-") as temporary:
        data = Path(temporary) / "data"
        ours = {"WHITEPAPER_DATA": str(data)}
        measure([*WHITEPAPER, "prepare"], ours)
        build = dbt_build_directory(data)
        dbt_command = [PYTHON, "-c", "from dbt.cli.main import cli; cli()", "build"]
        dbt_command += ["--project-dir", "dbt_project", "--profiles-dir", "dbt_project"]
        dbt_command += ["--target-path", str(build / "target"), "--log-path", str(build / "target")]
        dbt = {"WHITEPAPER_BUILD": str(build), "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"}
        measure(dbt_command, dbt)  # warms the partial parse
        for _ in range(rounds):
            (build / "warehouse.duckdb").unlink()
            bare.append(measure(dbt_command, dbt))
            shutil.rmtree(data / "bronze")
            full.append(measure([*WHITEPAPER, "refresh", "--force"], ours))
            again.append(measure([*WHITEPAPER, "refresh"], ours))
            imported.append(measure([PYTHON, "-c", "import orchestration.definitions"], ours))
    unchanged = all("Nothing has changed" in result.output for result in again)
    return Workload(
        name="refresh",
        title="Refresh of the shipped edition",
        lines=[
            Line("bare dbt build (baseline)", bare),
            Line("full refresh, raw files to published", full),
            Line("second refresh, nothing changed", again),
            Line("import of the Dagster definitions", imported),
        ],
        targets=[
            Target("full refresh / bare dbt build", median(full) / median(bare), 2.5),
            Target("second refresh / full refresh", median(again) / median(full), 0.33),
            Target("import of the definitions, s", median(imported), 2.5),
        ],
        agree=unchanged,
        disagreement="The second refresh did not say that nothing had changed.",
        facts={
            "scale": 1.0,
            "ref_s": median(bare),
            "ours_s": median(full),
            "fixed_s": median(again),
            "ours_peak_mb": peak(full),
        },
    )
