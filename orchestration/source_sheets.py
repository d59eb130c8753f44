"""What `whitepaper sources` tells of a source: what it feeds, how to get it, when the next is due.

Here: gathering the facts of a source and its landed vintages, and printing them as text or JSON.
Not here: the facts themselves (each module of `sources` declares its own), the state of an edition
(`status`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime

from editions import Edition
from orchestration import ingest
from orchestration.workspace import Workspace
from sources import SOURCE_IDS, get_source
from sources.contract import Source
from sources.snapshots import Snapshot

UNKNOWN = "unknown: look at the publisher's page"
_MONTH_IN_NAME = re.compile(r"((?:19|20)[0-9]{2})-(0[1-9]|1[0-2])(?:-[0-9]{2})?")


@dataclass(frozen=True)
class Due:
    """When the next vintage is due: the month (``2026-03``), and whether it has passed.

    `month` is None where the publisher's months are not known.
    """

    month: str | None
    is_overdue: bool
    text: str


@dataclass(frozen=True)
class SourceSheet:
    """Everything that an editor should know of one source."""

    id: str
    title_en: str
    title_zh: str
    publisher_en: str
    publisher_zh: str
    homepage: str
    feeds: tuple[str, ...]
    obtained: str
    licence: str
    citation: str
    vintages: tuple[str, ...]
    pinned: str | None
    last_vintage: str | None
    last_basis: str | None
    last_obtained_at: str | None
    last_age_days: int | None
    next_due: Due
    secrets: tuple[str, ...]
    steps: tuple[str, ...]


def describe_sources(
    workspace: Workspace, edition_id: str, source_id: str | None, *, as_json: bool = False
) -> str:
    """Tell of one source with its exact steps, or of all of them in brief.

    Raises:
        SourceError: there is no such source.
    """
    edition = ingest.edition_of(workspace, edition_id)
    wanted = SOURCE_IDS if source_id is None else (get_source(source_id).id,)
    sheets = [sheet_of(workspace, edition, name) for name in wanted]
    if as_json:
        facts = [asdict(sheet) for sheet in sheets]
        return json.dumps(facts if source_id is None else facts[0], ensure_ascii=False, indent=2)
    if source_id is None:
        closing = "`whitepaper sources SOURCE` prints the exact steps of one."
        return "\n".join([*(_text(sheet) for sheet in sheets), "", closing])
    return "\n".join([_text(sheets[0]), *_steps_text(sheets[0])])


def sheet_of(workspace: Workspace, edition: Edition, source_id: str) -> SourceSheet:
    """Gather what is known of a source in this workspace."""
    source = get_source(source_id)
    vintages = workspace.snapshots(edition.id).list(source_id)
    last = newest(vintages)
    now = datetime.now(UTC)
    return SourceSheet(
        id=source.id,
        title_en=source.title_en,
        title_zh=source.title_zh,
        publisher_en=source.publisher_en,
        publisher_zh=source.publisher_zh,
        homepage=source.homepage,
        feeds=source.feeds,
        obtained=_obtained(source),
        licence=source.licence,
        citation=source.citation,
        vintages=tuple(snapshot.vintage for snapshot in vintages),
        pinned=edition.pins.get(source_id),
        last_vintage=last.vintage if last else None,
        last_basis=last.basis if last else None,
        last_obtained_at=last.obtained_at if last else None,
        last_age_days=(now - _obtained_at(last)).days if last else None,
        next_due=due_of(source, last, now.date()),
        secrets=source.fetcher.secrets if source.fetcher else (),
        steps=steps_of(source, edition.id),
    )


def newest(vintages: Sequence[Snapshot]) -> Snapshot | None:
    """Return the last vintage of the publisher's own, else the last one at all."""
    own = [snapshot for snapshot in vintages if snapshot.basis == "publisher"]
    return max(own or vintages, key=lambda s: (s.obtained_at, s.vintage), default=None)


