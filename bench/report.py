"""What a workload found: lines of a table, targets and whether they are met, facts for a machine.

Here: holding and printing. Not here: measuring.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from bench.measuring import Measured, median, median_cpu, peak, tree_peak


@dataclass(frozen=True)
class Line:
    """A variant and its runs; none where it was left out at this scale."""

    name: str
    runs: Sequence[Measured]


@dataclass(frozen=True)
class Target:
    """A quantity that may be at most, or must be at least, so much.

    `value` is None where this run could not tell (a ratio to a scale that was not measured).
    """

    name: str
    value: float | None
    limit: float
    at_least: bool = False

    @property
    def is_met(self) -> bool | None:
        """Whether it is met; None if this run cannot tell."""
        if self.value is None:
            return None
        return self.value >= self.limit if self.at_least else self.value <= self.limit


@dataclass(frozen=True)
class Workload:
    """What was found for one workload; `facts` go to latest.json as they are."""

    name: str
    title: str
    lines: Sequence[Line]
    targets: Sequence[Target]
    agree: bool
    disagreement: str
    facts: dict[str, object] = field(default_factory=dict)

    def as_text(self) -> str:
        """Return the table and the targets as they are printed."""
        head = f"{'s':>9} {'CPU s':>8} {'peak MB':>8} {'tree MB':>8}  runs"
        text = [self.title, f"{'':48}{head}"]
        for line in self.lines:
            if line.runs:
                figures = (
                    f"{median(line.runs):9.2f} {median_cpu(line.runs):8.2f} "
                    f"{peak(line.runs):8.0f} {tree_peak(line.runs):8.0f}  {len(line.runs)}"
                )
            else:
                figures = f"{'not run':>9}"
            text.append(f"  {line.name:46}{figures}")
        text.append(f"  results: {'identical' if self.agree else self.disagreement}")
        for target in self.targets:
            word = {True: "met", False: "MISSED", None: "not measured"}[target.is_met]
            value = "" if target.value is None else f"{target.value:.2f}"
            sign = ">=" if target.at_least else "<="
            text.append(f"  {target.name:46}{value:>9} {sign} {target.limit:<8g} {word}")
        return "\n".join(text)

    def as_json(self) -> dict[str, object]:
        """Return the facts, whether the results agree, the runs and the targets."""
        return {
            **self.facts,
            "agree": self.agree,
            "runs": {
                line.name: [
                    {
                        "s": round(run.seconds, 3),
                        "cpu_s": round(run.cpu_seconds, 3),
                        "peak_mb": round(run.peak_mb, 1),
                        "tree_peak_mb": round(run.tree_peak_mb, 1),
                    }
                    for run in line.runs
                ]
                for line in self.lines
            },
            "targets": {
                target.name: {"value": target.value, "limit": target.limit, "met": target.is_met}
                for target in self.targets
            },
        }
