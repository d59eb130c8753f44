"""Bulk tables of US granted patents (PatentsView), as zips of the USPTO's Open Data Portal.

Here: the source as a whole. Not here: fetching the zips (`uspto_api`), reading them
(`uspto_tables`), counting (dbt_project), the published counts (`uspto_counts`).
"""

from __future__ import annotations

from sources.contract import BulkReader, Source
from sources.uspto_api import FETCHER
from sources.uspto_api import TABLES as FETCHED
from sources.uspto_tables import LIMITS, TABLES, check_snapshot, read_file

SOURCE = Source(
    id="uspto_bulk",
    title_en="US granted patents: bulk tables (PatentsView, PVGPATDIS)",
    title_zh="美國核准專利大量資料（PatentsView）",
    publisher_en="United States Patent and Trademark Office (USPTO)",
    publisher_zh="美國專利商標局（USPTO）",
    homepage="https://data.uspto.gov/bulkdata/datasets/pvgpatdis",
    licence="CC BY 4.0 (PatentsView)",
    citation="U.S. Patent and Trademark Office, PatentsView granted patent disambiguated data "
    "(PVGPATDIS), Open Data Portal.",
    access="open",
    how_to_get=(
        "A key of the Open Data Portal (USPTO.gov account with ID.me) in the environment variable "
        "USPTO_API_KEY, then `whitepaper fetch uspto_bulk`: some gigabytes, and at most 20 "
        "downloads of a file in a year, which are counted. Or sign in at data.uspto.gov, download "
        "the zips of PVGPATDIS by hand and land them under their own names, all of one release as "
        "one vintage. Optional are g_inventor_not_disambiguated and g_location_not_disambiguated, "
        "for the country of inventors without a located place, and g_wipo_technology, to compare "
        "fields with.\n"
        "需申請金鑰；同一檔案每年至多下載 20 次。亦可登入網站下載後，以原檔名存入。"
        "原載發明人及地點二檔（補未定位發明人之國別）與g_wipo_technology（比較領域）可不存入。"
    ),
    tables=TABLES,
    bulk=BulkReader(read_file, check_snapshot),
    fetcher=FETCHER,
    feeds=("T1-2-13", "T1-2-14", "F1-2-06"),
    steps="sign in at https://data.uspto.gov (USPTO.gov account), open the product "
    "PVGPATDIS of Bulk Data and download the zips of one release under their own names: "
    + ", ".join(f"{table}.tsv.zip" for table in FETCHED),
    max_inflated_bytes=LIMITS.inflated_bytes,
    compared_by_files=True,
)
