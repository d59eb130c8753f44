"""The floor: inflate every zip of a directory and do nothing with it, with ISA-L and with zlib."""

from __future__ import annotations

import sys
import zipfile
import zlib
from pathlib import Path

from isal import isal_zlib


def inflate(path: Path, library: object) -> int:
    with zipfile.ZipFile(path) as archive:
        (member,) = archive.infolist()
        decompressor = library.decompressobj(-15)  # type: ignore[attr-defined]
        crc = total = 0
        with path.open("rb") as file:
            file.seek(member.header_offset + 26)
            name, extra = (int.from_bytes(file.read(2), "little") for _ in range(2))
            file.seek(member.header_offset + 30 + name + extra)
            left = member.compress_size
            while left:
                read = file.read(min(1 << 20, left))
                left -= len(read)
                text = decompressor.decompress(read)
                crc = library.crc32(text, crc)  # type: ignore[attr-defined]
                total += len(text)
    if (crc, total) != (member.CRC, member.file_size):
        raise ValueError(f"{path} is damaged.")
    return total


def main(raw: Path, library: str) -> None:
    chosen = {"isal": isal_zlib, "zlib": zlib}[library]
    print(sum(inflate(path, chosen) for path in sorted(raw.glob("*.zip"))))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
