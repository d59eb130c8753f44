"""The store of snapshots: a publisher's bytes as we got them, and a sidecar that says how.

Here: landing files into the store, finding them again, proving that they are unchanged.
Not here: reading what is in them (the publisher's module, `bronze`), choosing a vintage
(editions), or anything that changes, renames or decodes a byte.
"""

from __future__ import annotations

import json
import logging
import os
import re
import shutil
import tempfile
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from sources import get_source
from sources.contract import Source, SourceError
from sources.stamps import sha256_of

SIDECAR = "snapshot.json"
BASES = ("publisher", "transcribed")

_log = logging.getLogger(__name__)
_VINTAGE = re.compile(r"[0-9A-Za-z_-][0-9A-Za-z._-]*")
_CHUNK = 1 << 20


@dataclass(frozen=True)
class SnapshotFile:
    """One file of a snapshot, as it was when it was landed."""

    name: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True)
class Snapshot:
    """One vintage of a source in the store: its directory and what its sidecar says.

    `is_new` is True only on what `SnapshotStore.land` returns for bytes that were not there yet.
    """

    source: str
    vintage: str
    directory: Path
    obtained_how: str
    url: str | None
    obtained_at: str
    basis: str
    note: str | None
    licence: str
    citation: str
    files: tuple[SnapshotFile, ...]
    acceptance: Mapping[str, Any] | None = None
    requests: tuple[Mapping[str, Any], ...] = ()
    is_new: bool = False

    @property
    def paths(self) -> list[Path]:
        """The files, in the order of the sidecar."""
        return [self.directory / file.name for file in self.files]


class SnapshotStore:
    """Snapshots under one or more roots, each at ``<root>/<source>/<vintage>/``.

    Args:
        roots: where snapshots are looked for; a root need not exist.
        landing_root: where new ones are put.
        source_of: gives the source of an id, for its licence and citation.
    """

    def __init__(
        self,
        roots: Sequence[Path],
        landing_root: Path,
        source_of: Callable[[str], Source] = get_source,
    ) -> None:
        self.roots = [Path(root) for root in roots]
        self.landing_root = Path(landing_root)
        if self.landing_root not in self.roots:
            self.roots.insert(0, self.landing_root)
        self._source_of = source_of

    def land(
        self,
        source_id: str,
        files: Sequence[Path],
        vintage: str,
        *,
        obtained_how: str = "landed by hand",
        url: str | None = None,
        basis: str = "publisher",
        note: str | None = None,
        acceptance: Mapping[str, Any] | None = None,
        requests: Sequence[Mapping[str, Any]] = (),
    ) -> Snapshot:
        """Copy files into the store as one vintage; the whole directory appears at once.

        Landing the same bytes again changes nothing: the snapshot that is there is returned, with
        `is_new` False, and the log says so.

        Args:
            source_id: the source the files belong to.
            files: the publisher's files; their names are kept.
            vintage: the release's name, of the characters ``0-9A-Za-z._-``.
            obtained_how: one phrase.
            url: where the files came from, if from the network.
            basis: 'publisher', or 'transcribed' for files made from printed numbers.
            note: what a later reader should know.
            acceptance: what was found when the files were held against the vintage before.
            requests: every request that was sent for the files, with its outcome.

        Raises:
            SourceError: bad vintage or file, or the vintage exists, in any root, with other bytes.
        """
        source = self._source_of(source_id)
        if basis not in BASES:
            raise SourceError(f"There is no basis '{basis}'.", expected=" or ".join(BASES))
        existing = self.already_landed(source_id, files, vintage)
        if existing is not None:
            _log.info("%s %s was already landed with the same bytes", source_id, vintage)
            return existing
        paths = _check_files(files)
        landed = {path.name: _digest(path) for path in paths}
        sidecar: dict[str, Any] = {
            "source": source_id,
            "vintage": vintage,
            "obtained_how": obtained_how,
            "url": url,
            "obtained_at": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "basis": basis,
            "note": note,
            "licence": source.licence,
            "citation": source.citation,
            "files": [
                {"name": f.name, "size_bytes": f.size_bytes, "sha256": f.sha256}
                for f in landed.values()
            ],
        }
        if acceptance is not None:
            sidecar["acceptance"] = dict(acceptance)
        if requests:
            sidecar["requests"] = [dict(request) for request in requests]
        target = self.landing_root / source_id / vintage
        _place(paths, landed, sidecar, target)
        return _read_sidecar(target, is_new=True)

    def already_landed(
        self, source_id: str, files: Sequence[Path], vintage: str
    ) -> Snapshot | None:
        """Return the vintage if it is there with the bytes of these files, None if it is not there.

        Raises:
            SourceError: bad vintage or file, or the vintage is there with other bytes.
        """
        _check_vintage(vintage)
        paths = _check_files(files)
        existing = self._directories(source_id, vintage)
        if not existing:
            return None
        landed = {path.name: _digest(path) for path in paths}
        for directory in existing:
            _check_same_bytes(_read_sidecar(directory), landed)
        snapshot = self.find(source_id, vintage)
        self.verify(snapshot)
        return snapshot

    def same_bytes(self, source_id: str, files: Sequence[Path]) -> Snapshot | None:
        """Return the newest landed vintage of a source that is made of exactly these bytes."""
        landed = {digest.name: digest for digest in map(_digest, _check_files(files))}
        for snapshot in reversed(self.list(source_id)):
            if {file.name: file for file in snapshot.files} == landed:
                return snapshot
        return None

    def find(self, source_id: str, vintage: str) -> Snapshot:
        """Return a vintage of a source, from the first root that has it.

        Raises:
            SourceError: there is no such vintage (the message lists those there are), or two roots
                hold it with different bytes.
        """
        found = [_read_sidecar(path) for path in self._directories(source_id, vintage)]
        if not found:
            have = [snapshot.vintage for snapshot in self.list(source_id)]
            raise SourceError(
                f"There is no vintage '{vintage}' of {source_id}.",
                expected="one of " + ", ".join(have) if have else "a landed vintage; there is none",
                todo=f"pin one of these, or `whitepaper land {source_id} FILE --vintage {vintage}`",
            )
        for other in found[1:]:
            _check_same_bytes(found[0], {file.name: file for file in other.files})
        return found[0]

    def list(self, source_id: str) -> Sequence[Snapshot]:
        """All vintages of a source, in the order of their names; empty if nothing was landed."""
        found: dict[str, Snapshot] = {}
        for root in self.roots:
            parent = root / source_id
            if not parent.is_dir():
                continue
            for directory in parent.iterdir():
                if directory.is_dir() and _VINTAGE.fullmatch(directory.name):
                    found.setdefault(directory.name, _read_sidecar(directory))
        return [found[vintage] for vintage in sorted(found)]

    def verify(self, snapshot: Snapshot, *, fully: bool = False) -> None:
        """Prove that a snapshot's directory holds exactly the bytes that were landed.

        Args:
            snapshot: a snapshot of this store.
            fully: read large files again even where nothing has touched them since they were read
                (`stamps` says what that spares and what it does not catch).

        Raises:
            SourceError: a file is missing, is one too many, or has another size or digest.
        """
        where = f"snapshot {snapshot.source}/{snapshot.vintage}"
        restore = "restore the snapshot from a backup, or remove its directory and land it again"
        expected = {file.name: file for file in snapshot.files}
        present = {path.name for path in snapshot.directory.iterdir()} - {SIDECAR}
        for name in sorted(expected.keys() - present):
            raise SourceError(
                f"The file is in {SIDECAR} of {where} but not in its directory.",
                file=name,
                todo=restore,
            )
        for name in sorted(present - expected.keys()):
            raise SourceError(
                f"The file lies in {where} but its {SIDECAR} does not know it.",
                file=name,
                expected="only " + ", ".join(sorted(expected)),
                todo="move it away; land it as a vintage of its own if it is data",
            )
        for name, file in expected.items():
            found = _digest(snapshot.directory / name, fully=fully)
            if found != file:
                raise SourceError(
                    f"The bytes of {where} are not those that were landed: "
                    f"{found.size_bytes} bytes, sha256 {_short(found.sha256)}.",
                    file=name,
                    expected=f"{file.size_bytes} bytes, sha256 {_short(file.sha256)}",
                    todo=restore,
                )

    def _directories(self, source_id: str, vintage: str) -> Sequence[Path]:
        # Checked first: a vintage such as '..' must not lead out of the store.
        _check_vintage(vintage)
        candidates = (root / source_id / vintage for root in self.roots)
        return [directory for directory in candidates if directory.is_dir()]


def _check_vintage(vintage: str) -> None:
    if not _VINTAGE.fullmatch(vintage):
        raise SourceError(
            f"'{vintage}' cannot name a vintage.",
            expected="letters, digits, '.', '_' and '-', not starting with '.', such as 2025-03",
        )


def _check_files(files: Sequence[Path]) -> list[Path]:
    paths = [Path(file) for file in files]
    if not paths:
        raise SourceError("There is no file to land.", expected="at least one file")
    seen: dict[str, Path] = {}
    for path in paths:
        if not path.is_file():
            raise SourceError(f"There is no file {path}.", todo="check the path")
        if path.stat().st_size == 0:
            raise SourceError(
                "The file is empty.", file=path, todo="download it again: the transfer failed"
            )
        # Two such names are one file on a disk that ignores case or composes accents.
        folded = unicodedata.normalize("NFC", path.name).casefold()
        if folded in seen:
            raise SourceError(
                f"Two files of one snapshot have the same name: {seen[folded]} and {path}.",
                file=path,
                expected="every file once, under its own name",
            )
        if folded == SIDECAR:
            raise SourceError(
                f"A file named {SIDECAR} cannot be landed: the store keeps its sidecar there.",
                file=path,
                todo="rename the file",
            )
        seen[folded] = path
    return paths


