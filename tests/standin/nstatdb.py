"""DGBAS's nstatdb: the sdmx mode of webMain.aspx, with tables that the test describes.

Habits: without a range the reply stops early; a table that wants the bare key form answers
`Parameter error ` to the other; `meta.prepared` is no ISO time.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field

from tests.standin.server import Asked, Reply, StandIn, publisher

STOPS_EARLY_AT = 2017
_PATH = re.compile(
    r"sdmx/(?P<table>[A-Z0-9]+)(?P<key>/[^&]*)(?:&startTime=(\d{4})&endTime=(\d{4}))?$"
)


@dataclass
class NstatdbTable:
    """A table: its name, measures, items (with their dimension), years; values are made up."""

    name: str
    measures: list[str]
    items: list[str] = field(default_factory=list)
    first: int = 1981
    last: int = 2025
    prepared: str = "2026-11-21 08:35:43 8270"
    only_bare_key: bool = False

    def reply(self, id: str, first: int, last: int) -> dict[str, object]:
        """The document for a range of years."""
        years = [year for year in range(self.first, self.last + 1) if first <= year <= last]
        axes = [("fldid", "指標", self.measures)]
        axes += [("code1", "行業", self.items)] if self.items else []
        address = f"https://host/dgbasAll/webMain.aspx?sdmx/{id}//"
        keys = [(m, i) for m in range(len(self.measures)) for i in range(len(self.items) or 1)]
        return {
            "meta": {
                "id": "/Wp/A6CMDQAChTx9XQBi6JCJMyc=",
                "test": False,
                "prepared": self.prepared,
                "sender": {"id": "dgbas", "name": "行政院主計總處"},
                "links": [{"href": address, "rel": "request"}],
            },
            "data": {
                "dataSets": [
                    {
                        "action": "Information",
                        "series": {
                            (f"{m}:{i}" if self.items else f"{m}"): {
                                "observations": {
                                    str(t): [1000 * (m + 1) + 10 * i + year - 1980]
                                    for t, year in enumerate(years)
                                }
                            }
                            for m, i in keys
                        },
                    }
                ],
                "structure": {
                    "links": [],
                    "name": self.name,
                    "dimensions": {
                        "series": [
                            {
                                "keyPosition": position,
                                "id": axis,
                                "name": name,
                                "values": [
                                    {"id": str(n), "name": label}
                                    for n, label in enumerate(labels, start=1)
                                ],
                            }
                            for position, (axis, name, labels) in enumerate(axes)
                        ],
                        "observation": [
                            {
                                "id": "ym",
                                "name": "統計期",
                                "role": "TIME_PERIOD",
                                "values": [
                                    {"id": str(year), "name": f"{year - 1911}年"} for year in years
                                ],
                            }
                        ],
                    },
                },
            },
        }


def national_accounts() -> dict[str, NstatdbTable]:
    """The tables that the project fetches, in small."""
    return {
        "A018101010": NstatdbTable(
            "國民所得統計常用資料-年",
            ["國內生產毛額GDP(名目值，新臺幣百萬元)", "平均每人國民所得(名目值，新臺幣元)"],
        ),
        "A018103010": NstatdbTable(
            "國內各業生產及平減指數-年",
            ["生產總額_當期價格(新臺幣百萬元)", "國內生產毛額_當期價格(新臺幣百萬元)"],
            ["C.製造業", "CR.電子零組件製造業"],
        ),
        "A040206010": NstatdbTable("勞動生產力指數", ["勞動生產力指數(2021=100)"], ["製造業"]),
    }


@publisher("nstatdb")
def answer(asked: Asked, standin: StandIn) -> Reply:
    """Answer in the sdmx mode."""
    tables: dict[str, NstatdbTable] = standin.state.setdefault("nstatdb", national_accounts())
    found = _PATH.match(asked.raw_query)
    text = {"Content-Type": "text/html; charset=utf-8"}
    if asked.path != "/webMain.aspx" or not found or found["table"] not in tables:
        return Reply(200, text, b"Parameter error ")
    table, key = tables[found["table"]], found["key"]
    if (table.only_bare_key and key != "//") or key not in ("//", "/...A"):
        return Reply(200, text, b"Parameter error ")
    first, last = (int(found[3]), int(found[4])) if found[3] else (1981, STOPS_EARLY_AT)
    body = json.dumps(table.reply(found["table"], first, last)).encode()
    # As the service does: JSON that calls itself a web page.
    return Reply(200, text, body)
