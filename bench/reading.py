"""Our reading alone: files of a source to bronze, without orchestration and models.

python -m bench.reading SOURCE RAW CACHE
"""

from __future__ import annotations

import sys
from pathlib import Path

from sources import get_source
from sources.bulk import build_bulk, digest_of_bytes


def main(source_id: str, raw: Path, cache: Path) -> None:
    files = {path: digest_of_bytes(path) for path in sorted(raw.iterdir()) if path.is_file()}
    built = build_bulk(get_source(source_id), files, "bench", cache)
    print(f"{sum(built.rows.values()):,} rows, {len(built.read_now)} files read")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
