"""The drop folder: files that are put into data/drop/<source>/[<vintage>/] are landed from there.

Here: which files lie there and have stopped growing, landing them, and moving them away. Not here:
whether they may be landed (`sources.acceptance`, through `ingest.land`), when somebody looks
(`whitepaper land --drop`, and the sensor in `drop_sensor`).

What happens to a file: landed ones move to ``data/drop/.landed/<source>/<vintage>/``; a refused one
stays in its folder as ``<name>.refused``, with ``<name>.refused.txt`` beside it that says why. To
try again, take ``.refused`` off its name. Nothing is deleted or overwritten.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from orchestration.ingest import land
from orchestration.workspace import Workspace, only_one
from sources import SOURCE_IDS, get_source
from sources.contract import SourceError
from sources.snapshots import Snapshot

LANDED = ".landed"
REFUSED, REASON = ".refused", ".refused.txt"
PARTIAL = (".part", ".partial", ".crdownload", ".download", ".filepart", ".tmp", ".opdownload")
"""Endings that browsers and transfer programs give a file until it is whole."""
LOCK_PREFIXES = (".", "~$")
SETTLED_SECONDS = 10.0
"""A file that was written to less long ago is looked at again before it is believed whole."""
LOOK_AGAIN_SECONDS = 2.0


@dataclass(frozen=True)
class Dropped:
    """Files that belong together: those of one source and vintage folder.

    `vintage` is None for files that lie directly in the source's folder.
    """

    source_id: str
    vintage: str | None
    folder: Path
    files: tuple[Path, ...]


@dataclass
class DropReport:
    """What became of the drop folder: sentences for a person, and the snapshots for Dagster."""

    landed: list[str] = field(default_factory=list)
    snapshots: list[Snapshot] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All of it, one finding per paragraph."""
        lines = [*self.landed]
        lines += [f"Refused: {text}" for text in self.refused]
        lines += [f"Waiting: {text}" for text in self.waiting]
        return "\n".join(lines) or "Nothing lies in the drop folder."


def folder_of(workspace: Workspace) -> Path:
    """Where files are dropped."""
    return workspace.data / "drop"


def dropped(workspace: Workspace) -> list[Dropped]:
    """What lies in the drop folder, by source and vintage; nothing is touched."""
    root = folder_of(workspace)
    found: list[Dropped] = []
    if not root.is_dir():
        return found
    if strays := _files(root):
        found.append(Dropped("", None, root, strays))
    for source_folder in _folders(root):
        if files := _files(source_folder):
            found.append(Dropped(source_folder.name, None, source_folder, files))
        for vintage_folder in _folders(source_folder):
            inside = [*_files(vintage_folder)]
            for deeper in _folders(vintage_folder):
                inside += [path for path in sorted(deeper.rglob("*")) if _counts(path)]
            if inside:
                name = vintage_folder.name
                found.append(Dropped(source_folder.name, name, vintage_folder, tuple(inside)))
    return found


def marks_of(group: Dropped) -> dict[str, tuple[int, int]]:
    """Size and time of each file: while they change, the files are still being written."""
    return {str(path): (s.st_size, s.st_mtime_ns) for path in group.files for s in [path.lstat()]}


def is_settled(group: Dropped, now: float) -> bool:
    """Whether no file of a group was written to lately and none is a transfer under way."""
    ages = [now - path.lstat().st_mtime for path in group.files]
    return not _under_way(group) and all(age < 0 or age >= SETTLED_SECONDS for age in ages)


def land_dropped(
    workspace: Workspace,
    edition: str,
    *,
    accept_loss: str | None = None,
    sleep: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.time,
) -> DropReport:
    """Land every group of files that has stopped growing; refuse what cannot be believed.

    Raises:
        WorkspaceError: another process is doing so already.
    """
    report = DropReport()
    with only_one(folder_of(workspace) / ".lock", "Landing from the drop folder"):
        groups = dropped(workspace)
        before = [marks_of(group) for group in groups]
        if any(not is_settled(group, clock()) for group in groups):
            sleep(LOOK_AGAIN_SECONDS)
        for group, marks in zip(groups, before, strict=True):
            names = ", ".join(path.name for path in group.files)
            if _under_way(group) or _changed(group, marks):
                report.waiting.append(
                    f"{names} in {group.folder}: still being written; look again later."
                )
                continue
            try:
                text, snapshot = _land(workspace, group, edition, accept_loss)
                report.landed.append(text)
                report.snapshots.append(snapshot)
            except SourceError as error:
                _refuse(group, error)
                report.refused.append(f"{names} in {group.folder}: {error}")
            except OSError as error:
                # A full disk, a file that may not be read: nothing is wrong with its content.
                report.waiting.append(f"{names} in {group.folder}: {error}")
    return report


