"""One verdict per printed cell, from the sources and from the book itself."""

from __future__ import annotations

from fractions import Fraction

import polars as pl
import pytest

from reconciliation.cells import CellKey
from reconciliation.consistency import BookFinding
from reconciliation.verdicts import RECONCILIATION_SCHEMA, Evidence, reconcile

LEVELS = {
    # row: printed level 2022, 2023 and growth 2023; computed likewise
    "SGP": (("4.48", "4.65", "1.00"), (4.48, 4.65, 3.79)),
    "NOR": (("4.01", "4.10", "2.24"), (4.01, 4.10, 2.24)),
}
UNIT = "10,000 FTE"


def key(row, period, measure="level"):
    return CellKey("T9-9-01", row, period, measure)


def evidence(rows=None, *, unit=UNIT, transcribed=True, changes=None, values=None):
    rows = rows or LEVELS
    printed, computed = [], []
    for number, (row, (texts, numbers)) in enumerate(rows.items(), 1):
        cells = (("level", "2022"), ("level", "2023"), ("growth", "2023"))
        for (measure, period), text, value in zip(cells, texts, numbers, strict=True):
            text = (changes or {}).get((row, period, measure), text)
            shown = (values or {}).get((row, period, measure))
            printed.append(
                (
                    "T9-9-01",
                    number,
                    row,
                    period,
                    measure,
                    unit if measure == "level" else "%",
                    text,
                    shown,
                )
            )
            computed.append(
                (
                    "T9-9-01",
                    number,
                    row,
                    period,
                    measure,
                    UNIT if measure == "level" else "%",
                    value,
                    2,
                    "N/A" if value is None else f"{value:.2f}",
                    "",
                )
            )
    names = ["table_id", "row_no", "row_key", "period", "measure", "unit"]
    return Evidence(
        edition="2099-00",
        printed=pl.DataFrame(
            printed,
            schema=dict.fromkeys(names, pl.String)
            | {"row_no": pl.Int32, "printed": pl.String, "value": pl.Float64},
            orient="row",
        ),
        computed=pl.DataFrame(
            computed,
            schema=dict.fromkeys(names, pl.String)
            | {"row_no": pl.Int32, "value": pl.Float64, "decimals": pl.Int32}
            | {"printed_as": pl.String, "status": pl.String},
            orient="row",
        ),
        measures=pl.DataFrame(
            {
                "table_id": ["T9-9-01", "T9-9-01"],
                "measure": ["level", "growth"],
                "unit_zh": ["萬人年", "%"],
                "unit_en": [UNIT, "%"],
            }
        ),
        labels={},
        transcribed={"T9-9-01"} if transcribed else set(),
    )


def finding(cell, verdict="mismatch", hypothesis="", explains=1, clean=False):
    return BookFinding(
        cell, verdict, Fraction(1), Fraction(2), "why", "原因", hypothesis, explains, clean
    )


def verdict_of(found, row, period, measure="level"):
    line = found.filter(
        (pl.col("row_key") == row) & (pl.col("period") == period) & (pl.col("measure") == measure)
    )
    return line["verdict"].item()


AGREES = {"SGP": (("4.48", "4.65", "3.79"), (4.48, 4.65, 3.79))}


def test_every_printed_cell_has_one_line_with_what_is_printed_and_computed():
    found = reconcile(evidence())
    assert dict(found.schema) == {k: v for k, v in RECONCILIATION_SCHEMA.items()}
    assert found.height == 6
    line = found.filter((pl.col("row_key") == "SGP") & (pl.col("measure") == "growth")).row(
        0, named=True
    )
    assert (line["printed"], line["computed"], line["verdict"]) == ("1.00", "3.79", "mismatch")
    assert (line["low"], line["high"]) == (3.79, 3.79)


def test_a_source_made_from_the_book_cannot_confirm_what_the_book_contradicts():
    contradiction = [finding(key("SGP", "2023"), "implausible_jump")]
    assert verdict_of(reconcile(evidence(AGREES), contradiction), "SGP", "2023") == (
        "implausible_jump"
    )
    independent = evidence(AGREES, transcribed=False)
    found = reconcile(independent, contradiction)
    assert verdict_of(found, "SGP", "2023") == "exact"
    assert found.filter(pl.col("book_verdict") != "")["book_verdict"].to_list() == [
        "implausible_jump"
    ]


@pytest.mark.parametrize("verdict", ["sort_order_broken", "preliminary"])
def test_no_source_can_mend_how_the_book_is_set(verdict):
    found = reconcile(evidence(AGREES, transcribed=False), [finding(key("SGP", "2023"), verdict)])
    assert verdict_of(found, "SGP", "2023") == verdict


def test_of_two_cells_that_contradict_each_other_the_one_the_source_denies_is_to_blame():
    both = [
        finding(key("SGP", "2023"), hypothesis="level and growth"),
        finding(key("SGP", "2023", "growth"), hypothesis="level and growth"),
    ]
    found = reconcile(evidence(), both)
    assert verdict_of(found, "SGP", "2023") == "exact"
    assert verdict_of(found, "SGP", "2023", "growth") == "mismatch"


def test_what_the_book_knows_better_than_a_bare_mismatch_is_told():
    swapped = [
        finding(key("SGP", "2023"), "row_interchanged", "rows", 4),
        finding(key("SGP", "2023", "growth"), "row_interchanged", "rows", 4),
    ]
    found = reconcile(evidence(), swapped)
    assert verdict_of(found, "SGP", "2023") == "row_interchanged"
    assert verdict_of(found, "SGP", "2023", "growth") == "row_interchanged"


def test_what_the_method_explains_is_not_held_against_a_cell():
    found = reconcile(
        evidence(AGREES), [finding(key("SGP", "2023"), "parts_do_not_add", clean=True)]
    )
    assert verdict_of(found, "SGP", "2023") == "exact"


def test_a_wrong_unit_label_is_one_line_for_the_measure():
    found = reconcile(evidence(AGREES, unit="FTE；仟人"))
    line = found.filter(pl.col("row_key") == "").row(0, named=True)
    assert (line["verdict"], line["measure"], line["printed"]) == (
        "unit_slip",
        "level",
        "FTE；仟人",
    )
    assert "10^-1" in line["cause_en"]
    assert found.filter(pl.col("row_key") != "")["verdict"].unique().to_list() == ["exact"]


@pytest.mark.parametrize("unit", [UNIT, "萬人年"])
def test_other_words_for_the_same_unit_are_no_fault(unit):
    assert reconcile(evidence(AGREES, unit=unit)).height == 3


def test_a_computed_cell_that_is_not_printed_is_told():
    given = evidence(AGREES)
    fewer = Evidence(
        **{**vars(given), "printed": given.printed.filter(pl.col("measure") == "level")}
    )
    found = reconcile(fewer)
    assert verdict_of(found, "SGP", "2023", "growth") == "mismatch"


def test_a_value_column_that_says_something_else_than_the_text_is_told():
    found = reconcile(evidence(AGREES, values={("SGP", "2023", "level"): 4.66}))
    assert verdict_of(found, "SGP", "2023") == "mismatch"
    assert "4.66" in found.filter(pl.col("verdict") == "mismatch")["cause_en"].item()


def test_a_cell_without_a_number_to_read_is_told():
    found = reconcile(evidence(AGREES, changes={("SGP", "2023", "level"): "about"}))
    assert verdict_of(found, "SGP", "2023") == "mismatch"
