"""National accounts of Taiwan (DGBAS): gross domestic product, national income, industries.

Here: what the publication is and how to get it.
Not here: its file formats (`nstatdb`, `px`); which measure of which table is an indicator, and the
provisional years, which the files do not mark (dbt_project, editions).
"""

from __future__ import annotations

from sources.contract import Source
from sources.cube import observation_table
from sources.dgbas import LICENCE, PUBLISHER_EN, PUBLISHER_ZH, read_observations
from sources.nstatdb_api import NstatdbTable, fetcher

TABLES = (
    NstatdbTable("A018101010", "國民所得"),
    NstatdbTable("A018103010", "國內各業生產"),
)
"""Common series of national income, and output, value added and deflators by industry."""

SOURCE = Source(
    id="dgbas_national_accounts",
    title_en="National Accounts of Taiwan (Macro Statistics Database nstatdb)",
    title_zh="國民所得統計（總體統計資料庫）",
    publisher_en=PUBLISHER_EN,
    publisher_zh=PUBLISHER_ZH,
    homepage="https://nstatdb.dgbas.gov.tw/dgbasAll/webMain.aspx?k=dgmain",
    licence=LICENCE,
    citation=(
        "行政院主計總處，總體統計資料庫：國民所得統計。 / DGBAS, Executive Yuan, R.O.C. (Taiwan), "
        "Macro Statistics Database: National Accounts."
    ),
    access="open",
    how_to_get=(
        "One JSON reply per table, several in one snapshot; no key:\n"
        "https://nstatdb.dgbas.gov.tw/dgbasAll/webMain.aspx?sdmx/<table>/"
        "<measures>.<codes>.<codes>.<frequency>&startTime=1981-00&endTime=2026-00\n"
        "(positions joined by '+', empty = all; frequency A, Q or M).\n"
        "Tables: A018101010 common series of national income (real GDP, per capita); "
        "A018103010 output, value added and deflators by industry, year (A018103020: quarter).\n"
        "Always give startTime and endTime and look at the last period: without them the reply "
        "stops years early. 'Parameter error ' or an empty reply comes with HTTP 200.\n"
        "Where the service shows its web page instead, save the reply from a browser and land "
        "it as it is; PX files of the same tables are read too.\n"
        "每張表一個 JSON 檔，可多檔同批；務必給 startTime 與 endTime，並核對最後一期，"
        "否則回應會提早數年截止。亦接受 PX 檔。"
    ),
    tables=(
        observation_table(
            "National accounts as published: one row per table, measure, item and period; the "
            "reference year is part of the measure's name. / 國民所得統計原始值：每表、每指標、"
            "每項目、每期一列；參考年載於指標名稱。"
        ),
    ),
    read=read_observations,
    fetcher=fetcher(TABLES),
    release_months=(2, 5, 8, 11),
    feeds=("T1-2-08", "T1-2-16", "F1-2-11", "F1-2-12"),
)
