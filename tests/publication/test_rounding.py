"""One rounding rule, in Python and in SQL, on the same cases."""

from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment

from publication.rounding import round_half_away

ROOT = Path(__file__).resolve().parents[2]
CASES = [
    (0.25, 1, "0.3"),
    (-0.25, 1, "-0.3"),
    (0.35, 1, "0.4"),
    (2.5, 0, "3"),
    (-2.5, 0, "-3"),
    (1.005, 2, "1.01"),
    (9.5 * 1.01, 2, "9.60"),
    (-0.004, 2, "0.00"),
    (1417.045, 2, "1417.05"),
    (165168, 0, "165168"),
    (0.0, 2, "0.00"),
]


MACROS = ROOT / "dbt_project" / "macros"


def sql_round(value: float, decimals: int, *, by_row: bool) -> Decimal:
    """The dbt macro's own SQL, with a constant number of places or one from the row."""
    macros = Environment().from_string((MACROS / "round_half_away.sql").read_text("utf-8")).module
    places = "places" if by_row else decimals
    expression = macros.round_half_away("value", places)
    with duckdb.connect() as connection:
        row = connection.execute(
            f"select {expression} from (select ?::double as value, ?::integer as places)",
            [value, decimals],
        ).fetchone()
    assert row is not None
    return Decimal(str(row[0]))


@pytest.mark.parametrize(("value", "decimals", "expected"), CASES)
def test_a_half_is_rounded_away_from_zero_in_python(value, decimals, expected):
    assert str(round_half_away(value, decimals)) == expected


@pytest.mark.parametrize(("value", "decimals", "expected"), CASES)
@pytest.mark.parametrize("by_row", [False, True])
def test_a_half_is_rounded_away_from_zero_in_sql(value, decimals, expected, by_row):
    assert sql_round(value, decimals, by_row=by_row) == Decimal(expected)


@given(st.floats(-1e9, 1e9), st.integers(0, 4))
def test_the_rounded_value_is_the_nearest_one(value, decimals):
    rounded = round_half_away(value, decimals)
    assert abs(rounded - Decimal(repr(value))) <= Decimal("0.5").scaleb(-decimals) + Decimal(
        "1e-10"
    )


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_is_no_number_is_refused(value):
    with pytest.raises(ValueError, match="not a finite number"):
        round_half_away(value, 1)
