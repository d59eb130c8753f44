"""The edition's register against the sample it was made from, judged by independent arithmetic.

The sample's sketches are evaluated here over the printed cells with plain Python, apart from the
claim language: a second opinion on every verdict. Skipped where the sample is not at hand.
"""

import ast
import csv
import statistics
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from pathlib import Path

import pytest
import yaml

SAMPLE = Path(__file__).resolve().parents[3] / "shared" / "whitepaper"
pytestmark = pytest.mark.skipif(
    not (SAMPLE / "claims_sample.yaml").exists(), reason="the sample of statements is not here"
)

AGGREGATES = {"EU27_2020", "OECD", "total", "all_industries", "manufacturing"}
EXPLAINED = {
    "C153": "the domains of the fields stand in no table; the register declares them as groups",
}
"""Why the register's answer differs from the sketch's."""


class NotPrinted(Exception):
    pass


class Span:
    def __init__(self, low, high):
        self.low, self.high = low, high

    def _ends(self, other, operation):
        other = other if isinstance(other, Span) else Span(other, other)
        ends = [operation(a, b) for a in (self.low, self.high) for b in (other.low, other.high)]
        return Span(min(ends), max(ends))

    def __add__(self, other):
        return self._ends(other, lambda a, b: a + b)

    def __sub__(self, other):
        return self._ends(other, lambda a, b: a - b)

    def __mul__(self, other):
        return self._ends(other, lambda a, b: a * b)

    def __truediv__(self, other):
        return self._ends(other, lambda a, b: a / b)

    __rmul__ = __mul__
    __radd__ = __add__


def printed_cells():
    cells = {}
    for path in sorted((SAMPLE / "tables").glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as handle:
            for row in csv.DictReader(handle):
                key = (f"{row['table_id']}.{row['measure']}", row["row_key"])
                cells.setdefault(key, {})[row["period"]] = row
    return cells


def notation(cells):
    def find(measure, row, period):
        if (measure, row) not in cells:
            raise NotPrinted(measure)
        line = cells[measure, row]
        if period is None:
            (found,) = line.values()
            return found
        if str(period) not in line:
            raise NotPrinted(f"{measure} {row} {period}")
        return line[str(period)]

    def x(measure, row, period=None):
        text = find(measure, row, period)["value"]
        return float(text) if text else None

    def interval(measure, row, period=None):
        found = find(measure, row, period)
        decimals = len(found["value"].partition(".")[2])
        half = 0.5 * 10**-decimals
        return Span(float(found["value"]) - half, float(found["value"]) + half)

    def rows(measure, period=None):
        found = [
            row
            for (name, row), line in cells.items()
            if name == measure
            and row not in AGGREGATES
            and any(cell["value"] for p, cell in line.items() if period is None or p == str(period))
        ]
        if not found:
            raise NotPrinted(measure)
        return found

    def rounded(value, places):
        exact = Decimal(repr(round(value, 10)))
        return float(exact.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP))

    def top(measure, period, n=None):
        return sorted(rows(measure, period), key=lambda k: -x(measure, k, period))[:n]

    def growth_interval(m, k, now, before):
        return (interval(m, k, now) / interval(m, k, before) - 1) * 100

    def fits(span, value, places):
        half = 0.5 * 10**-places
        return span.low <= value + half + 1e-9 and span.high >= value - half - 1e-9

    def mean(values):
        return statistics.fmean(list(values))

    return {
        "x": x,
        "X": interval,
        "pm": lambda v, h: Span(v - h, v + h),
        "fits": fits,
        "growth": lambda m, k, now, before: 100 * (x(m, k, now) / x(m, k, before) - 1),
        "GROWTH": growth_interval,
        "r": rounded,
        "rows": rows,
        "top": top,
        "rank": lambda m, k, p: 1 + sum(x(m, j, p) > x(m, k, p) for j in rows(m, p)),
        "up": lambda m, k, ps: all(a < b for a, b in pairwise([x(m, k, p) for p in ps])),
        "is_max": lambda m, k, p, ps: all(x(m, k, p) > x(m, k, q) for q in ps if q != p),
        "mean": mean,
        "median": statistics.median,
        "Y5": range(2019, 2024),
        "YE": range(2020, 2025),
        "ALL_YEARS": range(2000, 2025),
        "PEER": ["DNK", "FIN", "NLD", "NOR", "SGP", "SWE", "CHE"],
        **{f.__name__: f for f in (all, any, sum, len, set, abs, min, max, sorted, range)},
    }


NEEDS_MORE = {"yoy", "yoy_annual", "seasonal_amplitude", "domain", "N_patents_granted_2020_2024"}


def opinion(check, names):
    """What plain arithmetic over the printed cells says of a sketch."""
    tree = ast.parse(check.strip(), mode="eval")
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    if used & NEEDS_MORE:
        return "cannot_be_checked"
    try:
        holds = eval(compile(tree, "sketch", "eval"), {"__builtins__": {}, **names})
    except NotPrinted:
        return "cannot_be_checked"
    return "holds" if holds else "does_not_hold"


@pytest.fixture(scope="module")
def claim_results(refreshed):
    found = refreshed.query("select claim_id, verdict from claim_result order by position")
    return dict(found)


def test_the_register_holds_every_statement_of_the_sample(claim_results):
    sample = yaml.safe_load((SAMPLE / "claims_sample.yaml").read_text(encoding="utf-8"))
    assert [entry["id"] for entry in sample] == list(claim_results)


def test_every_verdict_agrees_with_plain_arithmetic_or_is_explained(claim_results):
    names = notation(printed_cells())
    sample = yaml.safe_load((SAMPLE / "claims_sample.yaml").read_text(encoding="utf-8"))
    differing = {}
    for entry in sample:
        wanted = opinion(entry["check"], names)
        found = claim_results[entry["id"]]
        if wanted != found and entry["id"] not in EXPLAINED:
            differing[entry["id"]] = (wanted, found, entry["check"])
    assert differing == {}


def test_what_is_explained_really_differs(claim_results):
    names = notation(printed_cells())
    sample = yaml.safe_load((SAMPLE / "claims_sample.yaml").read_text(encoding="utf-8"))
    for entry in sample:
        if entry["id"] in EXPLAINED:
            assert opinion(entry["check"], names) != claim_results[entry["id"]]
