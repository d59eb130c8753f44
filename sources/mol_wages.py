"""Monthly earnings of employees in Taiwan, from the labour ministry's statistics database.

Here: what the product is and how to get it. Reading its CSV is `webmain`; which column is the
real total earnings of the book is staging (dbt_project).
"""

from __future__ import annotations

from sources.contract import Source
from sources.webmain import TABLE, read_webmain

SOURCE = Source(
    id="mol_wages",
    title_en="Labor Statistics Database: monthly earnings of employees",
    title_zh="勞動統計資料庫：受僱員工每人每月薪資",
    publisher_en="Ministry of Labor, Taiwan (survey by DGBAS)",
    publisher_zh="勞動部（薪資調查由行政院主計總處辦理）",
    homepage="https://statdb.mol.gov.tw/statiscla/webMain.aspx",
    licence="Open Government Data License, version 1.0 (政府資料開放授權條款－第1版), "
    "compatible with CC BY 4.0",
    citation="勞動部，勞動統計查詢網，薪資 (Ministry of Labor, Taiwan, Labor Statistics Database)",
    access="by hand",
    how_to_get=(
        "Open the labour statistics database, choose earnings of employees in industry and "
        "services (工業及服務業受僱員工每人每月薪資), nominal and real (實質), yearly periods, and "
        "save as CSV. "
        "在勞動統計查詢網選「工業及服務業受僱員工每人每月薪資」之名目與實質值、按年，另存為 CSV。"
    ),
    tables=(TABLE,),
    read=read_webmain,
    feeds=("T1-2-08",),
)