def due_of(source: Source, last: Snapshot | None, today: date) -> Due:
    """Say in which month the release after the last landed one appears.

    A vintage named by its month (``2025-03``) counts from there, any other one from the day on
    which it was obtained. A transcribed vintage is no release: the publisher's is due now.
    """
    if not source.release_months:
        return Due(None, False, UNKNOWN)
    months = ", ".join(date(2000, month, 1).strftime("%B") for month in source.release_months)
    every = "every month" if len(source.release_months) == 12 else f"each {months}"
    if last is None or last.basis != "publisher":
        month = f"{today:%Y-%m}"
        return Due(month, True, f"now: none from the publisher yet ({every})")
    named = _MONTH_IN_NAME.fullmatch(last.vintage)
    had = (int(named[1]), int(named[2])) if named else _year_and_month(_obtained_at(last))
    following = min(
        (year, month)
        for year in (had[0], had[0] + 1)
        for month in source.release_months
        if (year, month) > had
    )
    text = f"{following[0]}-{following[1]:02d}"
    is_overdue = following <= (today.year, today.month)
    return Due(text, is_overdue, f"{'since ' if is_overdue else ''}{text} ({every})")


def steps_of(source: Source, edition_id: str) -> tuple[str, ...]:
    """Return the exact steps from the publisher to a pinned vintage."""
    steps: list[str] = []
    if source.fetcher is not None:
        steps += [f"Set {name} in the environment." for name in source.fetcher.secrets]
        steps.append(f"whitepaper fetch {source.id}")
        steps.append(f"If that is not possible, by hand: {source.steps or source.how_to_get}")
    else:
        steps.append(source.steps or source.how_to_get)
    if source.template is not None:
        steps.append(
            f"For numbers typed by hand: whitepaper template {source.id}, and fill in the file."
        )
    steps.append(
        f"Hand it over: whitepaper land {source.id} FILE... --vintage V; or drop the files into "
        f"data/drop/{source.id}/V/ and run whitepaper land --drop. All files of one release are "
        "one vintage; name it as the publisher names the release, such as 2025-03."
    )
    steps.append(
        f'Use it: set {source.id}: "V" in editions/{edition_id}/pins.yml, then whitepaper refresh.'
    )
    return tuple(steps)


def _obtained(source: Source) -> str:
    if source.fetcher is None:
        return "by hand" + (", with a template" if source.template is not None else "")
    secrets = source.fetcher.secrets
    return "fetched" + (f", with {' and '.join(secrets)} from the environment" if secrets else "")


def _obtained_at(snapshot: Snapshot) -> datetime:
    return datetime.fromisoformat(snapshot.obtained_at.replace("Z", "+00:00"))


def _year_and_month(moment: datetime) -> tuple[int, int]:
    return moment.year, moment.month


def _text(sheet: SourceSheet) -> str:
    last = "none"
    if sheet.last_vintage is not None:
        last = f"{sheet.last_vintage} ({sheet.last_basis}), {sheet.last_age_days} days old"
    others = [vintage for vintage in sheet.vintages if vintage != sheet.last_vintage]
    lines = [
        f"{sheet.id}  {sheet.title_en} / {sheet.title_zh}",
        f"    publisher {sheet.publisher_en} / {sheet.publisher_zh}",
        f"    feeds     {', '.join(sheet.feeds) or 'nothing yet'}",
        f"    obtained  {sheet.obtained}",
        f"    licence   {sheet.licence}",
        f"    vintage   {last}; pinned: {sheet.pinned or 'none'}"
        + (f"; also landed: {', '.join(others)}" if others else ""),
        f"    next due  {sheet.next_due.text}",
    ]
    return "\n".join(lines)


def _steps_text(sheet: SourceSheet) -> list[str]:
    lines = [f"    homepage  {sheet.homepage}", f"    citation  {sheet.citation}", "", "Steps"]
    for number, step in enumerate(sheet.steps, start=1):
        first, *rest = step.splitlines()
        lines += [f"  {number}. {first}", *(f"     {line}" for line in rest)]
    return lines
