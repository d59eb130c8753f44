"""What `whitepaper status` tells: read from files, no run is started."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from editions import Edition
from orchestration import ingest
from orchestration.workspace import Workspace
from publication.release import is_intact, read_release
from sources import SOURCE_IDS, get_source
from sources.contract import SourceError
from sources.snapshots import Snapshot


def describe_status(workspace: Workspace, edition_id: str) -> str:
    """The edition, its pins with age, the published release, the last run, gaps and estimates."""
    edition = ingest.edition_of(workspace, edition_id)
    blocks = [
        f"Edition {edition.id}: {edition.title_en} / {edition.title_zh}",
        _release_block(workspace, edition),
        _pins_block(workspace, edition),
        _estimates_block(edition),
        _missing_block(edition),
    ]
    return "\n\n".join(blocks)


def _release_block(workspace: Workspace, edition: Edition) -> str:
    lines = []
    release = read_release(workspace.published, edition.id)
    if release is None:
        lines.append("Published: nothing yet. Run `whitepaper refresh`.")
    else:
        facts = release.facts
        whole = "intact" if is_intact(release) else "ALTERED since it was published"
        lines.append(
            f"Published: {facts['published_at']} (release {facts['release']}, {whole}), "
            f"{facts['rows']['book_cell']:,} book cells."
        )
        gate = json.loads((release.directory / "quality" / "gate.json").read_text("utf-8"))
        lines.append(
            f"Gate: {gate['verdict']}, {gate['errors']} errors, {gate['warnings']} warnings; "
            f"see {workspace.published / edition.id / 'quality' / 'report.html'}"
        )
        lines += _changes(workspace, edition, facts)
    lines.append(_last_run(workspace))
    return "\n".join(lines)


def _changes(workspace: Workspace, edition: Edition, facts: dict[str, Any]) -> list[str]:
    try:
        current = facts["fingerprint"] == ingest.fingerprint(workspace, edition)
    except SourceError as error:
        return [f"A refresh would stop: {error}"]
    if current:
        return ["Nothing has changed since."]
    pins = [
        f"{source}: {facts['pins'].get(source, 'none')} -> {edition.pins.get(source, 'none')}"
        for source in SOURCE_IDS
        if facts["pins"].get(source) != edition.pins.get(source)
    ]
    detail = "; pins changed: " + ", ".join(pins) if pins else ""
    return [
        f"Snapshots, edition files or code have changed since{detail}. Run `whitepaper refresh`."
    ]


def _last_run(workspace: Workspace) -> str:
    from orchestration.instance import last_run

    run = last_run(workspace)
    if run is None:
        return "Last run: none yet."
    return f"Last run: {run.started_at}, {run.outcome} (run {run.run_id[:8]}){run.first_line}"


def _pins_block(workspace: Workspace, edition: Edition) -> str:
    store = workspace.snapshots(edition.id)
    faults: list[str] = []
    rows = [("source", "vintage", "basis", "obtained", "age", "feeds")]
    for source_id in SOURCE_IDS:
        feeds = ", ".join(get_source(source_id).feeds)
        if source_id not in edition.pins:
            rows.append((source_id, "not pinned", "", "", "", feeds))
            continue
        try:
            snapshot = store.find(source_id, edition.pins[source_id])
            store.verify(snapshot)
        except SourceError as error:
            faults.append(f"  {source_id}: {error}")
            rows.append((source_id, edition.pins[source_id], "UNUSABLE", "", "", feeds))
            continue
        obtained = snapshot.obtained_at[:10]
        rows.append((source_id, snapshot.vintage, snapshot.basis, obtained, _age(snapshot), feeds))
    return "\n".join(["Pins", _columns(rows), *faults])


def _age(snapshot: Snapshot) -> str:
    obtained = datetime.fromisoformat(snapshot.obtained_at.replace("Z", "+00:00"))
    return f"{(datetime.now(UTC) - obtained).days} days"


def _estimates_block(edition: Edition) -> str:
    if not edition.estimates:
        return "Estimated by the editor: nothing."
    lines = [f"Estimated by the editor: {len(edition.estimates)} observations"]
    by_indicator: dict[str, list[str]] = {}
    for estimate in edition.estimates:
        by_indicator.setdefault(estimate.indicator_id, []).append(
            f"{estimate.area_code} {estimate.period} ({estimate.rule})"
        )
    lines += [f"  {indicator}: {', '.join(cells)}" for indicator, cells in by_indicator.items()]
    return "\n".join(lines)


def _missing_block(edition: Edition) -> str:
    estimated = {(e.indicator_id, e.area_code, e.period) for e in edition.estimates}
    gaps = [
        gap
        for gap in edition.gaps
        if (gap.indicator_id, gap.area_code, gap.period) not in estimated
    ]
    shown_as_na = Counter((gap.indicator_id, gap.area_code) for gap in gaps)
    lines = [
        f"  {indicator}: {area}, {count} periods, shown as N/A"
        for (indicator, area), count in shown_as_na.items()
    ]
    lines += [
        f"  {source_id}: not pinned; feeds {', '.join(get_source(source_id).feeds) or 'no table'}"
        for source_id in SOURCE_IDS
        if source_id not in edition.pins
    ]
    return "Missing\n" + ("\n".join(lines) or "  nothing")


def _columns(rows: Sequence[tuple[str, ...]]) -> str:
    widths = [max(len(row[position]) for row in rows) for position in range(len(rows[0]))]
    return "\n".join(
        "  "
        + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )
