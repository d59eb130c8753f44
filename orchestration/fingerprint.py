"""What a refresh depends on, as one digest: equal digest, equal edition.

Here: hashing of inputs. Not here: what to do when they changed (refresh).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from sources.stamps import sha256_of

IGNORED_PARTS = {"target", "logs", "__pycache__", ".user.yml"}
LOCK = "requirements.lock"
ROOMS = (
    *("sources", "dbt_project", "reconciliation"),
    *("expectations", "publication", "orchestration"),
)
"""Rooms whose files, with those of the edition itself, decide what is published."""


def digest_of_file(path: Path) -> str:
    """sha256 of a file's bytes, in hexadecimal; large files are read once (`sources.stamps`)."""
    return sha256_of(path)


def _files(directory: Path) -> Iterable[Path]:
    return (
        path
        for path in sorted(directory.rglob("*"))
        # Below `directory` only: a checkout may itself stand in a folder called target.
        if path.is_file() and not IGNORED_PARTS.intersection(path.relative_to(directory).parts)
    )


def digest_of_tree(*paths: Path, base: Path) -> str:
    """Digest of names and bytes of all files under `paths`, named relative to `base`."""
    digest = hashlib.sha256()
    for top in paths:
        for path in _files(top) if top.is_dir() else [top]:
            digest.update(f"{path.relative_to(base)}\0{digest_of_file(path)}\n".encode())
    return digest.hexdigest()


def digest_of_inputs(root: Path, edition_id: str, snapshot_directories: Iterable[Path]) -> str:
    """Digest of everything that decides an edition: code, edition files, pinned snapshots."""
    editions = root / "editions"
    decisions = [p for p in sorted((editions / edition_id).iterdir()) if p.name != "raw"]
    code = [root / room for room in ROOMS] + sorted(editions.glob("*.py"))
    digest = hashlib.sha256()
    digest.update(digest_of_tree(*code, *decisions, root / LOCK, base=root).encode())
    for directory in sorted(snapshot_directories):
        digest.update(f"{directory.parent.name}/{directory.name}\n".encode())
        digest.update(digest_of_tree(directory, base=directory).encode())
    return digest.hexdigest()
