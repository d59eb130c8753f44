"""Patents: from PatentsView's zips to the marts, against what others would write.

Here: running every variant in turn, several rounds, and what follows from their times. Not here:
the variants (`references`, `ours`), the zips (`made_patents`), measuring (`measuring`).

Fixed costs (starting Python, Dagster and dbt) hide everything at small scale. So the whole way is
told by two numbers: what it costs at 0.01 (`fixed_s`), and the slope beyond that per GB of text.
"""

from __future__ import annotations

import csv
import json
import tempfile
import zipfile
from collections import defaultdict
from collections.abc import Callable, Mapping
from pathlib import Path

from bench import microdata, ours
from bench.checkout import Checkout, made_in
from bench.measuring import PYTHON, ROOT, Measured, measure, median, peak, tree_peak
from bench.report import Line, Target, Workload

SMALL = 0.01
TENTH = 0.1
"""The largest scale at which pandas is run: beyond, it wants more memory than there is."""

SEEDS = ROOT / "dbt_project" / "seeds"


def run(scale: float, rounds: int) -> Workload:
    """Measure all variants at a scale, and the fixed costs at 0.01."""
    scales = sorted({SMALL, scale} | ({TENTH} if scale > TENTH else set()))
    raw = {at: microdata.kept(at) / "uspto_bulk" for at in scales}
    runs: dict[tuple[str, float], list[Measured]] = defaultdict(list)
    digests: dict[float, dict[str, Mapping[str, str]]] = defaultdict(dict)
    with tempfile.TemporaryDirectory(dir=microdata.working_directory(), prefix="run-") as temporary:
        work = Path(temporary)
        rules = _rules(work / "rules")
        landed = {}
        for at in scales:
            landed[at] = made_in(work / f"checkout-{at:g}")
            landed[at].land("uspto_bulk", sorted(raw[at].glob("*.zip")))
            landed[at].set({"T1-2-13": "microdata", "T1-2-14": "microdata"})
            landed[at].run(
                *ours.PATENT_MARTS
            )  # compiles what the copy lacks, opens Dagster's store

        def reference(name: str, module: str, at: float, *how: str) -> None:
            out = work / f"{name}-{at:g}.json"
            command = [PYTHON, "-m", f"bench.references.{module}", str(raw[at]), str(rules)]
            runs[name, at].append(measure([*command, str(out), *how]))
            digests[at][name] = json.loads(out.read_text(encoding="utf-8"))["sha256"]

        for number in range(rounds):
            for library in ("isal", "zlib"):
                command = [PYTHON, "-m", "bench.references.inflate", str(raw[scale]), library]
                runs[f"inflate, {library}", scale].append(measure(command))
            reference("REF", "staged", scale)
            for feeding in ("piped", "reframed"):
                reference(f"BARE, {feeding}", "plain_duckdb", scale, feeding)
            for at in scales:
                runs["ours", at].append(_ours(landed[at]))
                digests[at]["ours"] = ours.digests_of(runs["ours", at][-1], ours.PATENTS)
            runs["ours again", scale].append(landed[scale].run(*ours.PATENT_MARTS))
            reference("REF", "staged", SMALL)
            if number == 0 and scale <= TENTH:
                reference("USER", "chunked_pandas", scale)
    return _workload(scale, raw, runs, digests)


def _ours(checkout: Checkout) -> Measured:
    checkout.forget()
    return checkout.run(*ours.PATENT_MARTS)


