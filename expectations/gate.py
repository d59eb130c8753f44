"""The gate: one verdict over dbt's results and the suites' results.

Here: turning both into findings, with the rows that show each, and the one message for a terminal.
Not here: the checks themselves (dbt_project/tests, `suites`), running them (orchestration,
`runner`), the shape of the reports (`report`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import duckdb

from expectations.evidence import sections_of
from expectations.report import write_report
from expectations.runner import ROWS_SHOWN, SuiteResult
from expectations.suites import Severity
from expectations.verdict import Finding, Verdict

__all__ = ["Finding", "Verdict", "first_message", "judge", "write_report"]

# An exposure has nothing to run: dbt reports it as no-op.
_GOOD = {"success", "pass", "no-op"}
_LONGEST_MESSAGE = 600


def judge(
    dbt_run_results: Mapping[str, Any] | Path,
    manifest: Mapping[str, Any] | Path,
    database: Path,
    suite_results: Sequence[SuiteResult],
    context: Mapping[str, object] | None = None,
) -> Verdict:
    """Weigh everything that was checked and return the verdict.

    A model that failed or was skipped, a test that failed, and a test or model of the project that
    did not run at all are errors: what was not checked has not passed.

    Args:
        dbt_run_results: ``run_results.json`` of ``dbt build``, parsed or its path.
        manifest: ``manifest.json`` of the same invocation, parsed or its path.
        database: the build's DuckDB file, opened read-only to fetch failing rows.
        suite_results: what `expectations.runner.run_suites` returned for that file.
        context: run id, edition, pins and sha256, for the report.

    Returns:
        The verdict, findings worst first.
    """
    nodes: Mapping[str, Mapping[str, Any]] = _load(manifest)["nodes"]
    results: list[Mapping[str, Any]] = _load(dbt_run_results)["results"]
    findings = [
        *_of_dbt(results, nodes, database),
        *_not_run(results, nodes),
    ]
    unbuilt = {finding.model for finding in findings if finding.origin == "dbt model"}
    for row in (row for finding in findings if finding.consequence for row in finding.failing_rows):
        unbuilt.add(str(row.get("node")))
    findings += _of_suites(suite_results, unbuilt)
    findings.sort(key=_order)
    passed = tuple(
        _title(nodes.get(result["unique_id"], {}), result["unique_id"])
        for result in results
        if _is_test(result["unique_id"]) and result["status"] in _GOOD
    )
    return Verdict(
        tuple(findings),
        tuple(suite_results),
        passed,
        dict(context or {}),
        sections_of(database),
    )


def first_message(verdict: Verdict) -> str:
    """Return the one message for stderr: what, where, what to do; empty when all is well.

    Args:
        verdict: the verdict of `judge`.
    """
    if not verdict.errors:
        return ""
    worst = verdict.errors[0]
    lines = [worst.message]
    if worst.where and worst.where not in worst.message:
        lines.append(f"  Where: {worst.where}")
    lines.append(f"  Rule:  {worst.title}.")
    others = sum(not finding.consequence for finding in verdict.errors) - 1
    if others > 0:
        lines.append(f"  {others} more {'error' if others == 1 else 'errors'} in the report.")
    return "\n".join(lines)


def _order(finding: Finding) -> tuple[bool, bool, bool]:
    """Errors first, causes before consequences, what can be pointed at in a file before the rest.

    What has no line of a file to show, such as a cell missing from the book, mostly follows from
    what has. Otherwise findings stay in the order in which dbt ran.
    """
    points_at_cause = finding.origin == "dbt model" or not finding.where.startswith("model ")
    return finding.severity == "warn", finding.consequence, not points_at_cause


def _load(document: Mapping[str, Any] | Path) -> Mapping[str, Any]:
    if isinstance(document, Path):
        loaded: dict[str, Any] = json.loads(document.read_text(encoding="utf-8"))
        return loaded
    return document


def _is_test(unique_id: str) -> bool:
    return unique_id.startswith(("test.", "unit_test."))


def _of_dbt(
    results: Iterable[Mapping[str, Any]], nodes: Mapping[str, Mapping[str, Any]], database: Path
) -> list[Finding]:
    """Findings in the order in which dbt ran: the cause stands before what follows from it."""
    findings = []
    skipped = []
    for result in results:
        unique_id, status = str(result["unique_id"]), str(result["status"])
        node = nodes.get(unique_id, {})
        if status == "skipped":
            skipped.append(str(node.get("name") or unique_id.split(".")[-1]))
        elif status in _GOOD:
            continue
        elif _is_test(unique_id) and status in ("fail", "warn"):
            findings.append(
                _of_test(result, node, "error" if status == "fail" else "warn", database)
            )
        else:
            name = str(node.get("name", unique_id))
            kind: Literal["dbt test", "dbt model"] = (
                "dbt test" if _is_test(unique_id) else "dbt model"
            )
            findings.append(
                Finding(
                    origin=kind,
                    name=unique_id,
                    title=(
                        f"The test {name} could not be run"
                        if _is_test(unique_id)
                        else f"The model {name} could not be built"
                    ),
                    severity="error",
                    model=_models(node) if _is_test(unique_id) else name,
                    message=_condense(result.get("message")),
                )
            )
    if skipped:
        findings.append(
            Finding(
                origin="dbt model",
                name="skipped",
                title="Nothing is skipped",
                severity="error",
                model="",
                message=f"dbt skipped {len(skipped)} nodes because of an earlier error.",
                count=len(skipped),
                failing_rows=tuple({"node": name} for name in skipped),
                consequence=bool(findings),
            )
        )
    return findings


def _of_test(
    result: Mapping[str, Any], node: Mapping[str, Any], severity: Severity, database: Path
) -> Finding:
    unique_id = str(result["unique_id"])
    sql = result.get("compiled_code") or node.get("compiled_code")
    rows: tuple[Mapping[str, object], ...] = ()
    trouble = ""
    if sql:
        try:
            rows = _fetch(database, str(sql))
        except duckdb.Error as error:
            trouble = f" (the rows could not be read again: {_condense(str(error))})"
    count = int(result.get("failures") or len(rows) or 1)
    message = next((str(row["message"]) for row in rows if row.get("message")), "")
    if not message:
        message = _condense(result.get("message"))
    if count > 1:
        message += f" ({count} rows in all.)"
    return Finding(
        origin="dbt test",
        name=unique_id,
        title=_title(node, unique_id),
        severity=severity,
        model=_models(node),
        message=message + trouble,
        count=count,
        failing_rows=rows,
    )


def _fetch(database: Path, sql: str) -> tuple[Mapping[str, object], ...]:
    """Run a test's SQL again on the finished build and return its first rows."""
    with duckdb.connect(str(database), read_only=True) as connection:
        # Staging views read Parquet by paths relative to the build.
        connection.execute("set file_search_path = ?", [str(database.parent)])
        cursor = connection.execute(
            f"select * from ({sql.strip().rstrip(';')}\n) limit {ROWS_SHOWN}"
        )
        columns = [str(column[0]) for column in cursor.description or []]
        return tuple(dict(zip(columns, row, strict=True)) for row in cursor.fetchall())


