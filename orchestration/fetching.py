"""Fetching sources: ask the publisher, hold what came against what is there, land it.

Here: the order of a fetch, what becomes of each source (one failing does not stop the others), and
what the command and Dagster tell of it. Not here: HTTP (`sources.http`), any publisher's protocol
(its `fetcher`), accepting and landing files (`ingest.land`).

Files come into ``data/cache/http/incoming/<source>/`` and are landed from there whole; what was
refused stays there, to be looked at, until the next fetch of that source.
"""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Literal

from orchestration import ingest
from orchestration.source_sheets import steps_of
from orchestration.workspace import Workspace, WorkspaceError, only_one
from sources import SOURCE_IDS, get_source
from sources.contract import Source, SourceError
from sources.fetching import Ask, Exchange, Fetcher, Wish
from sources.http import Client, Earlier, Patience
from sources.secret import read_secret, shown_url, without_secrets
from sources.snapshots import Snapshot, SnapshotStore

FETCH_JOB = "fetch_sources"
YEARS_AHEAD = 6
"""Forecasts reach so far beyond this year (WEO: five)."""

Status = Literal["landed", "unchanged", "by hand", "no key", "failed", "planned"]


@dataclass(frozen=True)
class Outcome:
    """What became of one source."""

    source_id: str
    status: Status
    text: str
    snapshot: Snapshot | None = None
    requests: Sequence[Exchange] = ()


@dataclass(frozen=True)
class Listener:
    """Who is told while a fetch runs: about bytes, and in sentences about waits and retries."""

    on_progress: Callable[[str, int, int | None], None] | None = None
    on_note: Callable[[str], None] | None = None


@dataclass(frozen=True)
class Manner:
    """How to fetch.

    `vintage` is the release wanted, None = the newest; `accept_loss` says why less than before is
    right.
    """

    vintage: str | None = None
    dry_run: bool = False
    accept_loss: str | None = None
    patience: Patience = field(default_factory=Patience)


def fetch(
    workspace: Workspace,
    source_ids: Iterable[str],
    edition: str,
    manner: Manner,
    listener: Listener | None = None,
) -> Iterator[Outcome]:
    """Fetch sources one after another; none = all, where a key that is not set is no failure.

    Raises:
        SourceError: there is no such source; nothing has been asked then.
    """
    named = [get_source(source_id).id for source_id in source_ids]
    for source_id in named or SOURCE_IDS:
        try:
            yield fetch_source(workspace, source_id, edition, manner, listener)
        except MissingKey as error:
            yield Outcome(source_id, "failed" if named else "no key", f"  {error}")
        except (SourceError, WorkspaceError, OSError) as error:
            yield Outcome(source_id, "failed", f"  {error}{_what_came(workspace, source_id)}")


class MissingKey(SourceError):
    """A source wants a key that is not set."""


def fetch_source(
    workspace: Workspace,
    source_id: str,
    edition: str,
    manner: Manner,
    listener: Listener | None = None,
) -> Outcome:
    """Fetch and land one source.

    Raises:
        SourceError: the publisher's answers cannot be had or believed, or a key is missing.
        WorkspaceError: another process is fetching this source.
    """
    source = get_source(source_id)
    fetcher = source.fetcher
    if fetcher is None:
        steps = steps_of(source, edition)
        text = "\n".join(f"  {number}. {step}" for number, step in enumerate(steps, 1))
        return Outcome(source_id, "by hand", text)
    wish = Wish(vintage=manner.vintage, last_year=date.today().year + YEARS_AHEAD)
    if manner.dry_run:
        return Outcome(source_id, "planned", _plan(fetcher, wish))
    _check_keys(fetcher)
    state = workspace.cache / "http"
    with only_one(state / "fetching" / source_id, f"A fetch of {source_id}"):
        return _fetch_and_land(workspace, source, fetcher, wish, edition, manner, listener)


def _fetch_and_land(
    workspace: Workspace,
    source: Source,
    fetcher: Fetcher,
    wish: Wish,
    edition: str,
    manner: Manner,
    listener: Listener | None,
) -> Outcome:
    state, listener = workspace.cache / "http", listener or Listener()
    incoming = _incoming(workspace, source.id)
    shutil.rmtree(incoming, ignore_errors=True)
    incoming.mkdir(parents=True)
    store = workspace.snapshots(edition)
    begun = time.time()
    with Client(
        state=state,
        on_progress=listener.on_progress,
        on_note=listener.on_note,
        patience=manner.patience,
        earlier=earlier_files(store, source.id),
    ) as client:
        error = "interrupted"
        try:
            fetched = fetcher.fetch(client, wish, incoming)
            if wish.vintage not in (None, fetched.vintage):
                raise SourceError(
                    f"The publisher gave {source.id} {fetched.vintage}, not {wish.vintage}.",
                    todo=f"fetch it without --vintage, or with --vintage {fetched.vintage}",
                )
            same = store.same_bytes(source.id, fetched.files) if wish.vintage is None else None
            if same is not None:
                outcome = _unchanged(same, client.exchanges)
            else:
                landed = ingest.land(
                    workspace,
                    source.id,
                    fetched.files,
                    fetched.vintage,
                    edition,
                    accept_loss=manner.accept_loss,
                    obtained_how="fetched",
                    url=fetched.url,
                    note=fetched.note and without_secrets(fetched.note, _keys(fetcher)),
                    requests=[exchange.as_json() for exchange in client.exchanges],
                )
                outcome = (
                    _landed(landed, client.exchanges, edition)
                    if landed.snapshot.is_new
                    else _unchanged(landed.snapshot, client.exchanges)
                )
            error = ""
        except SourceError as fault:
            _hide(fault, _keys(fetcher))  # a publisher may quote our key in an answer it calls data
            error = str(fault)
            raise
        except OSError as fault:
            error = str(fault)
            raise
        finally:
            _write_journal(state, source.id, begun, error, client.exchanges)
    shutil.rmtree(incoming, ignore_errors=True)
    return outcome


