"""Labour productivity indices of Taiwan (DGBAS), by industry.

Here: what the publication is and how to get it.
Not here: its file formats (`nstatdb`, `px`); which measure and which industries the book shows, and
the change on the year before (dbt_project).
"""

from __future__ import annotations

from sources.contract import Source
from sources.cube import observation_table
from sources.dgbas import LICENCE, PUBLISHER_EN, PUBLISHER_ZH, read_observations
from sources.nstatdb_api import NstatdbTable, fetcher

TABLES = (NstatdbTable("A040206010", "勞動生產力"),)

SOURCE = Source(
    id="dgbas_productivity",
    title_en="Labour Productivity Statistics of Taiwan",
    title_zh="生產力統計（勞動生產力指數）",
    publisher_en=PUBLISHER_EN,
    publisher_zh=PUBLISHER_ZH,
    homepage="https://nstatdb.dgbas.gov.tw/dgbasAll/webMain.aspx?k=dgmain",
    licence=LICENCE,
    citation=(
        "行政院主計總處，生產力統計：勞動生產力指數。 / DGBAS, Executive Yuan, R.O.C. (Taiwan), "
        "Productivity Statistics: labour productivity indices."
    ),
    access="open",
    how_to_get=(
        "A JSON reply of the Macro Statistics Database, no key:\n"
        "https://nstatdb.dgbas.gov.tw/dgbasAll/webMain.aspx?sdmx/A040206010/"
        "<measures>.<codes>..<frequency>&startTime=2015-00&endTime=2026-00\n"
        "(the table's id is second hand: check that its name is 勞動生產力指數). Always give "
        "startTime and endTime and look at the last period; the base year (2021=100) stands in "
        "the measure's name.\n"
        "PX files are read too. Workbooks of https://earnings.dgbas.gov.tw are not.\n"
        "總體統計資料庫「勞動生產力指數」之 JSON；務必給 startTime 與 endTime 並核對最後一期；"
        "亦接受 PX 檔，不接受薪情平臺之 Excel 檔。"
    ),
    tables=(
        observation_table(
            "Labour productivity as published: one row per table, measure, industry and period. / "
            "勞動生產力統計原始值：每表、每指標、每行業、每期一列。"
        ),
    ),
    read=read_observations,
    fetcher=fetcher(TABLES),
    feeds=("F1-2-04",),
)
