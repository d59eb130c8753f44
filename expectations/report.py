"""The verdict as a person reads it: worst first, one line each, then the evidence.

Here: the same report as Markdown and as one HTML file without anything from outside.
Not here: what is in it (`verdict`), how it came about (`gate`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from pathlib import Path

from expectations.verdict import Finding, Verdict

_STYLE = """
body{font:15px/1.5 system-ui,"Noto Sans TC","Microsoft JhengHei",sans-serif;max-width:72em;
margin:2em auto;padding:0 1em;color:#1a1a1a}
h1 b{padding:.1em .5em;border-radius:.2em;color:#fff}
.pass{background:#1b7f3b}.fail{background:#b3261e}
.error{color:#b3261e}.warn{color:#8a5a00}.ok{color:#1b7f3b}
table{border-collapse:collapse;font-size:13px;margin:.5em 0 1.5em;display:block;overflow-x:auto}
td,th{border:1px solid #d0d0d0;padding:.2em .5em;text-align:left;vertical-align:top}
th{background:#f3f3f3}
td:first-child{min-width:24em}
ol a{color:inherit;text-decoration:none}
li{margin:.2em 0}
small{color:#666}
"""


def write_report(verdict: Verdict, directory: Path) -> list[Path]:
    """Write ``gate.json``, ``report.md`` and ``report.html`` into `directory`, made if need be.

    Args:
        verdict: what to write.
        directory: an edition's ``quality`` directory.

    Returns:
        The three paths.
    """
    directory.mkdir(parents=True, exist_ok=True)
    contents = {
        "gate.json": verdict.to_json(),
        "report.md": as_markdown(verdict),
        "report.html": as_html(verdict),
    }
    paths = []
    for name, text in contents.items():
        path = directory / name
        path.write_text(text, encoding="utf-8")
        paths.append(path)
    return paths


def as_markdown(verdict: Verdict) -> str:
    """Return the report as Markdown."""
    lines = [f"# Quality report: {verdict.outcome}", "", _summary(verdict), ""]
    context = list(_context_rows(verdict.context))
    if context:
        lines += [*_markdown_table(("judged", "value"), context), ""]
    if verdict.findings:
        lines += ["## Findings, worst first", ""]
        for number, finding in enumerate(verdict.findings, start=1):
            lines.append(f"{number}. **{finding.severity}** {_one_line(finding)}")
            lines += [f"    - {message}" for message in _further_messages(finding)]
        lines += ["", "## Evidence", ""]
        for number, finding in enumerate(verdict.findings, start=1):
            lines += [f"### {number}. {finding.title}", ""]
            lines += [f"{finding.origin} `{finding.name}`; {_shown(finding)}", ""]
            if finding.failing_rows:
                columns = _columns(finding)
                rows = [[_cell(row.get(name)) for name in columns] for row in finding.failing_rows]
                lines += [*_markdown_table(columns, rows), ""]
    for section in verdict.sections:
        lines += [f"## {section.title}", "", section.lead, ""]
        lines += [f"{number}. {line}" for number, line in enumerate(section.lines, start=1)]
        if section.rows:
            names = tuple(section.rows[0])
            rows = [[_cell(row[name]) for name in names] for row in section.rows]
            lines += ["", *_markdown_table(names, rows)]
        lines.append("")
    lines += ["## Statements put to the marts", ""]
    for suite in verdict.suites:
        lines += [f"### {suite.mart}", ""]
        if suite.missing:
            lines += ["- ✗ the mart is missing"]
        lines += [
            f"- {'✓' if result.success else '✗'} {result.statement.en} {result.statement.zh}"
            for result in suite.results
        ]
        lines.append("")
    lines += [f"## dbt tests that hold ({len(verdict.passed)})", ""]
    lines += [f"- ✓ {title}" for title in sorted(verdict.passed)]
    return "\n".join(lines).rstrip() + "\n"


def as_html(verdict: Verdict) -> str:
    """Return the report as one HTML page that needs nothing from elsewhere."""
    outcome = verdict.outcome
    body = [
        f'<h1>Quality report <b class="{outcome}">{outcome}</b></h1>',
        f"<p>{escape(_summary(verdict))}</p>",
    ]
    context = list(_context_rows(verdict.context))
    if context:
        body.append(_html_table(("judged", "value"), context))
    if verdict.findings:
        body.append("<h2>Findings, worst first</h2><ol>")
        body += [
            f'<li><b class="{finding.severity}">{finding.severity}</b> '
            f'<a href="#finding-{number}">{escape(_one_line(finding))}</a>'
            f"{_html_list(_further_messages(finding))}</li>"
            for number, finding in enumerate(verdict.findings, start=1)
        ]
        body.append("</ol><h2>Evidence</h2>")
        for number, finding in enumerate(verdict.findings, start=1):
            body.append(f'<h3 id="finding-{number}">{number}. {escape(finding.title)}</h3>')
            body.append(
                f"<p>{escape(finding.message)}<br><small>{escape(finding.origin)} "
                f"<code>{escape(finding.name)}</code>; {escape(_shown(finding))}</small></p>"
            )
            if finding.failing_rows:
                columns = _columns(finding)
                rows = [[_cell(row.get(name)) for name in columns] for row in finding.failing_rows]
                body.append(_html_table(columns, rows))
    for section in verdict.sections:
        body.append(f"<h2>{escape(section.title)}</h2><p>{escape(section.lead)}</p>")
        if section.lines:
            body.append(
                "<ol>" + "".join(f"<li>{_html_line(line)}</li>" for line in section.lines) + "</ol>"
            )
        if section.rows:
            names = tuple(section.rows[0])
            rows = [[_cell(row[name]) for name in names] for row in section.rows]
            body.append(
                f"<details><summary>Evidence, {_number(len(rows), 'row')}</summary>"
                f"{_html_table(names, rows)}</details>"
            )
    body.append("<h2>Statements put to the marts</h2>")
    for suite in verdict.suites:
        body.append(f"<h3>{escape(suite.mart)}</h3><ul>")
        if suite.missing:
            body.append('<li><b class="error">✗</b> the mart is missing</li>')
        for result in suite.results:
            mark = "✓" if result.success else "✗"
            kind = "ok" if result.success else result.statement.severity
            body.append(
                f'<li><b class="{kind}">{mark}</b> {escape(result.statement.en)} '
                f"<small>{escape(result.statement.zh)}</small></li>"
            )
        body.append("</ul>")
    body.append(f"<h2>dbt tests that hold ({len(verdict.passed)})</h2><ul>")
    body += [f'<li><b class="ok">✓</b> {escape(title)}</li>' for title in sorted(verdict.passed)]
    body.append("</ul>")
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f"<title>Quality report: {outcome}</title><style>{_STYLE}</style></head>\n<body>\n"
        + "\n".join(body)
        + "\n</body></html>\n"
    )


def _summary(verdict: Verdict) -> str:
    statements = [result for suite in verdict.suites for result in suite.results]
    return (
        f"{_number(len(verdict.errors), 'error')}, {_number(len(verdict.warnings), 'warning')}; "
        f"{_number(len(verdict.passed), 'dbt test')} hold, and "
        f"{sum(result.success for result in statements)} of {len(statements)} statements."
    )


def _number(count: int, noun: str) -> str:
    return f"{count} {noun}" + ("" if count == 1 else "s")


def _one_line(finding: Finding) -> str:
    where = finding.where
    suffix = f" [{where}]" if where and where not in finding.message else ""
    follows = " (follows from the above)" if finding.consequence else ""
    return f"{finding.title}: {finding.message}{suffix}{follows}"


def _further_messages(finding: Finding) -> list[str]:
    """What the rows after the first one say, so that every failing row has its line."""
    messages = (str(row["message"]) for row in finding.failing_rows[1:] if row.get("message"))
    return [message for message in messages if message not in finding.message]


def _html_list(items: Iterable[str]) -> str:
    lines = "".join(f"<li>{escape(item)}</li>" for item in items)
    return f"<ul>{lines}</ul>" if lines else ""


def _html_line(line: str) -> str:
    """A line of a section; what blocks or warns stands out."""
    for action, kind in (("[block", "error"), ("[warn", "warn")):
        if line.startswith(action):
            mark, rest = line.split("]", 1)
            return f'<b class="{kind}">{escape(mark)}]</b>{escape(rest)}'
    return escape(line)


def _shown(finding: Finding) -> str:
    shown = len(finding.failing_rows)
    total = _number(finding.count, "row")
    return total if shown in (0, finding.count) else f"{total}, the first {shown} shown"


def _context_rows(context: Mapping[str, object]) -> Iterable[list[str]]:
    for name, value in context.items():
        if isinstance(value, Mapping):
            yield [name, ", ".join(f"{key} {item}" for key, item in value.items())]
        else:
            yield [name, _cell(value)]


def _columns(finding: Finding) -> tuple[str, ...]:
    """Columns that say something in at least one of the rows shown."""
    names = dict.fromkeys(name for row in finding.failing_rows for name in row)
    return tuple(
        name for name in names if any(row.get(name) is not None for row in finding.failing_rows)
    )


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.10g}"  # enough to see the fault, without binary noise
    return "" if value is None else str(value)


def _markdown_table(columns: Iterable[str], rows: Iterable[Iterable[str]]) -> list[str]:
    names = list(columns)
    body = [[" ".join(cell.split()).replace("|", "\\|") for cell in row] for row in rows]
    return [
        "| " + " | ".join(names) + " |",
        "|" + " --- |" * len(names),
        *("| " + " | ".join(row) + " |" for row in body),
    ]


def _html_table(columns: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    head = "".join(f"<th>{escape(name)}</th>" for name in columns)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
