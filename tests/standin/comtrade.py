"""UN Comtrade: data/v1/get/C/A/HS.

Habits: parameters that it does not know or like give status 200, count 0, no error; without the
filters the breakdowns come along; Taiwan is 490, 'Other Asia, nes'.
"""

from __future__ import annotations

import json
from itertools import product

from tests.standin.server import Asked, Reply, StandIn, publisher

KEY = "stand-in-comtrade-key"
NAMES = {
    490: ("S19", "Other Asia, nes"),
    156: ("CHN", "China"),
    392: ("JPN", "Japan"),
    410: ("KOR", "Rep. of Korea"),
    702: ("SGP", "Singapore"),
    276: ("DEU", "Germany"),
    842: ("USA", "USA"),
}
KNOWN = {
    *("reporterCode", "period", "partnerCode", "partner2Code", "cmdCode"),
    *("flowCode", "customsCode", "motCode", "includeDesc"),
}


def line(reporter: int, year: int, flow: str, **changes: object) -> dict[str, object]:
    """A line as the service writes it; the value tells the reporter and year."""
    value = 1_000_000_000.0 + reporter * 1000 + year
    iso, name = NAMES[reporter]
    return {
        "typeCode": "C",
        "freqCode": "A",
        "refPeriodId": int(f"{year}0101"),
        "refYear": year,
        "refMonth": 52,
        "period": str(year),
        "reporterCode": reporter,
        "reporterISO": iso,
        "reporterDesc": name,
        "flowCode": flow,
        "flowDesc": "Export" if flow == "X" else "Import",
        "partnerCode": 0,
        "partnerISO": "W00",
        "partnerDesc": "World",
        "partner2Code": 0,
        "partner2ISO": "W00",
        "classificationCode": "H6",
        "classificationSearchCode": "HS",
        "isOriginalClassification": True,
        "cmdCode": "TOTAL",
        "cmdDesc": "All Commodities",
        "aggrLevel": 0,
        "isLeaf": False,
        "customsCode": "C00",
        "mosCode": "0",
        "motCode": 0,
        "qtyUnitCode": -1,
        "qty": None,
        "netWgt": None,
        "grossWgt": None,
        "cifvalue": value if flow == "M" else None,
        "fobvalue": value if flow == "X" else None,
        "primaryValue": value,
        "legacyEstimationFlag": 0,
        "isReported": True,
        "isAggregate": False,
        **changes,
    }


def document(lines: list[dict[str, object]], error: str = "") -> bytes:
    """A reply around its lines."""
    body = {"elapsedTime": "0.21 secs", "count": len(lines), "data": lines, "error": error}
    return json.dumps(body).encode()


@publisher("comtrade")
def answer(asked: Asked, standin: StandIn) -> Reply:
    """Answer a request with a key in the header."""
    headers = {"Content-Type": "application/json; charset=utf-8"}
    if asked.headers.get("ocp-apim-subscription-key") != KEY:
        text = b'{ "statusCode": 401, "message": "Access denied due to invalid subscription key." }'
        return Reply(401, headers, text)
    unknown = set(asked.query) - KNOWN
    if asked.path != "/data/v1/get/C/A/HS" or unknown:
        return Reply(200, headers, document([]))
    try:
        reporters = [int(code) for code in asked.first("reporterCode").split(",")]
        years = [int(year) for year in asked.first("period").split(",")]
    except ValueError:
        return Reply(200, headers, document([]))
    flows = asked.first("flowCode").split(",")
    asked_for = list(product((r for r in reporters if r in NAMES), years, flows))
    lines = [line(*which) for which in asked_for]
    if asked.first("partner2Code") != "0":
        lines += [line(*which, partner2Code=344) for which in asked_for]
    if asked.first("motCode") != "0":
        lines += [line(*which, motCode=1000) for which in asked_for]
    if asked.first("customsCode") != "C00":
        lines += [line(*which, customsCode="C01") for which in asked_for]
    return Reply(200, headers, document(lines))
