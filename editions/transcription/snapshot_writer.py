"""Writing a transcribed snapshot: the files of one source and the sidecar that says so.

Here: directory, digests, sidecar. Not here: the content (`publishers`), the store that finds and
verifies snapshots (`sources.snapshots`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sources import get_source

VINTAGE = "book-2025-26"
OBTAINED_AT = "2025-06-30T00:00:00Z"
OBTAINED_HOW = "transcribed from the printed cells of the 2025/2026 edition"
SIDECAR = "snapshot.json"


@dataclass(frozen=True)
class TranscribedSnapshot:
    """Files of one source by name, and what was done to the print to get them."""

    source_id: str
    files: Mapping[str, bytes]
    note: str


def write_snapshot(snapshot: TranscribedSnapshot, root: Path) -> Path:
    """Write a snapshot to `<root>/<source>/<vintage>/`, replacing the one of an earlier run.

    Returns:
        The directory.
    """
    directory = root / snapshot.source_id / VINTAGE
    directory.mkdir(parents=True, exist_ok=True)
    for stale in directory.iterdir():
        stale.unlink()
    for name, data in snapshot.files.items():
        (directory / name).write_bytes(data)
    (directory / SIDECAR).write_text(_sidecar(snapshot), encoding="utf-8")
    return directory


def _sidecar(snapshot: TranscribedSnapshot) -> str:
    source = get_source(snapshot.source_id)
    content = {
        "source": snapshot.source_id,
        "vintage": VINTAGE,
        "obtained_how": OBTAINED_HOW,
        "url": None,
        "obtained_at": OBTAINED_AT,
        "basis": "transcribed",
        "note": snapshot.note,
        "licence": source.licence,
        "citation": source.citation,
        "files": [
            {
                "name": name,
                "size_bytes": len(data),
                "sha256": hashlib.sha256(data).hexdigest(),
            }
            for name, data in snapshot.files.items()
        ],
    }
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"
