"""Monthly totals of the customs' open data (dataset 6053)."""

from __future__ import annotations

from pathlib import Path

import pytest

from sources.bronze import build_bronze
from sources.contract import SourceError
from sources.customs_totals import SOURCE, read_customs_totals
from tests.standin.taiwan_trade import CUSTOMS_HEADER

ROWS = """115,4,2153671224,2100000000,53671224,1700000000,1650000000,50000000,453671224,初步值
115,3,"1000000","900000","100000","700000","600000","100000","300000",
"""


def land(tmp_path, header=CUSTOMS_HEADER, rows=ROWS, encoding="utf-8-sig", end="\r\n") -> Path:
    path = tmp_path / "csv.csv"
    path.write_bytes(f"{header}\n{rows}".replace("\n", end).encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "cp950"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_roc_years_become_months_and_the_unit_stays_thousands(tmp_path, encoding, end):
    path = land(tmp_path, encoding=encoding, end=end)
    rows = build_bronze(SOURCE, [path], "2026-04")["monthly_total"].to_dicts()
    assert [row["period"] for row in rows] == ["2026-04", "2026-03"]
    assert rows[0]["exports_total_ntd_thousand"] == 2153671224
    assert rows[0]["exports_ntd_thousand"] == 2100000000
    assert [row["note_zh"] for row in rows] == ["初步值", None]
    assert [row["_source_row"] for row in rows] == [2, 3]


def test_columns_that_moved_are_bound_by_their_names(tmp_path):
    def moved(line: str) -> str:
        first, second, *rest = line.split(",")
        return ",".join([*rest[:-1], second, first, rest[-1]])

    plain = ROWS.replace('"', "")
    rows = "\n".join(moved(line) for line in plain.splitlines()) + "\n"
    as_is = read_customs_totals([land(tmp_path, rows=plain)])["monthly_total"]
    frame = read_customs_totals([land(tmp_path, moved(CUSTOMS_HEADER), rows)])["monthly_total"]
    assert frame.equals(as_is)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("出口總值(新臺幣千元)", "出口總值(美元千元)", "lacks the column 出口總值"),
        ("復出口(新臺幣千元)", "出口(新臺幣千元)", "lacks the column 復出口"),
        ("115,4,", "2026,4,", "line 2, column '年度': '2026' cannot be"),
        ("115,4,", "115,13,", "line 2, column '月份': '13' cannot be"),
        ("2153671224,", "2153671,", "line 2, column '.*': '2153671' cannot be"),
        ('"1000000"', '"1,000,000"', "line 3, column .*'1,000,000' cannot be"),
        ('"1000000"', '""', "line 3, column .*There is no value"),
        ("453671224", "-453671224", "'-453671224' cannot be"),
        ("115,3,", "115,4,", "same key twice"),
    ],
)
def test_a_file_that_says_something_else_is_refused(tmp_path, old, new, message):
    header, rows = CUSTOMS_HEADER.replace(old, new, 1), ROWS.replace(old, new, 1)
    with pytest.raises(SourceError, match=message):
        build_bronze(SOURCE, [land(tmp_path, header, rows)], "v")


def test_a_bare_header_is_refused(tmp_path):
    with pytest.raises(SourceError, match="no rows below the header"):
        read_customs_totals([land(tmp_path, rows="")])
