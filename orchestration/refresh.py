"""The refresh as the command line runs it: skip, run the job, or say in one message why not.

The plan itself is the Dagster job `annual_refresh`; this module decides whether it has to run.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from pathlib import Path

from editions import Edition
from orchestration import ingest
from orchestration.workspace import Workspace, only_one, remove_dead_builds
from publication.release import Release, is_intact, point_current, read_release

KEPT_RED_BUILDS = 3


class RefreshFailed(RuntimeError):
    """The refresh stopped; the message says what, where, and what to do."""


@dataclass(frozen=True)
class Outcome:
    """What a refresh did, as told to the person who asked for it."""

    text: str
    published: bool

    def __str__(self) -> str:
        return self.text


def refresh(workspace: Workspace, edition_id: str, *, force: bool) -> Outcome:
    """Publish an edition from its pinned snapshots, unless nothing has changed since last time.

    Raises:
        RefreshFailed: a step or the gate failed; what was published is untouched.
        SourceError: a pinned snapshot is missing or was altered.
        EditionError: the edition's files are not valid.
        WorkspaceError: another refresh is under way.
    """
    started = time.monotonic()
    with only_one(workspace.data / ".refresh.lock", "A refresh"):
        edition = ingest.edition_of(workspace, edition_id)
        store = workspace.snapshots(edition.id)
        for snapshot in ingest.pinned_snapshots(workspace, edition).values():
            store.verify(snapshot, fully=force)
        release = read_release(workspace.published, edition.id)
        if release is not None and not force and _is_current(workspace, edition, release):
            point_current(workspace.published)
            return Outcome(_nothing_changed(workspace, edition, release), published=False)
        release = _run_job(workspace, edition)
        return Outcome(_summary(workspace, release, time.monotonic() - started), published=True)


def _is_current(workspace: Workspace, edition: Edition, release: Release) -> bool:
    made_from = release.facts.get("fingerprint")
    return made_from == ingest.fingerprint(workspace, edition) and is_intact(release)


def _run_job(workspace: Workspace, edition: Edition) -> Release:
    from orchestration.instance import close_stale_runs, failure_message, open_instance

    with open_instance(workspace) as instance:
        close_stale_runs(instance, workspace)
        remove_dead_builds(workspace.builds, keep=KEPT_RED_BUILDS)
        from orchestration.definitions import ANNUAL_REFRESH, defs

        result = defs.resolve_job_def(ANNUAL_REFRESH).execute_in_process(
            instance=instance,
            partition_key=edition.id,
            raise_on_error=False,
            run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
        )
        build = workspace.build(result.run_id)
        if not result.success:
            message = failure_message(result.all_events)
            build.close(keep=True)
            raise RefreshFailed(
                f"{message}\nNothing was published; {_standing(workspace, edition)}\n"
                f"Evidence: {_shown(build.directory, workspace)}"
            )
    release = read_release(workspace.published, edition.id)
    if release is None:
        raise RefreshFailed("The run succeeded but published nothing; see `whitepaper ui`.")
    return release


def _standing(workspace: Workspace, edition: Edition) -> str:
    release = read_release(workspace.published, edition.id)
    if release is None:
        return f"no release of {edition.id} exists yet."
    return f"the release of {release.facts['published_at']} stands as it was."


def _nothing_changed(workspace: Workspace, edition: Edition, release: Release) -> str:
    return (
        f"Nothing has changed since edition {edition.id} was published on "
        f"{release.facts['published_at']}: same snapshots, same edition files, same code.\n"
        f"{_shown(workspace.published / edition.id, workspace)} stands as it was. "
        "Use --force to build it again."
    )


def _summary(workspace: Workspace, release: Release, seconds: float) -> str:
    facts = release.facts
    gate = json.loads((release.directory / "quality" / "gate.json").read_text(encoding="utf-8"))
    warnings = sum(finding["severity"] == "warn" for finding in gate["findings"])
    where = workspace.published / facts["edition"]
    return (
        f"Published edition {facts['edition']}: {facts['rows']['book_cell']:,} book cells, "
        f"{facts['rows']['indicator_observation']:,} observations, {len(facts['rows'])} tables "
        f"in {seconds:.1f} s.\n"
        f"Gate: {facts['verdict']}, {warnings} warnings "
        f"({_shown(where / 'quality' / 'report.html', workspace)}).\n"
        f"Database: {_shown(where / 'whitepaper.duckdb', workspace)}"
    )


def _shown(path: Path, workspace: Workspace) -> str:
    return str(path.relative_to(workspace.root) if path.is_relative_to(workspace.root) else path)
