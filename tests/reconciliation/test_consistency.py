"""What a book's own cells say of each other, in small books."""

from __future__ import annotations

from fractions import Fraction

import polars as pl
import pytest

from reconciliation.cells import CellKey
from reconciliation.consistency import BookFinding, check_book
from reconciliation.relations import Cells, Relation

SCHEMA = ["table_id", "row_no", "row_key", "period", "measure", "printed"]


def book(**rows: dict[str, str]) -> pl.DataFrame:
    """Rows of a table T: `{"level 2022": "100", ...}`, in printed order."""
    lines = []
    for number, (row, cells) in enumerate(rows.items(), 1):
        for name, printed in cells.items():
            measure, _, period = name.partition(" ")
            lines.append(("T", number, row, period, measure, printed))
    return pl.DataFrame(lines, schema=SCHEMA, orient="row")


def relation(kind: str, name: str = "", **roles: object) -> Relation:
    """A relation; texts with a leading dot are cells of T, `.level of a`, others are values."""
    cells: dict[str, tuple[Cells, ...]] = {}
    values: dict[str, tuple[str, ...]] = {}
    for role, given in roles.items():
        words = given if isinstance(given, list) else [given]
        for word in words:
            if isinstance(word, str) and word.startswith("."):
                measure, _, row = word[1:].partition(" of ")
                measure, _, period = measure.partition(" in ")
                cells[role] = (*cells.get(role, ()), Cells("T", measure, row, period))
            else:
                values[role] = (*values.get(role, ()), str(word))
    return Relation(name or kind, kind, cells, values)


GROWTH = relation("growth", growth=".growth", level=".level")
ORDER = relation("order", by=".level in 2023", direction="descending")


def verdicts(findings: list[BookFinding]) -> dict[str, str]:
    return {
        f"{f.cell.row_key} {f.cell.measure} {f.cell.period}".strip(): f.verdict
        for f in findings
        if not f.clean
    }


def finding(findings: list[BookFinding], row: str, measure: str, period: str) -> BookFinding:
    key = CellKey("T", row, period, measure)
    return next(found for found in findings if found.cell == key)


def test_a_book_that_agrees_with_itself_has_no_findings() -> None:
    printed = book(
        a={"level 2021": "100", "level 2022": "110", "level 2023": "121", "growth 2022": "10.03",
           "growth 2023": "9.95"},
        b={"level 2021": "N/A", "level 2022": "50", "level 2023": "51", "growth 2023": "1.50"},
    )  # fmt: skip
    assert check_book(printed, [GROWTH, ORDER]) == []


def test_a_level_that_two_growth_rates_contradict_is_named_alone_with_what_would_fit() -> None:
    printed = book(
        a={"level 2021": "1,000", "level 2022": "1,190", "level 2023": "1,210",
           "growth 2022": "10.00", "growth 2023": "10.00"}
    )  # fmt: skip
    findings = check_book(printed, [GROWTH])
    assert verdicts(findings) == {"a level 2022": "mismatch"}
    assert findings[0].explains == 2
    assert findings[0].low is not None and findings[0].high is not None
    assert findings[0].low <= 1100 <= findings[0].high
    assert findings[0].high - findings[0].low < 2


def test_both_are_named_under_one_hypothesis_where_either_may_be_wrong() -> None:
    printed = book(a={"level 2022": "1,000", "level 2023": "1,537", "growth 2023": "21.64"})
    findings = check_book(printed, [GROWTH])
    assert len(findings) > 1
    assert len({found.hypothesis for found in findings}) == 1
    assert all("is wrong" in found.cause_en for found in findings)


def test_a_plain_slip_of_the_pen_is_preferred_and_the_others_stay_suspects() -> None:
    printed = book(a={"level 2022": "843", "level 2023": "1,296", "growth 2023": "35.74"})
    # 53.74 with two digits transposed; one slip mends neither of the levels.
    findings = check_book(printed, [GROWTH])
    assert verdicts(findings) == {"a growth 2023": "mismatch"}
    assert CellKey("T", "a", "2023", "level") in findings[0].suspects


