"""The Central Bank's statistics service: Get?FileName=…, in its three layouts.

`standin.state["cbc"]` is a `Bank`; its `layout` is 'now', 'old' (2020) or 'twice' (the old one once
more inside a JSON string).
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from tests.standin.server import Asked, Reply, StandIn, publisher

RECEIPTS = "服務-其他服務-智慧財產權使用費-收入"
PAYMENTS = "服務-其他服務-智慧財產權使用費-支出"


@dataclass
class Bank:
    """What the bank publishes: items in an order that it may change, values made up."""

    items: list[str] = field(default_factory=lambda: ["經常帳-淨額", RECEIPTS, PAYMENTS])
    last: int = 2026
    layout: str = "now"
    last_updated: str = "2026-08-20"
    prepared: str = "2026/9/28 下午 06:16:17"

    def document(self, name: str) -> object:
        """The reply about a file."""
        yearly = "Y" in name
        periods = [
            str(year) if yearly else f"{year}Q{quarter}"
            for year in range(1984, self.last + (not yearly))
            for quarter in range(1, 2 if yearly else 4)
        ]
        rows = [[period, *(self.value(item, period) for item in self.items)] for period in periods]
        heads = {"Table1": [{"data": item} for item in self.items]}
        if self.layout == "now":
            return {
                "meta": {
                    "title": "國際收支簡表",
                    "sender": "中央銀行",
                    "prepared": self.prepared,
                    "filename": f"{name}.px",
                    "last_updated": self.last_updated,
                    "units": "百萬美元",
                },
                "data": {"dataSets": rows, "structure": heads},
            }
        old = {"filename": f"{name}.px", "headerSet": heads, "data": rows}
        return json.dumps(old, ensure_ascii=False) if self.layout == "twice" else old

    @staticmethod
    def value(item: str, period: str) -> str:
        """A value that tells its item and period, wherever the item stands."""
        year = int(period[:4])
        return "-" if year < 1990 else f"{len(item) * 100 + year - 1990}.000"


@publisher("cbc")
def answer(asked: Asked, standin: StandIn) -> Reply:
    """Answer about a file; one that is not known gets nothing, with status 200."""
    bank: Bank = standin.state.setdefault("cbc", Bank())
    name = asked.first("FileName")
    headers = {"Content-Type": "application/json; charset=utf-8"}
    if asked.path != "/Get" or name not in ("BPP2Y01", "BPP2Q01"):
        return Reply(200, headers, b"")
    return Reply(200, headers, json.dumps(bank.document(name), ensure_ascii=False).encode())
