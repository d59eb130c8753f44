"""The verdict on a build: what was found, and whether the edition may be published.

Here: the two records that the gate fills in and the reports print, and their JSON.
Not here: how findings come about (`gate`), how they are shown (`report`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import PurePath
from typing import Literal

from expectations.evidence import Section
from expectations.runner import SuiteResult
from expectations.suites import Severity

_UNIT_OF_POSITION = {".xlsx": "row", ".json": "observation"}
"""What `source_row` counts in a file, where it is not lines."""

Origin = Literal["dbt model", "dbt test", "great expectations"]


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it must, or should, be.

    Args:
        origin: who found it.
        name: id of the test, model or expectation.
        title: the rule that was broken, as a sentence.
        severity: ``error`` stops the edition, ``warn`` does not.
        model: the model or mart that it concerns.
        message: what is wrong and what to do, in one sentence where the test gives one.
        count: number of failing rows.
        failing_rows: up to 20 of them.
        consequence: it follows from another finding and is not worth a look of its own.
    """

    origin: Origin
    name: str
    title: str
    severity: Severity
    model: str
    message: str
    count: int = 1
    failing_rows: tuple[Mapping[str, object], ...] = ()
    consequence: bool = False

    @property
    def where(self) -> str:
        """File and line of the first failing row that has them, else the model."""
        for row in self.failing_rows:
            if row.get("source_file"):
                file, position = str(row["source_file"]), row.get("source_row")
                unit = _UNIT_OF_POSITION.get(PurePath(file).suffix, "line")
                return file if position is None else f"{file}, {unit} {position}"
        return f"model {self.model}" if self.model else ""


@dataclass(frozen=True)
class Verdict:
    """Pass or fail, with every finding, worst first, and what was checked.

    Args:
        findings: errors first, each before what follows from it.
        suites: the Great Expectations results, for the list of statements in the report.
        passed: titles of the dbt tests that hold.
        context: what was judged: run, edition, pins, sha256 of the database.
        sections: what the marts say of printed cells, statements, estimates and corrections.
    """

    findings: tuple[Finding, ...]
    suites: tuple[SuiteResult, ...] = ()
    passed: tuple[str, ...] = ()
    context: Mapping[str, object] = field(default_factory=dict)
    sections: tuple[Section, ...] = ()

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that stop the edition."""
        return tuple(finding for finding in self.findings if finding.severity == "error")

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """The findings that the editor should know of."""
        return tuple(finding for finding in self.findings if finding.severity == "warn")

    @property
    def outcome(self) -> Literal["pass", "fail"]:
        """``fail`` as soon as one finding is an error."""
        return "fail" if self.errors else "pass"

    def to_json(self) -> str:
        """Return the verdict as JSON text, every finding and every statement included."""
        content = {
            "verdict": self.outcome,
            "context": dict(self.context),
            "errors": len(self.errors),
            "warnings": len(self.warnings),
            "findings": [{**asdict(finding), "where": finding.where} for finding in self.findings],
            "sections": [asdict(section) for section in self.sections],
            "dbt_tests_passed": list(self.passed),
            "statements": [
                {
                    "mart": suite.mart,
                    "en": result.statement.en,
                    "zh": result.statement.zh,
                    "severity": result.statement.severity,
                    "holds": result.success,
                    "count": result.count,
                }
                for suite in self.suites
                for result in suite.results
            ],
        }
        return json.dumps(content, ensure_ascii=False, indent=2, default=str) + "\n"