def test_a_moved_decimal_point_is_a_slip_of_the_unit() -> None:
    printed = book(
        a={"level 2021": "1,000", "level 2022": "11,000", "level 2023": "1,210",
           "growth 2022": "10.00", "growth 2023": "10.00"}
    )  # fmt: skip
    findings = check_book(printed, [GROWTH])
    assert verdicts(findings) == {"a level 2022": "unit_slip"}
    assert "decimal point" in findings[0].cause_en and "小數點" in findings[0].cause_zh


def test_a_number_of_another_year_is_called_copied() -> None:
    printed = book(
        a={"level 2021": "1,000", "level 2022": "1,000", "level 2023": "1,210",
           "growth 2022": "10.00", "growth 2023": "10.00"}
    )  # fmt: skip
    assert verdicts(check_book(printed, [GROWTH])) == {"a level 2022": "copied_from_other_period"}


def test_a_whole_column_of_another_year_is_one_act() -> None:
    rows = {
        name: {"level 2022": text, "level 2023": text, "growth 2023": "10.00"}
        for name, text in zip("abcde", ("5,210", "4,330", "3,120", "2,540", "1,980"), strict=True)
    }
    findings = check_book(book(**rows), [GROWTH])
    assert set(verdicts(findings).values()) == {"copied_from_other_period"}
    assert len({found.hypothesis for found in findings}) == 1
    assert findings[0].explains == 5


def interchanged() -> pl.DataFrame:
    return book(
        a={"level 2021": "442", "level 2022": "486", "level 2023": "491", "growth 2022": "2.84",
           "growth 2023": "3.77"},
        b={"level 2021": "436", "level 2022": "448", "level 2023": "465", "growth 2022": "9.89",
           "growth 2023": "1.00"},
    )  # fmt: skip


def test_two_rows_that_changed_places_are_one_act_that_names_levels_and_rates() -> None:
    findings = check_book(interchanged(), [GROWTH])
    assert set(verdicts(findings).values()) == {"row_interchanged"}
    assert len(findings) == 10
    assert {found.explains for found in findings} == {10}
    assert len({found.hypothesis for found in findings}) == 1


def test_the_order_of_the_rows_says_which_measure_changed_places() -> None:
    names = {"a": ("Finland", "芬蘭"), "b": ("Singapore", "新加坡")}
    labels = {("T", row): name for row, name in names.items()}
    rising = relation("order", by=".level in 2023", direction="ascending")
    findings = check_book(interchanged(), [GROWTH, rising], labels)
    level = finding(findings, "a", "level", "2022")
    assert "T level" in level.hypothesis
    assert "belongs to Singapore" in level.cause_en and "新加坡" in level.cause_zh
    assert "instead would settle 4" in level.cause_en
    assert level.low is not None and level.low <= 448 <= (level.high or 0)


def test_rows_out_of_order_name_both_rows_and_the_year_that_fits_better() -> None:
    printed = book(
        a={"level 2022": "90", "level 2023": "80"},
        b={"level 2022": "85", "level 2023": "83"},
        c={"level 2022": "20", "level 2023": "20"},
    )
    findings = check_book(printed, [ORDER])
    assert verdicts(findings) == {
        "a level 2023": "sort_order_broken",
        "b level 2023": "sort_order_broken",
    }
    assert "fits 2022 better" in findings[0].cause_en
    assert len({found.hypothesis for found in findings}) == 1


def test_order_is_not_doubted_where_the_number_itself_is_wrong() -> None:
    printed = book(
        a={"level 2022": "900", "level 2023": "190", "growth 2023": "1.11"},
        b={"level 2022": "850", "level 2023": "860", "growth 2023": "1.18"},
    )
    found = verdicts(check_book(printed, [GROWTH, ORDER]))
    assert found == {"a level 2023": "mismatch"}


