"""A zip's only member as a gzip file, without deflating it again: what REF and BARE read.

Both formats hold the same deflate stream; only what stands before and after it differs.
"""

from __future__ import annotations

import os
import struct
import zipfile
from pathlib import Path

_GZIP_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
_LOCAL_HEADER = 30
BLOCK = 1 << 20


def reframed(path: Path, directory: Path) -> Path:
    """Write the member of the zip at `path` as a .gz into `directory`, and return its path."""
    with zipfile.ZipFile(path) as archive:
        (member,) = archive.infolist()
    if member.compress_type != zipfile.ZIP_DEFLATED:
        raise ValueError(f"{path} is not deflated.")
    out = directory / f"{member.filename}.gz"
    with path.open("rb") as file, out.open("wb") as gzip:
        file.seek(member.header_offset)
        file.seek(sum(struct.unpack("<2H", file.read(_LOCAL_HEADER)[26:])), os.SEEK_CUR)
        gzip.write(_GZIP_HEADER)
        left = member.compress_size
        while left:
            left -= gzip.write(file.read(min(BLOCK, left)))
        gzip.write(struct.pack("<2L", member.CRC, member.file_size & 0xFFFFFFFF))
    return out
