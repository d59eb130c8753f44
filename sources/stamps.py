"""The sha256 of a large file, without reading it again while the disk says that nothing touched it.

Here: digests of files, and the stamps that spare reading gigabytes at every refresh. Not here:
what a digest is held against (`snapshots`, orchestration.fingerprint).

A small file is always read. Of a large one the digest is kept with its size, times of change, inode
and device, and taken again only when one of them is another. What this does not catch: bytes that
rot on the disk, or are changed beneath the file system. The time of change (ctime) cannot be set by
a program as the time of modification can; a file that changed just before it was stamped, when a
second change might leave the same time, is not stamped. `fully` reads everything.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import time
from pathlib import Path

LARGE = 32 << 20
STAMPS = ".stamps.json"
SETTLED_NS = 2_000_000_000


def sha256_of(path: Path, *, fully: bool = False) -> str:
    """Return the sha256 of a file, in hexadecimal.

    Args:
        path: the file; stamps of large ones are kept beside its directory.
        fully: read it, whatever the stamp says.
    """
    before = path.stat()
    if before.st_size < LARGE:
        return _read(path)
    ledger = path.parent.parent / STAMPS
    name = f"{path.parent.name}/{path.name}"
    stamps = _stamps(ledger)
    stamp = [before.st_size, before.st_mtime_ns, before.st_ctime_ns, before.st_ino, before.st_dev]
    if not fully and (kept := stamps.get(name)) is not None and kept[:-1] == stamp:
        return str(kept[-1])
    # Reckoned from before the reading, which takes seconds: a change in the tick of the last one
    # must lie behind it, not beside it.
    begun = time.time_ns()
    digest = _read(path)
    changed = max(before.st_mtime_ns, before.st_ctime_ns)
    if path.stat() == before and begun - changed > SETTLED_NS:
        stamps[name] = [*stamp, digest]
        _keep(ledger, stamps)
    return digest


def _read(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def _stamps(ledger: Path) -> dict[str, list[object]]:
    try:
        return dict(json.loads(ledger.read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError):
        return {}  # lost or spoilt: the files are read again


def _keep(ledger: Path, stamps: dict[str, list[object]]) -> None:
    making = ledger.with_name(f"{ledger.name}.{os.getpid()}")
    try:
        making.write_text(json.dumps(stamps, indent=1), encoding="utf-8")
        os.replace(making, ledger)
    except OSError as error:
        # A store that may only be read is read every time.
        if error.errno not in (errno.EACCES, errno.EPERM, errno.EROFS):
            raise
