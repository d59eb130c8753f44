"""The finance ministry's database, the customs' open data and the catalogue data.gov.tw.

Habits: the database, asked for years that it does not have, gives the newest it has; the catalogue
lists a dataset's resources in any order, with addresses in raw Chinese.
"""

from __future__ import annotations

import json
from typing import Any

from tests.standin.server import Asked, Reply, StandIn, publisher

COLUMNS = {
    "i8121": [
        "按美元計算(百萬美元)/ 總計",
        "按美元計算(百萬美元)/ (1)電子零組件",
        "按新臺幣計算(百萬元)/ 總計",
    ],
    "i8123": ["結構比(%)/ 總計", "結構比(%)/ (1)電子零組件", "結構比(%)/ (4)資通與視聽產品"],
}
CUSTOMS_HEADER = (
    "年度,月份,出口總值(新臺幣千元),出口(新臺幣千元),復出口(新臺幣千元),"
    "進口總值(新臺幣千元),進口(新臺幣千元),復進口(新臺幣千元),出入超(新臺幣千元),備註"
)
LAST = (2026, 10)


def database_csv(funid: str, first: int, last: int) -> bytes:
    """Years and months as the database writes them: a blank before one-digit months."""
    lines = [",".join(["統計期", *COLUMNS[funid]])]
    for year in range(first, last + 1):
        months = range(1, (12 if year < LAST[0] else LAST[1]) + 1)
        labels = ([f"{year - 1911}年"] if year < LAST[0] else []) + [
            f"{year - 1911}年{month:2d}月" for month in months
        ]
        lines += [
            ",".join([label, *(_value(funid, n, year) for n in range(len(COLUMNS[funid])))])
            for label in labels
        ]
    return ("\ufeff" + "\r\n".join(lines) + "\r\n").encode()


def _value(funid: str, column: int, year: int) -> str:
    return f"{10 * column}.5" if funid == "i8123" else f"{1000 * column + year - 1900}.5"


@publisher("mof_web02")
def answer_database(asked: Asked, standin: StandIn) -> Reply:
    """Answer with a CSV for the years asked, or the newest year if they are not covered."""
    funid, first = asked.first("funid"), int(asked.first("ym", "9001")[:-2]) + 1911
    last = int(asked.first("ymt", "11512")[:-2]) + 1911
    if funid not in COLUMNS or asked.first("outmode") != "12":
        return Reply(200, {"Content-Type": "text/html"}, b"<html><body>no such table</body></html>")
    covered = standin.state.get("mof_web02_first", 2001)
    if first < covered:
        first = last = LAST[0]
    return Reply(200, {"Content-Type": "text/csv"}, database_csv(funid, first, min(last, LAST[0])))


def customs_csv(newest: tuple[int, int] = LAST) -> bytes:
    """Monthly totals, newest first."""
    lines = [CUSTOMS_HEADER]
    year, month = newest
    while year >= 2014:
        exports, re_exports, imports, re_imports = 2_000_000 + year, 5_000, 1_500_000 + month, 700
        total_out, total_in = exports + re_exports, imports + re_imports
        numbers = [total_out, exports, re_exports, total_in, imports, re_imports]
        lines.append(
            ",".join(
                f'"{value}"' for value in (year - 1911, month, *numbers, total_out - total_in, "")
            )
        )
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
    return ("\ufeff" + "\r\n".join(lines) + "\r\n").encode()


@publisher("customs_opendata")
def answer_customs(asked: Asked, standin: StandIn) -> Reply:
    """Serve dataset 6053 at its place, and where the catalogue says it has moved."""
    if asked.path in ("/6053/csv.csv", "/搬家/進出口 總值.csv"):
        return Reply(200, {"Content-Type": "text/csv"}, customs_csv())
    return Reply(404, {"Content-Type": "text/plain"}, b"Not Found")


def catalogue_of(standin: StandIn) -> dict[str, Any]:
    """The catalogue as a test may change it: dataset number to its resources."""
    base = standin.root("customs_opendata")
    return {
        "6053": [
            {
                "resourceFormat": "XML",
                "resourceDescription": "海關進出口貿易統計",
                "resourceDownloadUrl": f"{base}/6053/xml.xml",
            },
            {
                "resourceFormat": "CSV",
                "resourceDescription": "欄位說明",
                "resourceDownloadUrl": f"{base}/6053/fields.csv",
            },
            {
                "resourceFormat": "CSV",
                "resourceDescription": "海關進出口貿易統計",
                "resourceDownloadUrl": f"{base}/搬家/進出口 總值.csv",
            },
        ],
        "8380": [
            {
                "resourceFormat": "CSV",
                "resourceDescription": "出口值－按主要貨品分",
                "resourceDownloadUrl": f"{standin.root('mof_web02')}/webMain.aspx?sys=220&ym=9001"
                "&ymt=11512&funid=i8121&outmode=12&utf=1&moved=是",
            }
        ],
    }


@publisher("data_gov_tw")
def answer_catalogue(asked: Asked, standin: StandIn) -> Reply:
    """Answer about a dataset."""
    resources = standin.state.setdefault("data_gov_tw", catalogue_of(standin))
    number = asked.path.removeprefix("/dataset/")
    found = resources.get(number)
    document: dict[str, Any] = {"success": found is not None, "result": {}}
    if found is not None:
        document["result"] = {"title": f"資料集 {number}", "distribution": found}
    headers = {"Content-Type": "application/json; charset=utf-8"}
    return Reply(200, headers, json.dumps(document, ensure_ascii=False).encode())
