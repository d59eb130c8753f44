"""What stands in a printed cell."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from reconciliation.printed import read_printed


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,444", "1444"),
        ("0.10", "0.10"),
        ("-0.54", "-0.54"),
        ("−0.54", "-0.54"),
        ("↑ 5.85", "5.85"),
        ("↓ 0.56", "-0.56"),
        ("4.59*", "4.59"),
        ("2045年", "2045"),
        ("6 GW", "6"),
        ("1,000萬噸", "1000"),
        ("１２．５", "12.5"),
        ("12.5%", "12.5"),
    ],
)
def test_the_number_is_read_with_its_decimals(text, value):
    assert read_printed(text).value == Decimal(value)
    assert read_printed(text).decimals == -Decimal(value).as_tuple().exponent


def test_no_number_is_said_in_many_ways():
    for text in ("N/A", "n/a", "-", "…", "－"):
        assert read_printed(text).value is None


def test_a_star_marks_a_preliminary_figure():
    assert read_printed("942,680*").is_preliminary
    assert not read_printed("942,680").is_preliminary


@pytest.mark.parametrize("text", ["", "about", "12 of 30", "2020~2024年"])
def test_a_text_without_one_number_is_an_error(text):
    with pytest.raises(ValueError, match="numbers"):
        read_printed(text)


def test_half_rounds_away_from_zero_on_both_sides():
    assert read_printed("0.3").stands_for(Fraction(1, 4))
    assert not read_printed("0.2").stands_for(Fraction(1, 4))
    assert read_printed("-0.3").stands_for(Fraction(-1, 4))
    assert not read_printed("-0.2").stands_for(Fraction(-1, 4))
    assert read_printed("0").stands_for(Fraction(-49, 100))
    assert not read_printed("0").stands_for(Fraction(-1, 2))