def _land(
    workspace: Workspace, group: Dropped, edition: str, accept_loss: str | None
) -> tuple[str, Snapshot]:
    source_id = _source_of(group)
    for path in group.files:
        if path.is_symlink() or path.parent != group.folder:
            raise SourceError(
                f"{path.relative_to(group.folder)} is no file of the folder itself.",
                expected="files, not links or folders, in data/drop/<source>/<vintage>/",
                todo="unpack or copy the files to where they belong",
            )
    vintage = group.vintage
    if vintage is None:
        # Landed, but not moved before the process was killed: the same bytes are no new vintage.
        known = workspace.snapshots(edition).same_bytes(source_id, group.files)
        vintage = known.vintage if known is not None else date.today().isoformat()
    result = land(
        workspace,
        source_id,
        group.files,
        vintage,
        edition,
        accept_loss=accept_loss,
        obtained_how="landed from the drop folder",
    )
    _move_away(workspace, group, source_id, vintage)
    rows = ", ".join(f"{count:,} rows of {name}" for name, count in result.rows.items())
    if result.acceptance is None:
        text = f"{source_id} {vintage} had been landed before with the same bytes: {rows}."
    else:
        text = f"Landed {source_id} {vintage}: {rows}.\n{result.acceptance.summary}"
    return text, result.snapshot


def _source_of(group: Dropped) -> str:
    if group.source_id in SOURCE_IDS:
        return get_source(group.source_id).id
    raise SourceError(
        f"There is no source '{group.source_id}'."
        if group.source_id
        else "The files do not lie in the folder of a source.",
        expected="data/drop/<source>/[<vintage>/]FILE, with one of " + ", ".join(SOURCE_IDS),
        todo="move the files into the folder of their source and take '.refused' off their names",
    )


def _move_away(workspace: Workspace, group: Dropped, source_id: str, vintage: str) -> None:
    target = folder_of(workspace) / LANDED / source_id / vintage
    target.mkdir(parents=True, exist_ok=True)
    for path in group.files:
        _move(path, target / path.name)
    if group.vintage is not None and not any(group.folder.iterdir()):
        group.folder.rmdir()


def _refuse(group: Dropped, error: SourceError) -> None:
    moment = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    for path in group.files:
        refused = _move(path, path.with_name(path.name + REFUSED))
        reason = refused.with_name(refused.name + ".txt")
        reason.write_text(
            f"{path.name} was refused on {moment}.\n\n{error}\n\n"
            f"The file is kept as {refused.name}. To try again, mend what is wrong and take "
            f"'{REFUSED}' off its name.\n",
            encoding="utf-8",
        )


def _move(path: Path, target: Path) -> Path:
    """Move a file without ever overwriting one: a number is put before the ending."""
    number = 1
    free = target
    while free.exists() or free.is_symlink():
        number += 1
        free = target.with_name(f"{target.stem}.{number}{target.suffix}")
    os.replace(path, free)
    return free


def _files(folder: Path) -> tuple[Path, ...]:
    return tuple(path for path in sorted(folder.iterdir()) if _counts(path))


def _folders(folder: Path) -> Sequence[Path]:
    return [
        path
        for path in sorted(folder.iterdir())
        if path.is_dir() and not path.is_symlink() and not path.name.startswith(".")
    ]


def _counts(path: Path) -> bool:
    is_ours = path.name.endswith((REFUSED, REASON))
    is_kept = path.is_file() or path.is_symlink()
    return is_kept and not is_ours and not path.name.startswith(LOCK_PREFIXES)


def _under_way(group: Dropped) -> bool:
    return any(path.name.lower().endswith(PARTIAL) for path in group.files)


def _changed(group: Dropped, marks: dict[str, tuple[int, int]]) -> bool:
    try:
        return marks_of(group) != marks
    except FileNotFoundError:
        return True