def test_ranks_that_contradict_the_values_beside_them_are_named_with_the_right_ones() -> None:
    printed = book(
        a={"rank 2035": "1", "value 2035": "218"},
        b={"rank 2035": "2", "value 2035": "141"},
        c={"rank 2035": "3", "value 2035": "165"},
    )
    ranks = relation("rank", rank=".rank", value=".value", universe="complete")
    findings = check_book(printed, [ranks])
    assert verdicts(findings) == {
        "b rank 2035": "rank_contradicts_values",
        "c rank 2035": "rank_contradicts_values",
    }
    third = finding(findings, "b", "rank", "2035")
    assert third.low is not None and third.low <= 3 <= (third.high or 0)
    assert CellKey("T", "b", "2035", "value") in third.suspects


def test_a_value_that_leaves_its_rank_and_its_trend_is_the_wrong_one_not_the_rank() -> None:
    printed = book(
        a={"rank 2023": "1", "value 2022": "910", "value 2023": "900"},
        b={"rank 2023": "2", "value 2022": "500", "value 2023": "55"},
        c={"rank 2023": "3", "value 2022": "100", "value 2023": "110"},
    )
    relations = [
        relation("rank", rank=".rank", value=".value", universe="complete"),
        relation("step", level=".value", lowest_pct="-30", highest_pct="30"),
    ]
    assert list(verdicts(check_book(printed, relations))) == ["b value 2023"]


SUM = relation("sum", total=".amount of total", parts=".amount", rows=["a", "b", "c"])


def test_parts_rounded_on_their_own_may_miss_their_total_by_a_unit() -> None:
    printed = book(a={"amount": "33"}, b={"amount": "33"}, c={"amount": "33"},
                   total={"amount": "100"})  # fmt: skip
    assert check_book(printed, [SUM]) == []


def test_parts_that_miss_their_total_by_more_do_not_add() -> None:
    printed = book(a={"amount": "33"}, b={"amount": "33"}, c={"amount": "33"},
                   total={"amount": "130"})  # fmt: skip
    assert set(verdicts(check_book(printed, [SUM])).values()) == {"parts_do_not_add"}


def test_what_rounded_shares_explain_is_noted_and_not_held_against_the_book() -> None:
    printed = book(
        a={"amount": "55,090", "share": "55.09"},
        b={"amount": "22,800", "share": "22.80"},
        c={"amount": "22,120", "share": "22.12"},
        total={"amount": "100,000", "share": "100.00"},
    )
    relations = [
        relation("apportioned", amount=".amount", whole=".amount of total", share=".share"),
        relation("sum", total=".amount of total", parts=".amount", rows=["a", "b", "c"],
                 shares=".share"),
        relation("sum", "100", total="100", parts=".share", rows=["a", "b", "c"]),
    ]  # fmt: skip
    findings = check_book(printed, relations)
    assert [(found.verdict, found.clean) for found in findings] == [("parts_do_not_add", True)]
    assert "100,010" in findings[0].cause_en and "+10" in findings[0].cause_zh


def test_a_jump_beyond_the_declared_bounds_names_the_later_year() -> None:
    printed = book(a={"level 2021": "1,000", "level 2022": "1,050", "level 2023": "2,107"})
    step = relation("step", level=".level", lowest_pct="-20", highest_pct="30")
    findings = check_book(printed, [step])
    assert verdicts(findings) == {"a level 2023": "implausible_jump"}
    assert "+100.7 %" in findings[0].cause_en


def test_bounds_of_a_year_are_compounded_over_a_gap() -> None:
    step = relation("step", level=".level", lowest_pct="-10", highest_pct="10")
    assert check_book(book(a={"level 2014": "100", "level 2021": "190"}), [step]) == []
    assert check_book(book(a={"level 2014": "100", "level 2021": "200"}), [step]) != []


