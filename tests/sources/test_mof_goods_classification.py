"""The template in which the ministry's classification of goods is handed over."""

from __future__ import annotations

from pathlib import Path

import pytest

from sources.bronze import build_bronze
from sources.contract import SourceError
from sources.mof_goods_classification import GOODS_CLASS, SOURCE

TEXT = """hs_code,hs_edition,class_scheme,class,valid_from,valid_to
0101,HS2022,technology_level,low_tech,2022-01,
854231,HS2017,technology_level,high_tech,2017-01,2021-12
854231,HS2022,technology_level,high_tech,2022-01,
854231,HS2022,capital_intensity,high_capital_intensity,2022-01,2023-12
854231,HS2022,capital_intensity,medium_capital_intensity,2024-01,
"""


def land(tmp_path, text=TEXT) -> Path:
    path = tmp_path / "goods_class.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_codes_keep_their_zeros_and_an_open_end_is_null(tmp_path):
    frame = build_bronze(SOURCE, [land(tmp_path)], "2026-01")["goods_class"]
    assert frame["hs_code"][0] == "0101"
    assert frame["valid_to"].to_list() == [None, "2021-12", None, "2023-12", None]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("0101,", "101,", "line 2, column 'hs_code': '101' cannot be"),
        ("0101,", "8.54E+10,", "column 'hs_code'"),
        ("HS2017", "HS6", "line 3, column 'hs_edition'"),
        ("technology_level,low", "technology,low", "line 2, column 'class_scheme'"),
        ("low_tech", "high_capital_intensity", "line 2, column 'class'.*of technology_level"),
        ("2022-01,\n854231", "2022-13,\n854231", "line 2, column 'valid_from'"),
        ("2017-01,2021-12", "2017-01,2016-12", "line 3, column 'valid_to'"),
        ("2022-01,2023-12", "2022-01,2024-01", "line 6: 854231 .*two classes.* line 5"),
        ("2022-01,2023-12", "2022-01,", "line 6: 854231 .*two classes"),
    ],
)
def test_a_row_that_cannot_be_is_refused_with_its_place(tmp_path, old, new, message):
    assert old in TEXT
    with pytest.raises(SourceError, match=message):
        build_bronze(SOURCE, [land(tmp_path, TEXT.replace(old, new, 1))], "v")


def test_the_template_has_the_columns_of_the_table():
    (sheet,) = SOURCE.template.sheets
    assert [column.name for column in sheet.columns] == list(GOODS_CLASS.columns)
