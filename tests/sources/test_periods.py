import pytest

from sources.contract import SourceError
from sources.periods import is_period, parse_period


@pytest.mark.parametrize(
    ("label", "start", "end", "kind", "is_preliminary"),
    [
        ("108年", "2019", "2019", "year", False),
        ("90年", "2001", "2001", "year", False),
        ("109年1月", "2020-01", "2020-01", "month", False),
        ("115年 5月", "2026-05", "2026-05", "month", False),
        ("115年12月", "2026-12", "2026-12", "month", False),
        ("115年3月(初步值)", "2026-03", "2026-03", "month", True),
        ("115年3月（初步值）", "2026-03", "2026-03", "month", True),
        ("114年(初步值)", "2025", "2025", "year", True),
        ("115年1月~115年3月", "2026-01", "2026-03", "range", False),
        ("115年1月~115年3月(初步值)", "2026-01", "2026-03", "range", True),
        ("113年第3季", "2024-Q3", "2024-Q3", "quarter", False),
        ("民國113年", "2024", "2024", "year", False),
        ("2026年8月", "2026-08", "2026-08", "month", False),
        ("2026年", "2026", "2026", "year", False),
        ("2024", "2024", "2024", "year", False),
        ("202401", "2024-01", "2024-01", "month", False),
        (" 108年 ", "2019", "2019", "year", False),
    ],
)
def test_a_publishers_label_becomes_an_iso_like_period(
    label: str, start: str, end: str, kind: str, is_preliminary: bool
) -> None:
    period = parse_period(label)
    assert (period.start, period.end, period.kind, period.is_preliminary) == (
        start,
        end,
        kind,
        is_preliminary,
    )
    assert period.label == label.strip()


@pytest.mark.parametrize(
    "label",
    [
        "",
        "年",
        "0年",
        "109年13月",
        "109年0月",
        "109",
        "10901",
        "202413",
        "1900年",
        "9999年",
        "總計",
        "109年1月(修正)",
        "109年1-5月",
        "115年3月~115年1月",
        "114年~115年3月",
        "113年~114年~115年",
        "109年第5季",
        "12345年",
    ],
)
def test_an_unknown_label_is_an_error_that_names_it_and_its_place(label: str) -> None:
    assert not is_period(label)
    with pytest.raises(SourceError, match=r"x\.csv, line 7: '.*' is no period label") as error:
        parse_period(label, file="x.csv", place=7)
    assert f"'{label}'" in str(error.value)


def test_a_quarter_may_be_written_with_a_chinese_number() -> None:
    assert [parse_period(f"113年第{n}季").start for n in "一二三四"] == [
        "2024-Q1",
        "2024-Q2",
        "2024-Q3",
        "2024-Q4",
    ]