def _not_run(
    results: Iterable[Mapping[str, Any]], nodes: Mapping[str, Mapping[str, Any]]
) -> list[Finding]:
    ran = {result["unique_id"] for result in results}
    expected = ("model", "seed", "snapshot", "test")
    forgotten = sorted(
        str(node.get("name", unique_id))
        for unique_id, node in nodes.items()
        if node.get("resource_type") in expected and unique_id not in ran
    )
    if not forgotten:
        return []
    return [
        Finding(
            origin="dbt test",
            name="not run",
            title="Every model is built and every test is run",
            severity="error",
            model="",
            message=(
                f"{len(forgotten)} nodes of the dbt project are not in its run results, the first "
                f"being {forgotten[0]}; run dbt build without a selection."
            ),
            count=len(forgotten),
            failing_rows=tuple({"node": name} for name in forgotten[:ROWS_SHOWN]),
        )
    ]


def _of_suites(suites: Iterable[SuiteResult], unbuilt: set[str]) -> list[Finding]:
    findings = []
    for suite in suites:
        if suite.missing:
            findings.append(
                Finding(
                    origin="great expectations",
                    name=suite.mart,
                    title=f"The mart {suite.mart} exists",
                    severity="error",
                    model=suite.mart,
                    message=(
                        f"The build has no table {suite.mart}; see why dbt left it out, or take "
                        "its suite out of expectations/suites.py."
                    ),
                    consequence=suite.mart in unbuilt,
                )
            )
        findings += [
            Finding(
                origin="great expectations",
                name=f"{suite.mart}.{result.statement.expectation}",
                title=result.statement.en.rstrip("."),
                severity=result.statement.severity,
                model=suite.mart,
                message=f"{suite.mart}: {result.message}.",
                count=result.count,
                failing_rows=tuple(result.rows),
            )
            for result in suite.results
            if not result.success
        ]
    return findings


def _title(node: Mapping[str, Any], unique_id: str) -> str:
    """The rule as a sentence: a singular test's name, or what a generic test says of a column."""
    metadata = node.get("test_metadata")
    if not metadata:
        name = str(node.get("name") or unique_id.split(".")[2])
        sentence = name.replace("_", " ")
        return sentence[:1].upper() + sentence[1:]
    subject = ".".join(
        part for part in (_models(node), metadata.get("kwargs", {}).get("column_name")) if part
    )
    rule = {"not_null": "is always given", "unique": "is unique"}.get(
        metadata["name"], str(metadata["name"]).replace("_", " ")
    )
    return f"{subject} {rule}"


def _models(node: Mapping[str, Any]) -> str:
    attached = node.get("attached_node")
    parents = [str(parent) for parent in node.get("depends_on", {}).get("nodes", [])]
    built = [parent for parent in parents if not parent.startswith("source.")]
    concerned = [str(attached)] if attached else built or parents
    return ", ".join(parent.split(".")[-1] for parent in concerned)


def _condense(message: object) -> str:
    text = " ".join(str(message or "no message").split())
    return text if len(text) <= _LONGEST_MESSAGE else text[:_LONGEST_MESSAGE] + "…"
