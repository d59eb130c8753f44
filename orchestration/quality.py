"""The gate as steps of a run: judge what dbt found, put the suites to the marts, write the report.

Thin: judgement is `expectations.gate`'s; here it is fed with a build and shown to Dagster.
"""

from __future__ import annotations

from collections.abc import Iterator

import dagster as dg

from editions import Edition
from expectations.gate import Verdict, first_message, judge, write_report
from expectations.runner import SuiteResult, run_suites
from expectations.suites import SUITES
from orchestration.dbt import DbtRun, PreparedDbt
from orchestration.dbt_assets import key_of_model, markdown_rows
from orchestration.fingerprint import digest_of_file
from orchestration.workspace import Build


def suites() -> list[tuple[str, str]]:
    """Mart and description of every suite, for the check's specification."""
    return [
        (suite.mart, "\n".join(f"- {s.en}\n  {s.zh}" for s in suite.statements)) for suite in SUITES
    ]


def judge_models(prepared: PreparedDbt, build: Build, run: DbtRun, edition: Edition) -> Verdict:
    """Judge what dbt built and tested; a failure ends the run here and leaves its report.

    A pass is no verdict yet and is not written down: the suites have not spoken.
    """
    verdict = _judge(prepared, build, run, edition, [])
    if verdict.outcome != "pass":
        write_report(verdict, build.quality)
    return verdict


def message_of(verdict: Verdict) -> str:
    """The one message for a person: what, where, what to do."""
    return first_message(verdict)


def check_marts(
    prepared: PreparedDbt, build: Build, edition: Edition
) -> Iterator[dg.AssetCheckResult]:
    """Run every suite, write the gate's report over everything, and report each suite's check.

    Raises:
        dagster.Failure: the verdict is not 'pass'; its description is the message for a person.
    """
    results = run_suites(build.database)
    verdict = _judge(prepared, build, DbtRun(build.target / "run_results.json"), edition, results)
    write_report(verdict, build.quality)
    for result in results:
        broken = [found for found in result.results if not found.success]
        rows = [row for found in broken for row in found.rows]
        yield dg.AssetCheckResult(
            asset_key=key_of_model(prepared.manifest, result.mart),
            check_name=check_name(result.mart),
            passed=not broken and not result.missing,
            severity=(
                dg.AssetCheckSeverity.WARN if result.success else dg.AssetCheckSeverity.ERROR
            ),
            metadata={
                "statements": len(result.results),
                "not holding": dg.MetadataValue.md(
                    "\n".join(f"- {found.statement.en} {found.message}" for found in broken)
                    or "none"
                ),
                "evidence": dg.MetadataValue.md(markdown_rows(rows)),
            },
        )
    if verdict.outcome != "pass":
        raise dg.Failure(message_of(verdict), allow_retries=False)


def check_name(mart: str) -> str:
    """Name of the check that shows a mart's suite."""
    return f"what_an_editor_reads_in_{mart}"


def _judge(
    prepared: PreparedDbt, build: Build, run: DbtRun, edition: Edition, results: list[SuiteResult]
) -> Verdict:
    context = {
        "edition": edition.id,
        "run": build.run_id,
        "database sha256": digest_of_file(build.database) if build.database.exists() else None,
        **{f"pin of {source}": vintage for source, vintage in edition.pins.items()},
    }
    return judge(run.results_path, prepared.manifest, build.database, results, context)
