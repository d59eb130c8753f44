"""Reads the files of a DGBAS snapshot, of whichever of its two formats each one is.

Here: the choice of the format by content, for both DGBAS sources.
Not here: the formats (`nstatdb`, `px`) and the publications (`dgbas_*`).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from sources.contract import SourceError
from sources.nstatdb import read_nstatdb
from sources.px import is_px, read_px

PUBLISHER_EN = "Directorate-General of Budget, Accounting and Statistics (DGBAS), Executive Yuan"
PUBLISHER_ZH = "行政院主計總處"
LICENCE = (
    "政府資料開放授權條款－第1版 / Open Government Data License, Taiwan, version 1.0 "
    "(https://data.gov.tw/license; compatible with CC BY 4.0); the source must be named"
)


def read_observations(files: Sequence[Path]) -> dict[str, pl.DataFrame]:
    """Return the observations of all files, in their order.

    Returns:
        `{"observation": frame}` with `cube.OBSERVATION_COLUMNS`, `_source_file`, `_source_row`.

    Raises:
        SourceError: there is no file, or one of them is neither nstatdb JSON nor PX.
    """
    if not files:
        raise SourceError(
            "The snapshot has no file.", expected="nstatdb replies (.json) or PX files (.px)"
        )
    frames = [read_px(path) if is_px(path) else read_nstatdb(path) for path in files]
    return {"observation": pl.concat(frames)}
