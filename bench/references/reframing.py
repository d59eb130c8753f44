"""A zip's only member as a gzip file, without deflating it again: what REF and BARE read.

Both formats hold the same deflate stream; only what stands before and after it differs.
"""

from __future__ import annotations

import shutil
import struct
import zipfile
from pathlib import Path

_GZIP_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
_LOCAL_HEADER = 30


class _Slice:
    """At most so many bytes of a file."""

    def __init__(self, path: Path, start: int, length: int) -> None:
        self.file = path.open("rb")
        self.file.seek(start)
        self.left = length

    def read(self, size: int) -> bytes:
        found = self.file.read(min(size, self.left))
        self.left -= len(found)
        return found


def reframed(path: Path, directory: Path) -> Path:
    """Write the member of the zip at `path` as a .gz into `directory`, and return its path."""
    with zipfile.ZipFile(path) as archive:
        (member,) = archive.infolist()
    if member.compress_type != zipfile.ZIP_DEFLATED:
        raise ValueError(f"{path} is not deflated.")
    with path.open("rb") as file:
        file.seek(member.header_offset)
        names = struct.unpack("<2H", file.read(_LOCAL_HEADER)[26:])
    start = member.header_offset + _LOCAL_HEADER + sum(names)
    out = directory / f"{member.filename}.gz"
    with out.open("wb") as gzip:
        gzip.write(_GZIP_HEADER)
        source = _Slice(path, start, member.compress_size)
        shutil.copyfileobj(source, gzip, 1 << 20)
        source.file.close()
        gzip.write(struct.pack("<2L", member.CRC, member.file_size & 0xFFFFFFFF))
    return out