def earlier_files(store: SnapshotStore, source_id: str) -> Mapping[str, Earlier]:
    """What each address gave when it was last landed: the file kept of it and its validators."""
    found: dict[str, Earlier] = {}
    for snapshot in store.list(source_id):
        files = {file.sha256: snapshot.directory / file.name for file in snapshot.files}
        for request in snapshot.requests:
            headers = request.get("headers", {})
            path = files.get(str(request.get("sha256")))
            if path is not None:
                found[str(request["url"])] = Earlier(
                    path, request["sha256"], headers.get("etag"), headers.get("last-modified")
                )
    return found


def _what_came(workspace: Workspace, source_id: str) -> str:
    incoming = _incoming(workspace, source_id)
    if not incoming.is_dir() or not any(incoming.iterdir()):
        return ""
    return f"\n  What came lies in {incoming} until the next fetch."


def _incoming(workspace: Workspace, source_id: str) -> Path:
    return workspace.cache / "http" / "incoming" / source_id


def _check_keys(fetcher: Fetcher) -> None:
    for name in fetcher.secrets:
        try:
            read_secret(name)
        except SourceError as error:
            raise MissingKey(error.what, expected=error.expected, todo=error.todo) from None


def _keys(fetcher: Fetcher) -> list[str]:
    return [read_secret(name) for name in fetcher.secrets]


def _hide(fault: SourceError, keys: Sequence[str]) -> None:
    """Take keys out of an error; it stays the same error, so that who may retry still knows."""
    fault.what = without_secrets(fault.what, keys)
    for name in ("file", "place", "expected", "todo"):
        if (text := getattr(fault, name)) is not None:
            setattr(fault, name, without_secrets(text, keys))
    fault.args = (str(fault),)


def _write_journal(
    state: Path, source_id: str, begun: float, error: str, exchanges: Sequence[Exchange]
) -> None:
    """Keep what the last fetch of a source asked, also when nothing came of it."""
    entry = {
        "source": source_id,
        "begun_at": datetime.fromtimestamp(begun, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "error": error or None,
        "requests": [exchange.as_json() for exchange in exchanges],
    }
    path = state / "journal" / f"{source_id}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    written = path.with_suffix(".new")
    written.write_text(json.dumps(entry, ensure_ascii=False, indent=1), encoding="utf-8")
    os.replace(written, path)


def _plan(fetcher: Fetcher, wish: Wish) -> str:
    lines = [line for ask in fetcher.plan(wish) for line in _described(ask)]
    for name in fetcher.secrets:
        try:
            read_secret(name)
        except SourceError:
            lines.append(f"  needs the key {name}, which is not set: a fetch would stop here")
    return "\n".join(lines)


def _described(ask: Ask) -> Iterator[str]:
    yield f"  {ask.method} {shown_url(ask.url)}"
    facts = [ask.purpose]
    facts += [f"{name}: {value}" for name, value in ask.headers.items()]
    facts += [f"{name}: from {variable}" for name, variable in ask.secret_header.items()]
    facts += [f"saved as {ask.saved_as}"] if ask.saved_as else []
    facts += [f"after {ask.after}"] if ask.after else []
    yield "      " + "; ".join(facts)


def _landed(landed: ingest.Landed, exchanges: Sequence[Exchange], edition: str) -> Outcome:
    snapshot = landed.snapshot
    rows = ", ".join(f"{count:,} rows of {name}" for name, count in landed.rows.items())
    lines = [
        f"  vintage {snapshot.vintage}: {rows or 'files only'}; {_traffic(exchanges)}",
        f"  in {snapshot.directory}",
    ]
    if snapshot.note:
        lines.append(f"  Note: {snapshot.note}")
    if landed.acceptance is not None:
        lines += [f"  {line}" for line in landed.acceptance.summary.splitlines()]
    lines.append(
        f'  To use it: set `{snapshot.source}: "{snapshot.vintage}"` in '
        f"editions/{edition}/pins.yml, then refresh."
    )
    return Outcome(snapshot.source, "landed", "\n".join(lines), snapshot, tuple(exchanges))


def _unchanged(snapshot: Snapshot, exchanges: Sequence[Exchange]) -> Outcome:
    text = f"  nothing new since vintage {snapshot.vintage}; {_traffic(exchanges)}"
    return Outcome(snapshot.source, "unchanged", text, snapshot, tuple(exchanges))


def _traffic(exchanges: Sequence[Exchange]) -> str:
    count = len(exchanges)
    size = sum(exchange.bytes for exchange in exchanges if exchange.outcome != "not modified")
    return f"{count} request{'' if count == 1 else 's'}, {size:,} bytes"
