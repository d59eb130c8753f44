"""Taiwan's exports and imports by class, from the finance ministry's trade statistics database.

Here: what the product is and how to get it. Reading its CSV is `webmain`; telling export totals
from shares, and classes from each other, is staging (dbt_project).
"""

from __future__ import annotations

from sources.contract import Source
from sources.webmain import TABLE, read_webmain

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
    access="by hand",
    how_to_get=(
        "Open the trade statistics database, choose the table (for example 出口值－按主要貨品分, "
        "or the shares by 科技層級, 資本密集度 or 技術人力密集度), all periods, in NT$, and save "
        "as CSV (UTF-8). Keep the title line when tables share column labels: it tells them apart. "
        "Several tables may be landed as one vintage. "
        "在貿易統計資料庫選定表別與全部期間，以新臺幣計價，另存為 CSV（UTF-8）；"
        "數張表可一併存入同一版次，欄名相同者請保留表名列。"
    ),
    tables=(TABLE,),
    read=read_webmain,
    feeds=("T1-2-09", "T1-2-10", "T1-2-11", "F1-2-05"),
)