def test_a_quantity_that_is_only_implied_must_not_jump_either() -> None:
    printed = book(
        a={"count 2022": "2,600", "count 2023": "2,620", "density 2022": "306",
           "density 2023": "240"}
    )  # fmt: skip
    implied = relation("implied", over=".count", by=".density", name_en="population",
                       name_zh="人口數", lowest_pct="-2", highest_pct="4")  # fmt: skip
    findings = check_book(printed, [implied])
    assert set(verdicts(findings).values()) == {"implausible_jump"}
    assert "population" in findings[0].cause_en and "人口數" in findings[0].cause_zh


def test_a_figure_behind_a_preliminary_one_lacks_its_mark() -> None:
    printed = book(
        growth={"growth 2023": "4.59*"}, gdp={"level 2022": "226,083", "level 2023": "236,464"}
    )
    mark = relation("mark", derived=".growth of growth", made_from=".level of gdp")
    findings = check_book(printed, [mark])
    assert verdicts(findings) == {"gdp level 2023": "preliminary"}


def test_the_same_statistic_printed_twice_must_agree_within_rounding() -> None:
    same = relation("same_value", one=".whole of a", others=".exact of a")
    assert check_book(book(a={"whole": "599", "exact": "599.32"}), [same]) == []
    assert check_book(book(a={"whole": "598", "exact": "599.32"}), [same]) != []


def test_parts_may_not_exceed_their_whole() -> None:
    at_most = relation("at_most", parts=[".x", ".y"], whole=".all")
    assert check_book(book(a={"x": "40", "y": "50", "all": "100"}), [at_most]) == []
    assert check_book(book(a={"x": "40", "y": "70", "all": "100"}), [at_most]) != []


@pytest.mark.parametrize(("printed", "is_found"), [("69", False), ("70", True), ("0", True)])
def test_a_rank_lies_within_the_number_of_those_ranked(printed: str, is_found: bool) -> None:
    ranks = relation("range", of=".rank", lowest="1", highest=".evaluated")
    findings = check_book(book(a={"rank": printed, "evaluated": "69"}), [ranks])
    assert any(found.cell.measure == "rank" for found in findings) == is_found


def test_a_loss_of_the_sign_is_found_in_balance_and_parts() -> None:
    relations = [
        relation("sum", "balance", total=".balance", parts=".out", minus=".in"),
        relation("sum", "scale", total=".scale", parts=[".out", ".in"]),
    ]
    printed = book(a={"out": "86.27", "in": "162.07", "balance": "75.80", "scale": "248.34"})
    assert list(verdicts(check_book(printed, relations))) == ["a balance"]


def test_cells_that_cannot_be_read_are_passed_over() -> None:
    printed = book(a={"level 2022": "N/A", "level 2023": "2020~2024年", "growth 2023": "9.00"})
    assert check_book(printed, [GROWTH]) == []


def test_findings_come_in_the_order_of_print_and_once_per_cell() -> None:
    findings = check_book(interchanged(), [GROWTH, ORDER])
    cells = [found.cell for found in findings]
    assert len(cells) == len(set(cells))
    assert [c.row_key for c in cells] == sorted(c.row_key for c in cells)
    assert findings == check_book(interchanged(), [GROWTH, ORDER])


def test_what_would_fit_is_exact() -> None:
    printed = book(a={"level 2022": "100", "level 2023": "N/A"}, b={"level 2023": "3"})
    relations = [relation("same_value", one=".level of b", others=".level of c")]
    assert check_book(printed, relations) == []
    shares = relation("share", share=".share", part=".part", whole=".part of all")
    found = check_book(
        book(a={"share": "26.00", "part": "25"}, all={"share": "100.00", "part": "100"}), [shares]
    )
    assert all(isinstance(f.low, Fraction | None) for f in found)