def _check_same_bytes(existing: Snapshot, landed: Mapping[str, SnapshotFile]) -> None:
    before = {file.name: file for file in existing.files}
    changed = sorted(
        name for name in before.keys() | landed.keys() if before.get(name) != landed.get(name)
    )
    if not changed:
        return
    name = changed[0]
    old, new = before.get(name), landed.get(name)
    raise SourceError(
        f"Vintage '{existing.vintage}' of {existing.source} is there already with other bytes "
        f"(there: {_short(old.sha256) if old else 'no such file'}, "
        f"now: {_short(new.sha256) if new else 'no such file'}).",
        file=name,
        expected="a vintage is never changed",
        todo="land these files under a new vintage and change the pin",
    )


def _place(
    paths: Sequence[Path],
    landed: Mapping[str, SnapshotFile],
    sidecar: Mapping[str, object],
    target: Path,
) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    # The dot keeps a half-made directory from being taken for a vintage if we are killed here.
    workdir = Path(tempfile.mkdtemp(prefix=f".landing-{target.name}-", dir=target.parent))
    try:
        workdir.chmod(0o755)  # mkdtemp gives 0700, which would hide the snapshot from others
        for path in paths:
            _copy(path, workdir / path.name, landed[path.name])
        with (workdir / SIDECAR).open("wb") as handle:
            handle.write(json.dumps(sidecar, ensure_ascii=False, indent=2).encode() + b"\n")
            _sync(handle)
        _sync_directory(workdir)
        try:
            workdir.rename(target)
        except OSError as error:
            raise SourceError(
                f"{target.name} could not be put into the store: {error}.",
                todo="see whether another process has just landed the same vintage",
            ) from error
        _sync_directory(target.parent)
    finally:
        shutil.rmtree(workdir, ignore_errors=True)  # gone already when all went well


def _copy(path: Path, target: Path, expected: SnapshotFile) -> None:
    with path.open("rb") as source, target.open("wb") as handle:
        shutil.copyfileobj(source, handle, _CHUNK)
        _sync(handle)
    if _digest(target) != expected:
        raise SourceError(
            "The file changed while it was being landed.",
            file=path,
            todo="wait until its download has ended, then land it again",
        )


def _sync(handle: BinaryIO) -> None:
    handle.flush()
    os.fsync(handle.fileno())


def _sync_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _digest(path: Path, *, fully: bool = True) -> SnapshotFile:
    return SnapshotFile(path.name, path.stat().st_size, sha256_of(path, fully=fully))


def _short(sha256: str) -> str:
    return sha256[:12] + "…"


def _read_sidecar(directory: Path, *, is_new: bool = False) -> Snapshot:
    path = directory / SIDECAR
    name = f"{directory.parent.name}/{directory.name}/{SIDECAR}"
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        files = tuple(
            SnapshotFile(str(f["name"]), int(f["size_bytes"]), str(f["sha256"]))
            for f in content["files"]
        )
        snapshot = Snapshot(
            source=content["source"],
            vintage=content["vintage"],
            directory=directory,
            obtained_how=content["obtained_how"],
            url=content["url"],
            obtained_at=content["obtained_at"],
            basis=content["basis"],
            note=content["note"],
            licence=content["licence"],
            citation=content["citation"],
            files=files,
            acceptance=content.get("acceptance"),
            requests=tuple(dict(request) for request in content.get("requests", ())),
            is_new=is_new,
        )
    except FileNotFoundError:
        raise SourceError(
            f"{directory} has no {SIDECAR}.",
            todo="move the directory out of the store, then land its files with `whitepaper land`",
        ) from None
    except (ValueError, KeyError, TypeError) as error:
        raise SourceError(
            f"The sidecar {name} cannot be read ({type(error).__name__}: {error}).",
            expected="the JSON that landing wrote",
            todo="restore it from a backup, or remove the directory and land the files again",
        ) from error
    if (snapshot.source, snapshot.vintage) != (directory.parent.name, directory.name):
        raise SourceError(
            f"The sidecar {name} speaks of {snapshot.source}/{snapshot.vintage}.",
            todo="give the directory its name back",
        )
    if not files or any(Path(file.name).name != file.name for file in files):
        raise SourceError(
            f"The sidecar {name} must name files of its own directory, at least one.",
            todo="restore it from a backup, or remove the directory and land the files again",
        )
    return snapshot
