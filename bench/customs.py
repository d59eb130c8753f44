"""Customs: from the portal's files to the marts, against what others would write.

Here: running every variant in turn, several rounds, and what follows from their times; the cost of
one new month. Not here: the variants (`references`, `ours`), the files (`made_customs`).

As with patents, the fixed costs are what the whole way costs at 0.01, and the data part is what is
beyond them.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench import microdata, ours
from bench.checkout import Checkout, made_in
from bench.made_customs import FIRST_ROC_YEAR
from bench.measuring import PYTHON, Measured, measure, median, peak
from bench.patents import SMALL
from bench.report import Line, Target, Workload


def run(scale: float, rounds: int) -> Workload:
    """Measure all variants at a scale, and the fixed costs at 0.01."""
    scales = sorted({SMALL, scale})
    raw = {at: microdata.kept(at) / "customs_portal" for at in scales}
    runs: dict[str, list[Measured]] = defaultdict(list)
    made: dict[float, list[Measured]] = defaultdict(list)
    digests: dict[str, Mapping[str, str]] = {}
    with tempfile.TemporaryDirectory(dir=microdata.working_directory(), prefix="run-") as temporary:
        work = Path(temporary)
        landed = {at: _landed(work / f"checkout-{at:g}", _files(raw[at])) for at in scales}
        # It holds one vintage, to which a month was added: to compare the book under a vintage
        # before is another matter, which is paid once and not only by microdata.
        month = microdata.next_customs_month(work, scale)
        following = _landed(work / "checkout-next", [*_files(raw[scale]), month])
        for checkout in (*landed.values(), following):
            checkout.run(*ours.CUSTOMS_MARTS)  # compiles what the copy lacks, opens Dagster's store

        def reference(name: str, module: str) -> None:
            out = work / f"{name}.json"
            command = [PYTHON, "-m", f"bench.references.{module}", str(raw[scale]), str(out)]
            runs[name].append(measure(command))
            digests[name] = json.loads(out.read_text(encoding="utf-8"))["sha256"]

        for _ in range(rounds):
            reference("BARE", "customs_duckdb")
            reference("USER", "customs_pandas")
            shutil.rmtree(work / "bronze", ignore_errors=True)
            reading = [PYTHON, "-m", "bench.reading", "customs_portal", str(raw[scale])]
            runs["reading"].append(measure([*reading, str(work / "bronze")]))
            for at in scales:
                landed[at].forget()
                made[at].append(landed[at].run(*ours.CUSTOMS_MARTS))
            digests["ours"] = ours.digests_of(made[scale][-1], ours.CUSTOMS)
            runs["again"].append(landed[scale].run(*ours.CUSTOMS_MARTS))
            following.forget()
            shutil.copytree(landed[scale].data / "bronze", following.data / "bronze", symlinks=True)
            runs["month"].append(following.run(*ours.CUSTOMS_MARTS))
    runs |= {"ours": made[scale], "fixed": made[SMALL]}
    return _workload(scale, raw[scale], runs, digests)


def _landed(directory: Path, files: Sequence[Path]) -> Checkout:
    checkout = made_in(directory)
    checkout.land("customs_portal", files)
    checkout.set(
        {
            "technology_level_scheme": "oecd_2011_via_isic",
            "T1-2-09": "microdata",
            "from_year": str(1911 + FIRST_ROC_YEAR),  # as the plain scripts: every year
        }
    )
    return checkout


def _files(raw: Path) -> list[Path]:
    return sorted(raw.glob("*.csv"))


def _workload(
    scale: float,
    raw: Path,
    runs: Mapping[str, list[Measured]],
    digests: Mapping[str, Mapping[str, str]],
) -> Workload:
    size = sum(path.stat().st_size for path in _files(raw)) / 1e9
    seconds = {name: median(found) for name, found in runs.items()}
    data_part = seconds["ours"] - seconds["fixed"]
    disagreeing = [
        f"{name}: {what}"
        for name, digest in digests.items()
        for what, value in digest.items()
        if value != digests["ours"][what]
    ]

    def beyond(name: str) -> float | None:
        return seconds[name] / data_part if data_part > 0 else None

    new_month = (seconds["month"] - seconds["fixed"]) / data_part if data_part > 0 else None
    return Workload(
        name="customs",
        title=f"Customs at scale {scale:g}: {size:.2f} GB of CSV in Big5",
        lines=[
            Line("BARE: decoded, then plain DuckDB", runs["BARE"]),
            Line("USER: chunked pandas", runs["USER"]),
            Line("our reading alone", runs["reading"]),
            Line("ours, landed files to finished marts", runs["ours"]),
            Line("ours again, nothing changed", runs["again"]),
            Line("ours with one new month", runs["month"]),
            Line(f"ours at {SMALL:g} (fixed)", runs["fixed"]),
        ],
        targets=[
            Target("pandas / data part of ours", beyond("USER"), 3, at_least=True),
            Target("DuckDB / data part of ours", beyond("BARE"), 2, at_least=True),
            Target("peak of our reading, MB", peak(runs["reading"]), 300),
            Target("data part of one new month / of all", new_month, 0.15),
            Target("again - fixed, s", seconds["again"] - seconds["fixed"], 1),
        ],
        agree=not disagreeing,
        disagreement="differ: " + ", ".join(disagreeing),
        facts={
            "scale": scale,
            "inflate_s": None,
            "ref_s": seconds["USER"],
            "duckdb_s": seconds["BARE"],
            "ours_s": seconds["ours"],
            "reading_s": seconds["reading"],
            "month_s": seconds["month"],
            "again_s": seconds["again"],
            "fixed_s": seconds["fixed"],
            "ours_peak_mb": peak(runs["ours"]),
            "reading_peak_mb": peak(runs["reading"]),
        },
    )