def _rules(directory: Path) -> Path:
    """Write the seeds as the references want them: what is a field, and what an area."""
    directory.mkdir()
    alias = {
        row["alias"]: row["area_code"]
        for row in _seed("area_alias")
        if row["source_id"] == "uspto_bulk"
    }
    known = {row["iso2"]: row["area_code"] for row in _seed("area") if row["iso2"]} | alias
    rules = [
        (row["ipc_subclass"], row["main_group"], row["field_number"])
        for row in _seed("wipo_field_ipc")
    ]
    files: dict[str, list[tuple[str, ...]]] = {
        "fields.csv": [("subclass", "main_group", "field"), *rules],
        "areas.csv": [("country", "area"), *sorted(known.items())],
    }
    for name, rows in files.items():
        with (directory / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
    return directory


def _seed(name: str) -> list[dict[str, str]]:
    with (SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _workload(
    scale: float,
    raw: Mapping[float, Path],
    runs: Mapping[tuple[str, float], list[Measured]],
    digests: Mapping[float, Mapping[str, Mapping[str, str]]],
) -> Workload:
    gigabytes = {at: _inflated_bytes(path) / 1e9 for at, path in raw.items()}

    def seconds(name: str, at: float = scale) -> float:
        return median(runs[name, at])

    def slope(name: str) -> float | None:
        beyond = gigabytes[scale] - gigabytes[SMALL]
        return (seconds(name) - seconds(name, SMALL)) / beyond if beyond > 0 else None

    def ratio(name: str, of: Callable[[str], float | None] = slope) -> float | None:
        top, bottom = of("ours"), of(name)
        return top / bottom if top is not None and bottom else None

    growth = None
    if scale == 1 and TENTH in raw:
        fixed = seconds("ours", SMALL)
        growth = (seconds("ours") - fixed) / (seconds("ours", TENTH) - fixed)
    every = [run for (name, _), found in runs.items() if name.startswith("ours") for run in found]
    disagreeing = [
        f"{name} at {at:g}: {what}"
        for at, variants in digests.items()
        for name, digest in variants.items()
        for what, value in digest.items()
        if value != variants["ours"][what]
    ]
    return Workload(
        name="patents",
        title=f"Patents at scale {scale:g}: {gigabytes[scale]:.2f} GB of text in zips",
        lines=[
            Line("inflate only, ISA-L (the floor)", runs["inflate, isal", scale]),
            Line("inflate only, zlib", runs["inflate, zlib", scale]),
            Line("REF: staged by polars, then SQL", runs["REF", scale]),
            Line("BARE: plain DuckDB, zips through a pipe", runs["BARE, piped", scale]),
            Line("BARE: plain DuckDB, zips reframed", runs["BARE, reframed", scale]),
            Line("USER: chunked pandas", runs.get(("USER", scale), [])),
            Line("ours, landed zips to finished marts", runs["ours", scale]),
            Line("ours again, nothing changed", runs["ours again", scale]),
            *(
                Line(f"{name} at {at:g}", found)
                for (name, at), found in sorted(runs.items())
                if at != scale
            ),
        ],
        targets=[
            Target("ours / REF", seconds("ours") / seconds("REF"), 1.5),
            Target("ours / BARE, piped", seconds("ours") / seconds("BARE, piped"), 0.45),
            Target("ours / BARE, reframed", seconds("ours") / seconds("BARE, reframed"), 0.45),
            Target("slope per GB, ours / REF", ratio("REF"), 1.2),
            Target("fixed: ours at 0.01, s", seconds("ours", SMALL), 12),
            Target("again - fixed, s", seconds("ours again") - seconds("ours", SMALL), 1),
            Target("peak of any process, MB", peak(every), 750),
            Target("peak of the tree, MB", tree_peak(every), 1200),
            Target("data part at 1 / at 0.1", growth, 10.5),
        ],
        agree=not disagreeing,
        disagreement="differ: " + ", ".join(disagreeing),
        facts={
            "scale": scale,
            "inflate_s": seconds("inflate, isal"),
            "ref_s": seconds("REF"),
            "duckdb_s": seconds("BARE, piped"),
            "duckdb_reframed_s": seconds("BARE, reframed"),
            "ours_s": seconds("ours"),
            "again_s": seconds("ours again"),
            "fixed_s": seconds("ours", SMALL),
            "slope_s_per_gb": slope("ours"),
            "ref_slope_s_per_gb": slope("REF"),
            "ours_peak_mb": peak(every),
            "ours_tree_peak_mb": tree_peak(every),
        },
    )


def _inflated_bytes(raw: Path) -> int:
    total = 0
    for path in raw.glob("*.zip"):
        with zipfile.ZipFile(path) as archive:
            total += sum(member.file_size for member in archive.infolist())
    return total
