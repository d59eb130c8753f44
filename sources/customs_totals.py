"""Taiwan's total exports and imports by month, from the customs administration's open data.

Here: the CSV of dataset 6053 (UTF-8 with byte order mark, ROC year and month in two columns,
newest month first, NT$ thousand).
Not here: fetching it (`mof_api`), trade by goods and partner (`customs_portal`).

Traps. Exports (出口) without re-exports stand beside total exports (出口總值), which include them;
the unit stands in the header's names, so a column in another unit is refused, not read.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from sources.contract import Source, SourceError, Table
from sources.mof_api import customs_totals_fetcher
from sources.periods import ROC_OFFSET
from sources.tabular import cast_strict, read_csv, require

VALUE_COLUMNS = {
    "出口總值(新臺幣千元)": "exports_total_ntd_thousand",
    "出口(新臺幣千元)": "exports_ntd_thousand",
    "復出口(新臺幣千元)": "re_exports_ntd_thousand",
    "進口總值(新臺幣千元)": "imports_total_ntd_thousand",
    "進口(新臺幣千元)": "imports_ntd_thousand",
    "復進口(新臺幣千元)": "re_imports_ntd_thousand",
    "出入超(新臺幣千元)": "balance_ntd_thousand",
}
OTHER_COLUMNS = {"年度": "roc_year", "月份": "month", "備註": "note_zh"}
ENCODINGS = ("utf-8", "cp950")
ROUNDING_NTD_THOUSAND = 2
"""Each figure is rounded by itself, so a total may differ from its parts by this much."""

MONTHLY_TOTAL = Table(
    name="monthly_total",
    columns={
        "period": pl.String(),
        **dict.fromkeys(VALUE_COLUMNS.values(), pl.Int64()),
        "note_zh": pl.String(),
    },
    key=("period",),
    description="Total exports and imports of a month, NT$ thousand. / "
    "每月進出口總值（新臺幣千元）。",
)


def read_customs_totals(files: Sequence[Path]) -> dict[str, pl.DataFrame]:
    """Read the CSV of dataset 6053.

    Returns:
        ``{"monthly_total": frame}`` with the columns of `MONTHLY_TOTAL`, `_source_file` and
        `_source_row` (the line); NT$ thousand.

    Raises:
        SourceError: not one file, a column missing or in another unit, a month that is none, a
            value that is no whole number, totals that are not the sum of their parts.
    """
    if len(files) != 1:
        raise SourceError(
            f"The snapshot has {len(files)} files.", expected="one file, csv.csv of dataset 6053"
        )
    path = files[0]
    raw = read_csv(
        path,
        [*OTHER_COLUMNS, *VALUE_COLUMNS],
        file=path.name,
        encodings=ENCODINGS,
        may_end_open=True,  # the last column is the note, and the sums are checked
    ).with_columns(pl.exclude("_source_row").str.strip_chars())
    dtypes = {
        **dict.fromkeys(VALUE_COLUMNS, pl.Int64()),
        "年度": pl.Int32(),
        "月份": pl.Int32(),
        "備註": pl.String(),
    }
    filled = [name for name in dtypes if name != "備註"]
    frame = cast_strict(raw, dtypes, path.name, never_empty=filled)
    year = pl.col("年度")
    require(frame, "年度", year.is_between(38, 199), "a ROC year such as 115")
    require(frame, "月份", pl.col("月份").is_between(1, 12), "a month from 1 to 12")
    frame = frame.rename({**OTHER_COLUMNS, **VALUE_COLUMNS}).with_columns(
        pl.format(
            "{}-{}",
            pl.col("roc_year") + ROC_OFFSET,
            pl.col("month").cast(pl.String).str.zfill(2),
        ).alias("period")
    )
    _check_sums(frame)
    return {MONTHLY_TOTAL.name: frame.select(*MONTHLY_TOTAL.columns, "_source_file", "_source_row")}


def _check_sums(frame: pl.DataFrame) -> None:
    """A column that changed its meaning or unit shows in the sums, which hold in every month."""
    parts = {
        "exports_total_ntd_thousand": pl.col("exports_ntd_thousand")
        + pl.col("re_exports_ntd_thousand"),
        "imports_total_ntd_thousand": pl.col("imports_ntd_thousand")
        + pl.col("re_imports_ntd_thousand"),
        "balance_ntd_thousand": pl.col("exports_total_ntd_thousand")
        - pl.col("imports_total_ntd_thousand"),
    }
    for column, total in parts.items():
        fits = (pl.col(column) - total).abs() <= ROUNDING_NTD_THOUSAND
        require(frame, column, fits, "the sum of its parts in the same line")


SOURCE = Source(
    id="customs_totals",
    title_en="Customs open data: total exports and imports by month",
    title_zh="海關進出口貿易統計（每月進出口總值）",
    publisher_en="Customs Administration, Ministry of Finance, Taiwan",
    publisher_zh="財政部關務署",
    homepage="https://data.gov.tw/dataset/6053",
    licence="Open Government Data License, version 1.0 (政府資料開放授權條款－第1版), "
    "compatible with CC BY 4.0",
    citation="財政部關務署，海關進出口貿易統計 (Customs Administration, Taiwan, open data 6053)",
    access="open",
    how_to_get=(
        "https://opendata.customs.gov.tw/data/6053/csv.csv, no key (data.gov.tw dataset 6053); "
        "monthly, one month late, NT$ thousand. "
        "政府資料開放平臺資料集 6053，每月更新，新臺幣千元。"
    ),
    tables=(MONTHLY_TOTAL,),
    read=read_customs_totals,
    fetcher=customs_totals_fetcher(read_customs_totals),
    release_months=tuple(range(1, 13)),
    feeds=(),
)
