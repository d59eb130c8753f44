"""Taiwan's exports and imports by class, from the finance ministry's trade statistics database.

Here: what the product is and how to get it. Reading its CSV is `webmain`, fetching `mof_api`;
telling export totals from shares, and classes from each other, is staging (dbt_project).

The database's own CSV has no line with the table's title, and columns of two tables have the same
labels: there the file's name stands for the title, so name a file after its table.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from sources.contract import Source
from sources.mof_api import database_fetcher
from sources.webmain import TABLE, read_webmain


def read(files: Sequence[Path]) -> dict[str, pl.DataFrame]:
    """Read tables of the database; see `read_webmain`.

    Returns:
        ``{"statistic": frame}``; `table_title` is the file's name where the file has no title.
    """
    frame = read_webmain(files)[TABLE.name]
    stem = pl.col("_source_file").str.replace(r"\.[A-Za-z]{3,4}$", "")
    return {TABLE.name: frame.with_columns(pl.col("table_title").fill_null(stem))}


SOURCE = Source(
    id="mof_trade_statistics",
    title_en="Trade Statistics Database: exports by commodity and by technology level, "
    "capital intensity and skilled-labour intensity",
    title_zh="貿易統計資料庫：出口值按主要貨品、科技層級、資本密集度及技術人力密集度分",
    publisher_en="Department of Statistics, Ministry of Finance, Taiwan",
    publisher_zh="財政部統計處",
    homepage="https://web02.mof.gov.tw/njswww/WebMain.aspx?sys=100&funid=defjsptgl",
    licence="Open Government Data License, version 1.0 (政府資料開放授權條款－第1版), "
    "compatible with CC BY 4.0",
    citation="財政部統計處，貿易統計資料庫 "
    "(Ministry of Finance, Taiwan, Trade Statistics Database)",
    access="open",
    how_to_get=(
        "`whitepaper fetch mof_trade_statistics` brings totals and shares by commodity. The shares "
        "by technology level, capital and skill intensity are handed over: open the "
        "trade statistics database, choose the table (科技層級, 資本密集度, 技術人力密集度), all "
        "periods, in NT$, and save as CSV (UTF-8). Keep the title line when tables share "
        "column labels: it tells them apart. "
        "A file without one is named after its table. Land all tables, also those fetched, as one "
        "vintage. "
        "在貿易統計資料庫選定表別與全部期間，以新臺幣計價，另存為 CSV（UTF-8）；"
        "數張表可一併存入同一版次，欄名相同者請保留表名列。"
    ),
    tables=(TABLE,),
    read=read,
    fetcher=database_fetcher(read),
    steps="the shares by technology level, capital and skill intensity are not fetched: open the "
    "trade statistics database (homepage above), choose 科技層級, 資本密集度 or 技術人力密集度, "
    "all periods, in NT$, save each as CSV (UTF-8) with its title line, and land them together "
    "with the files that were fetched, as one vintage",
    release_months=tuple(range(1, 13)),
    feeds=("T1-2-09", "T1-2-10", "T1-2-11", "F1-2-05"),
)
