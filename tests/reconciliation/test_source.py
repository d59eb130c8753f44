"""A printed cell against the computed one: agreement, and the likely cause of a difference."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from publication.rounding import round_half_away
from reconciliation.cells import CellKey
from reconciliation.printed import read_printed
from reconciliation.source import OtherVintage, Pair, compare_with_source

LABELS = {("T9-9-01", "SGP"): ("Singapore", "新加坡"), ("T9-9-01", "FIN"): ("Finland", "芬蘭")}


def pair(row, period, printed, computed, *, measure="level", decimals=2, status="", rank=False):
    value = None if computed is None else Fraction(Decimal(str(computed)))
    shown = "N/A"
    if value is not None:
        shown = f"{round_half_away(Decimal(str(computed)), decimals):,}"
    if status == "P":
        shown += "*"
    return Pair(
        CellKey("T9-9-01", row, str(period), measure),
        read_printed(printed),
        shown,
        value,
        decimals,
        status,
        rank,
    )


def verdicts(*pairs, **options):
    found = compare_with_source(pairs, LABELS, **options)
    return {(key.row_key, key.period): found[key] for key in found}


def one(*pairs, **options):
    found = verdicts(*pairs, **options)
    return found[pairs[0].key.row_key, pairs[0].key.period]


def test_a_cell_that_the_value_rounds_to_is_exact():
    assert one(pair("TWN", 2023, "2.35", 2.345)).verdict == "exact"
    assert one(pair("TWN", 2023, "N/A", None)).verdict == "exact"


def test_one_unit_of_the_last_place_is_a_mismatch_and_not_rounding():
    found = one(pair("TWN", 2023, "2.36", 2.345))
    assert found.verdict == "mismatch"
    assert "one digit differs" in found.cause_en


def test_fewer_decimals_than_declared_are_within_rounding_if_right():
    assert one(pair("TWN", 2023, "2.3", 2.345)).verdict == "within_rounding"
    assert one(pair("TWN", 2023, "2.4", 2.345)).verdict == "mismatch"
    assert one(pair("TWN", 2023, "2.3", 2.30)).verdict == "within_rounding"


def test_an_estimate_and_a_preliminary_figure_that_agree_say_so():
    assert one(pair("TWN", 2023, "2.35", 2.35, status="E")).verdict == "estimate_declared"
    assert one(pair("TWN", 2023, "2.35*", 2.35, status="P")).verdict == "preliminary"


def test_a_missing_mark_of_a_preliminary_figure_is_told():
    found = one(pair("TWN", 2023, "2.35", 2.35, status="P"))
    assert (found.verdict, "without its mark" in found.cause_en) == ("preliminary", True)


def test_a_final_figure_that_replaces_a_preliminary_one_is_told():
    assert one(pair("TWN", 2023, "2.35*", 2.61)).verdict == "preliminary"


@pytest.mark.parametrize(("printed", "computed"), [("23.50", 2.35), ("0.24", 2.35), ("6,000", 6)])
def test_a_moved_point_is_a_unit_slip(printed, computed):
    decimals = 0 if computed == 6 else 2
    assert one(pair("TWN", 2023, printed, computed, decimals=decimals)).verdict == "unit_slip"


def test_a_rank_has_no_unit_that_could_slip():
    assert one(pair("TWN", 2023, "10", 1, decimals=0, rank=True)).verdict == "mismatch"


def test_a_lost_sign_and_transposed_digits_are_named():
    assert "sign" in one(pair("TWN", 2023, "2.35", -2.35)).cause_en
    assert "transposed" in one(pair("TWN", 2023, "2.53", 2.35)).cause_en


def test_two_rows_in_each_others_place_are_one_act():
    found = verdicts(
        pair("SGP", 2022, "4.48", 4.86),
        pair("SGP", 2023, "4.65", 4.91),
        pair("FIN", 2022, "4.86", 4.48),
        pair("FIN", 2023, "4.91", 4.65),
        pair("NOR", 2022, "4.01", 4.01),
    )
    assert [found[row, "2022"].verdict for row in ("SGP", "FIN", "NOR")] == [
        "row_interchanged",
        "row_interchanged",
        "exact",
    ]
    assert {found[key].hypothesis for key in found if key[0] != "NOR"} == {
        "T9-9-01: rows FIN and SGP interchanged"
    }
    assert found["SGP", "2023"].explains == 4
    assert "Finland" in found["SGP", "2023"].cause_en
    assert "芬蘭" in found["SGP", "2023"].cause_zh


def test_a_column_that_shows_another_year_is_copied():
    found = verdicts(
        pair("SGP", 2022, "4.48", 4.48),
        pair("SGP", 2023, "4.48", 4.91),
        pair("FIN", 2022, "7.11", 7.11),
        pair("FIN", 2023, "7.11", 7.65),
    )
    assert found["SGP", "2023"].verdict == found["FIN", "2023"].verdict
    assert found["FIN", "2023"].verdict == "copied_from_other_period"
    assert found["FIN", "2022"].verdict == "exact"


def test_two_digits_that_happen_to_stand_in_another_year_are_no_copy():
    found = verdicts(pair("SGP", 2022, "5", 5, decimals=0), pair("SGP", 2023, "5", 91, decimals=0))
    assert found["SGP", "2023"].verdict == "mismatch"


def test_cutting_off_is_believed_of_a_column_and_not_of_a_cell():
    cut = [pair(f"R{n}", 2023, f"{n}.12", n + 0.128) for n in range(4)]
    assert {found.verdict for found in verdicts(*cut).values()} == {"other_rounding_rule"}
    alone = [cut[0], *(pair(f"R{n}", 2023, f"{n}.13", n + 0.128) for n in range(1, 4))]
    assert one(*alone).verdict == "mismatch"


def test_ranks_and_counts_that_differ_are_no_other_rounding():
    wrong = [("A", "9", 11), ("B", "7", 4), ("C", "18", 8), ("D", "11", 2)]
    cells = [pair(row, 2024, printed, rank, decimals=0) for row, printed, rank in wrong]
    assert {found.verdict for found in verdicts(*cells).values()} == {"mismatch"}


def test_a_rule_that_explains_no_more_than_it_leaves_is_not_believed():
    cut = [pair(row, 2023, "2.34", 2.345) for row in "ABC"]
    wrong = [pair(row, 2023, "7.11", 2.342) for row in "DEF"]
    assert "other_rounding_rule" not in {v.verdict for v in verdicts(*cut, *wrong).values()}


def test_half_to_even_is_seen_at_a_tie():
    assert one(pair("TWN", 2023, "0.2", 0.25, decimals=1)).verdict == "other_rounding_rule"


def test_a_figure_that_no_source_has_is_an_estimate_if_a_rule_gives_it():
    found = verdicts(
        pair("CHE", 2019, "206", 206.1, decimals=0),
        pair("CHE", 2020, "213", None, decimals=0),
        pair("CHE", 2021, "220", 219.9, decimals=0),
        pair("CHE", 2022, "222", None, decimals=0),
        pair("NOR", 2019, "83", 83, decimals=0),
        pair("NOR", 2020, "97", None, decimals=0),
        pair("NOR", 2021, "83", 83, decimals=0),
    )
    assert found["CHE", "2020"].verdict == "estimate_undeclared"
    assert "mean" in found["CHE", "2020"].cause_en
    assert "1 %" in found["CHE", "2022"].cause_en
    assert found["NOR", "2020"].verdict == "not_reproducible"


def test_the_rate_of_an_undeclared_estimate_follows_it():
    level = [pair("CHE", 2022, "220", 220, decimals=0), pair("CHE", 2023, "222", None, decimals=0)]
    rate = pair("CHE", 2023, "1.00", None, measure="growth")
    found = compare_with_source([*level, rate], LABELS)
    assert found[rate.key].verdict == "estimate_undeclared"


def test_another_vintage_that_explains_more_cells_is_taken():
    cells = [pair("SGP", 2022, "4.48", 4.41), pair("SGP", 2023, "4.66", 4.65)]
    older = OtherVintage("oecd_msti", "2024-09", {c.key: c.printed.value for c in cells})
    found = verdicts(*cells, other_vintages=[older])
    assert {v.verdict for v in found.values()} == {"other_vintage"}
    assert "2024-09" in found["SGP", "2022"].cause_en


def test_a_number_in_print_where_the_source_has_none_and_the_reverse():
    assert one(pair("ISR", 2023, "N/A", 4.1)).verdict == "mismatch"
    assert one(pair("ISR", 2023, "4.17", None)).verdict == "not_reproducible"
