"""The claim language: each way of saying something, against a small book."""

from fractions import Fraction

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciliation.claims.checking import check_claim
from reconciliation.claims.errors import ClaimError, nearest
from reconciliation.claims.evidence import Place, computed_evidence, printed_evidence
from reconciliation.claims.expression import parse
from reconciliation.claims.forms import claim_line, read_claim, read_claim_line
from reconciliation.claims.mart import SCHEMA, catalogue_of, claim_mart, judge
from reconciliation.claims.values import Quantity, add, is_equal, is_greater, over, rounded, times
from reconciliation.claims.words import Settings, read_settings

# table, measure, unit, decimals, row, {period: value as computed}, what is printed otherwise
BOOK = [
    ("T1-2-01", "spending_usd_100m", "USD 100m", 0, "USA", {"2022": 8096.4, "2023": 8234.2}),
    ("T1-2-01", "spending_usd_100m", "USD 100m", 0, "TWN", {"2022": 588.55, "2023": 599.32}),
    ("T1-2-01", "spending_usd_100m", "USD 100m", 0, "FRA", {"2022": 640.0, "2023": 637.0}),
    ("T1-2-01", "spending_usd_100m", "USD 100m", 0, "ISR", {"2022": 271.0, "2023": None}),
    ("T1-2-01", "spending_usd_100m", "USD 100m", 0, "OECD", {"2022": 19000.0, "2023": 19306.0}),
    ("T1-2-08", "growth_pct", "%", 2, "growth", dict(zip(map(str, range(2020, 2025)),
     (3.42, 6.72, 2.68, -1.12, 4.594), strict=True))),
    ("T1-2-03", "amount_usd_100m", "USD 100m", 2, "total", {"2022": 588.90, "2023": 599.32}),
    ("T1-2-12", "rank", "rank", 0, "alpha", {"2024": 3.0}),
    ("T1-2-12", "rank", "rank", 0, "beta", {"": 21.0}),
]  # fmt: skip
SETTINGS = read_settings(
    {
        "totals": ["OECD"],
        "exact_units": ["rank"],
        "groups": {"big": ["USA", "FRA"]},
        "figures": {
            "F1-2-07": {
                "source": "the factory survey",
                "series": {"imports": {"indicator": "payments", "divide_by": "100"}},
            }
        },
    }
)


def book_frame(book=BOOK):
    rows = []
    numbers = {}
    for table, measure, unit, decimals, row, cells in book:
        line = numbers.setdefault(table, {}).setdefault(row, len(numbers[table]) + 1)
        for period, value in cells.items():
            text = "N/A" if value is None else f"{value:,.{decimals}f}"
            rows.append(("X", table, line, row, period, measure, unit, value, decimals, text, ""))
    names = "edition table_id row_no row_key period measure unit value decimals printed_as status"
    return pl.DataFrame(rows, schema=names.split(), orient="row", infer_schema_length=None)


def printed_frame(cells, changed=()):
    """The book as printed: the computed strings but for some misprints."""
    misprints = dict(changed)
    rows = []
    for cell in cells.iter_rows(named=True):
        place = (cell["table_id"], cell["row_key"], cell["period"])
        text = misprints.get(place, cell["printed_as"])
        value = None if text == "N/A" else float(text.replace(",", ""))
        rows.append({**cell, "printed": text, "value": value, "flag": ""})
    return pl.DataFrame(rows, infer_schema_length=None)


def observations(*rows):
    names = ("indicator_id", "area_code", "breakdown", "period", "value", "unit_code", "basis")
    schema = {name: pl.Float64() if name == "value" else pl.String() for name in names}
    return pl.DataFrame(rows, schema=schema, orient="row")


def measures(indicator="spending"):
    return pl.DataFrame(
        [("T1-2-01", "spending_usd_100m", indicator)],
        schema=["table_id", "measure", "indicator_id"],
        orient="row",
    )


def judged(content, *, changed=(), observed=(), changes=None, run_sql=None, settings=SETTINGS):
    cells = book_frame()
    printed = printed_frame(cells, changed)
    computed = computed_evidence(cells, observations(*observed), measures(), printed_cell=printed)
    claim = read_claim({"id": "A", "en": "a statement", **content})
    return judge(
        claim,
        computed,
        printed_evidence(printed, computed, settings.exact_units),
        catalogue_of(computed, settings),
        changes,
        run_sql,
    )


SPENDING = {"table": "T1-2-01", "measure": "spending_usd_100m", "period": "2023"}
TAIWAN = {**SPENDING, "row": "TWN"}
GROWTH = {"table": "T1-2-08", "measure": "growth_pct", "row": "growth"}

TRUE = [
    {**TAIWAN, "is": "599"},
    {**TAIWAN, "value": "599.3"},
    {**TAIWAN, "value": "US$59.9 billion"},
    {**TAIWAN, "value": "about 600"},
    {**TAIWAN, "value": "nearly 600"},
    {**TAIWAN, "value": "just over 590"},
    {**TAIWAN, "value": "between 590 and 600"},
    {**TAIWAN, "value": {"more_than": "590", "less_than": "600"}},
    {**TAIWAN, "value": "not 600"},
    {**TAIWAN, "value": "60000 to the nearest 1000", "in": "USD million"},
    {**TAIWAN, "growth": "1.83"},
    {**TAIWAN, "growth": "slight rise"},
    {**TAIWAN, "change": "10.8"},
    {**TAIWAN, "share": "3.1", "whole": "OECD"},
    {**SPENDING, "row": "USA", "share": "less than half", "whole": "OECD"},
    {**SPENDING, "row": "USA", "ratio": "nearly 14 times", "to": "TWN"},
    {**TAIWAN, "difference": "-38", "to": "FRA"},
    {**TAIWAN, "rank": "third"},
    {**TAIWAN, "rank": "last"},
    {**TAIWAN, "rank": "top 3"},
    {**TAIWAN, "rank": "second", "among": ["USA", "TWN"]},
    {**SPENDING, "row": "FRA", "rank": "second lowest"},
    {**SPENDING, "top": ["USA", "FRA", "TWN"]},
    {**SPENDING, "top_set": ["FRA", "USA"]},
    {**SPENDING, "bottom": ["TWN", "FRA"]},
    {**SPENDING, "order": ["USA", "TWN"]},
    {**TAIWAN, "lower_than": "FRA"},
    {**TAIWAN, "lower_than": "mean of big"},
    {**TAIWAN, "lower_than": "median of countries"},
    {**TAIWAN, "lower_than": "most others"},
    {**TAIWAN, "higher_than": {"period": "2022"}},
    {**SPENDING, "rows": "countries", "growth": "positive", "how_many": "most"},
    {**SPENDING, "rows": "countries", "except": ["FRA"], "growth": "positive"},
    {**SPENDING, "rows": ["USA", "FRA"], "growth": "falls", "how_many": "1"},
    {**SPENDING, "rows": "countries", "growth": "positive", "how_many": "all but one"},
    {**SPENDING, "rows": "countries", "value": "more than 9000", "how_many": "none"},
    {**SPENDING, "rows": "countries", "members": "3"},
    {**SPENDING, "rows": "countries", "members_are": ["FRA", "TWN", "USA"]},
    {**SPENDING, "rows": "big", "combine": "sum", "value": "8871"},
    {**SPENDING, "rows": "big", "combine": "sum", "growth": "positive"},
    {**SPENDING, "rows": "big", "combine": "sum", "higher_than": {"period": "2022"}},
    {**SPENDING, "rows": "big", "combine": "sum", "share": "more than 40", "whole": "OECD"},
    {**GROWTH, "periods": "2020..2021", "trend": "rises"},
    {**GROWTH, "periods": "2021..2023", "trend": "steady decline"},
    {**GROWTH, "periods": "2020..2024", "trend": "rises overall"},
    {**GROWTH, "period": "2021", "record": "highest"},
    {**GROWTH, "period": "2024", "periods": "2020..2024", "rank_in_time": "second highest"},
    {**GROWTH, "period": "2024", "highest_since": "2022"},
    {**GROWTH, "period": "2023", "turned": "negative"},
    {**GROWTH, "period": "2024", "turned": "surplus"},
    {**GROWTH, "periods": "2020..2023", "first_time": "negative"},
    {**GROWTH, "periods": "2020..2024", "combine": "mean", "value": "3.26"},
    {**GROWTH, "periods": "2020..2024", "value": "positive", "how_often": "at least 4"},
    {**GROWTH, "period": "2021", "periods": "2020..2022", "is": "6.72", "record": "highest"},
    {"table": "T1-2-12", "measure": "rank", "row": "beta", "value": "21st"},
    {"check": "max(T1-2-12.rank[k] for k in [alpha, beta]) == 21"},
    {"check": "0 < growth(T1-2-01.spending_usd_100m[TWN, 2023]) < 5"},
    {"check": "set(rows(T1-2-01.spending_usd_100m, 2023)) == big + {TWN}"},
    {"check": "ISR not in rows(T1-2-01.spending_usd_100m, 2023)"},
    {"check": "count(T1-2-08.growth_pct[y] > 3 for y in 2020..2024) == 3"},
    {"check": "all(T1-2-08.growth_pct[y] > T1-2-08.growth_pct[y - 1] for y in [2021, 2024])"},
    {"check": "not has_data(T1-2-01.spending_usd_100m[ISR, 2023])"},
    {"check": "usa + japan == 436", "facts": {"usa": "271", "japan": "165"}},
    {"not": {**TAIWAN, "rank": "first"}},
    {**TAIWAN, "any_of": [{"is": "1"}, {"rank": "third"}]},
    {"check": "F1-2-07.imports[TWN, 2023] > 1 or 2 > 1"},
]


@pytest.mark.parametrize("content", TRUE, ids=str)
def test_what_is_true_holds_and_its_opposite_does_not(content):
    assert judged(content)["verdict"] == "holds"
    opposite = judged({"not": content, "facts": content.get("facts")})
    assert opposite["verdict"] == "does_not_hold"


FALSE = [
    ({**TAIWAN, "is": "600"}, "599"),
    ({**TAIWAN, "growth": "1.84"}, "1.83"),
    ({**TAIWAN, "value": "nearly 599"}, "599"),
    ({**TAIWAN, "rank": "2"}, "3"),
    ({**SPENDING, "top": ["USA", "TWN"]}, "USA, FRA"),
    ({**GROWTH, "periods": "2020..2024", "trend": "rises"}, "2021 → 2022: 6.72 → 2.68"),
    ({**GROWTH, "period": "2024", "record": "highest"}, "highest in 2021 (6.72)"),
    (
        {**GROWTH, "periods": "2020..2024", "first_time": "more than 4"},
        "for the first time in 2021",
    ),
]


@pytest.mark.parametrize(("content", "right"), FALSE, ids=str)
def test_what_does_not_hold_says_what_would(content, right):
    result = judged(content)
    assert result["verdict"] == "does_not_hold"
    assert right in result["would_hold"]


MISSING = [
    ({**TAIWAN, "row": "ISR", "is": "3"}, "T1-2-01.spending_usd_100m[ISR, 2023]"),
    ({**TAIWAN, "row": "NOR", "is": "3"}, "no row NOR"),
    ({**TAIWAN, "period": "2019", "is": "3"}, "2022, 2023"),
    ({"figure": "F1-2-07", "series": "imports", "row": "TWN", "period": "2023", "is": "3"},
     "land the factory survey"),
    ({"check": "previous.T1-2-12.rank[alpha, 2023] == 4"}, "the edition before"),
    ({"check": "external.talents[TWN, 2023] == 4"}, "facts"),
    ({"check": "indicator.payments[TWN, 2023] == 4"}, "no such observation"),
    ({"sql": "select 1", "is": "1"}, "no database"),
]  # fmt: skip


@pytest.mark.parametrize(("content", "named"), MISSING, ids=str)
def test_what_lacks_evidence_cannot_be_checked_and_says_what_is_missing(content, named):
    result = judged(content)
    assert result["verdict"] == "cannot_be_checked"
    assert named in result["missing"]


def test_a_figure_is_checked_once_its_indicator_has_been_landed():
    row = ("payments", "TWN", "total", "2023", 69656.0, "ntd_m", "publisher")
    claim = {"figure": "F1-2-07", "series": "imports", "row": "TWN", "period": "2023", "is": "697"}
    assert judged(claim, observed=[row])["verdict"] == "holds"


def test_what_was_worked_out_from_the_print_is_no_evidence_for_it():
    row = ("gross_output", "TWN", "total", "2023", 5.0, "ntd_m", "transcribed")
    result = judged({"check": "indicator.gross_output[TWN, 2023] == 5"}, observed=[row])
    assert result["verdict"] == "cannot_be_checked"
    assert "publisher's file" in result["missing"]


def test_an_answer_that_is_already_decided_needs_no_further_evidence():
    missing = "T1-2-01.spending_usd_100m[NOR, 2023] > 1"
    assert judged({"check": f"1 > 2 and {missing}"})["verdict"] == "does_not_hold"
    assert judged({"check": f"2 > 1 or {missing}"})["verdict"] == "holds"
    assert judged({"check": f"2 > 1 and {missing}"})["verdict"] == "cannot_be_checked"


def test_the_computed_book_and_the_printed_one_are_judged_apart():
    misprint = {("T1-2-01", "TWN", "2023"): "699"}
    result = judged({**TAIWAN, "is": "699"}, changed=misprint)
    assert (result["verdict"], result["printed_verdict"]) == ("does_not_hold", "holds")
    assert "599 computed, 699 printed" in result["evidence_en"]
    turned = judged({**TAIWAN, "is": "699", "judged_on": "printed"}, changed=misprint)
    assert (turned["verdict"], turned["printed_verdict"]) == ("holds", "holds")


def test_what_rounding_leaves_open_is_said():
    result = judged({**TAIWAN, "change": "about 11"})
    assert result["verdict"] == "holds"
    assert "The printed digits alone leave it open." in result["evidence_en"]


def test_where_the_source_is_the_print_the_printed_digits_decide_what_rounding_leaves_open():
    row = ("spending", "TWN", "total", "2023", 59932.0, "usd_m", "transcribed")
    claim = {**TAIWAN, "change": "about 10"}  # 599 - 589; unrounded 10.77
    assert judged(claim)["verdict"] == "does_not_hold"
    assert judged(claim, observed=[row])["verdict"] == "holds"
    # The print excludes it: no transcription can save it.
    assert judged({**claim, "change": "about 8"}, observed=[row])["verdict"] == "does_not_hold"


def test_a_statement_that_another_vintage_makes_true_says_which():
    place = Place("T1-2-01", "spending_usd_100m", "TWN", "2023")
    changes = {("oecd_msti", "2024-09"): {place: 601.0}}
    result = judged({**TAIWAN, "is": "601"}, changes=changes)
    assert (result["verdict"], result["vintage"]) == ("holds_only_for_vintage", "oecd_msti 2024-09")


def test_a_query_gives_a_truth_or_a_number():
    assert judged({"sql": "select true"}, run_sql=lambda _: True)["verdict"] == "holds"
    content = {"sql": "select 5", "value": "more than 4"}
    assert judged(content, run_sql=lambda _: 5)["verdict"] == "holds"
    assert judged(content, run_sql=lambda _: 3)["verdict"] == "does_not_hold"


def test_members_without_data_are_left_out_of_a_group_and_named():
    result = judged({**SPENDING, "rows": "countries", "growth": "positive", "period": "2023"})
    assert "2 of 3" in result["found"]
    named = judged({**SPENDING, "rows": ["USA", "ISR"], "growth": "positive"})
    assert named["verdict"] == "cannot_be_checked"


def test_a_sum_lacks_evidence_when_a_named_member_does():
    content = {"check": "sum(T1-2-01.spending_usd_100m[[USA, ISR], 2023]) > 1"}
    assert judged(content)["verdict"] == "cannot_be_checked"


def test_half_of_a_group_is_not_most_of_it():
    half = {**SPENDING, "rows": ["USA", "FRA"], "growth": "positive", "how_many": "most"}
    assert judged(half)["verdict"] == "does_not_hold"
    assert judged({**half, "how_many": "at least half"})["verdict"] == "holds"


def test_cells_of_unlike_decimals_are_compared_at_the_coarser_ones():
    same = "T1-2-01.spending_usd_100m[TWN, 2022] == T1-2-03.amount_usd_100m[total, 2022]"
    assert judged({"check": same})["verdict"] == "holds"


def test_two_cells_that_are_shown_alike_are_not_told_apart():
    book = [
        ("T1-2-01", "spending_usd_100m", "USD 100m", 0, "TWN", {"2022": 599.1, "2023": 599.4}),
    ]
    cells = book_frame(book)
    printed = printed_frame(cells)
    computed = computed_evidence(cells, observations(), measures(), printed_cell=printed)
    for content, verdict in (
        ({**TAIWAN, "higher_than": {"period": "2022"}}, "does_not_hold"),
        ({**TAIWAN, "unchanged": "true"}, "holds"),
    ):
        claim = read_claim({"id": "A", "en": "x", **content})
        found = judge(claim, computed, computed, catalogue_of(computed, SETTINGS))
        assert found["verdict"] == verdict


BADLY_WRITTEN = [
    ({**TAIWAN, "growt": "3"}, "growt", "did you mean 'growth'"),
    ({**TAIWAN, "table": "T1-2-1", "is": "3"}, "table", "did you mean 'T1-2-01'"),
    ({**TAIWAN, "measure": "spending", "is": "3"}, "measure", "spending_usd_100m"),
    ({**TAIWAN, "row": "TWNN", "is": "3"}, "", "did you mean 'TWN'"),
    ({**TAIWAN, "period": "20233", "is": "3"}, "", "did you mean '2023'"),
    ({**TAIWAN, "value": "more or less 3"}, "value", "about 8"),
    ({**TAIWAN, "trend": "rissing"}, "trend", "did you mean 'rises'"),
    ({**TAIWAN, "rows": "bigg", "growth": "1"}, "", "did you mean 'big'"),
    ({"check": "groth(T1-2-01.spending_usd_100m[TWN, 2023]) > 1"}, "check", "'growth'"),
    ({"check": "T1-2-01.spending_usd_100m[TWN, 2023] more than 1"}, "check", "> < >= <="),
    ({"check": "(1 > 2"}, "check", "')' is missing"),
    ({"check": "growth(T1-2-01.spending_usd_100m[TWN, 2023], sinc=2022) > 1"}, "check", "'since'"),
    ({"check": "__import__('os') == 1"}, "check", "no function"),
    (TAIWAN, "", "add one of"),
    ({**TAIWAN, "share": "3"}, "whole", "whole: total"),
    ({**TAIWAN, "10,000": "3"}, "10,000", "Allowed"),
    ({"facts": {"usa": "many"}, "check": "usa > 1"}, "facts > usa", "number"),
    ({"sql": "drop table book_cell", "is": "1"}, "sql", "select"),
    ({**TAIWAN, "is": "1", "since": "2020"}, "since", "it goes with growth"),
    ({**TAIWAN, "is": "1.23456789012"}, "", "at most 9 decimals"),
    ({"check": "(" * 3000 + "1"}, "check", "nested too deeply"),
    ({**TAIWAN, "is": "1", "judged_on": "print"}, "judged_on", "did you mean 'printed'"),
]


@pytest.mark.parametrize(("content", "key", "allowed"), BADLY_WRITTEN, ids=str)
def test_a_slip_names_the_key_and_what_is_allowed(content, key, allowed):
    with pytest.raises(ClaimError) as caught:
        judged(content)
    assert caught.value.key == key
    assert allowed in f"{caught.value.what} {caught.value.todo}"


@pytest.mark.parametrize(
    ("check", "what"),
    [
        ("T1-2-01.spending_usd_100m[TWN, 2023]", "not yes or no"),
        ("T1-2-01.spending_usd_100m[*, 2023] > 5", "list or a group"),
        ("all(T1-2-08.growth_pct[y] for y in 2020..2024)", "not yes or no"),
        ("convert(T1-2-01.spending_usd_100m[TWN, 2023], 'NTD bn') > 5", "in USD, not NTD"),
        ("T1-2-01.spending_usd_100m[TWN] > 5", "for which period"),
        ("T1-2-08.growth_pct[2024..2020] > 5", "the earlier period first"),
    ],
)
def test_a_claim_that_makes_no_sense_is_refused_when_it_is_evaluated(check, what):
    with pytest.raises(ClaimError) as caught:
        judged({"check": check})
    assert what in f"{caught.value.what} {caught.value.todo}"


def test_a_badly_written_claim_does_not_stop_the_others():
    cells = book_frame()
    good = read_claim({"id": "G", "en": "x", **TAIWAN, "is": "599"})
    bad = read_claim({"id": "B", "en": "x", "check": "T1-2-01.spending_usd_100m[TWN, 2023]"})
    slip = read_claim({"id": "S", "en": "x", "check": "indicator.payment[TWN, 2023] > 1"})
    claims = [("X", i, claim_line(c)) for i, c in enumerate((bad, slip, good), 1)]
    tables = {
        "book_cell": cells,
        "printed_cell": printed_frame(cells),
        "book_measure": measures(),
        "indicator_observation": observations(),
        "dim_indicator": pl.DataFrame({"indicator_id": ["payments"]}),
        "claim": pl.DataFrame(claims, schema=["edition", "position", "definition"], orient="row"),
        "claim_setting": pl.DataFrame(schema={"name": pl.String, "definition": pl.String}),
        "vintage_cell": pl.DataFrame(),
    }
    found = claim_mart(tables)
    assert found.schema == pl.Schema(SCHEMA)
    assert found["verdict"].to_list() == ["cannot_be_checked", "cannot_be_checked", "holds"]
    assert "needs mending" in found["missing"][0]
    assert "did you mean 'payments'" in found["missing"][1]


def test_a_claim_survives_its_way_through_the_warehouse():
    claim = read_claim({"id": "A", "en": "x", "zh": "敘述", **TAIWAN, "growth": "5.30"})
    assert read_claim_line(claim_line(claim)) == claim
    assert "5.30" in claim.expression


def test_the_tables_a_claim_speaks_of_are_named_once_each():
    cells = book_frame()
    computed = computed_evidence(
        cells, observations(), measures(), printed_cell=printed_frame(cells)
    )
    text = "T1-2-12.rank[alpha] < T1-2-12.rank[beta] or F1-2-07.imports[TWN, 2023] > 1"
    claim = read_claim({"id": "A", "en": "x", "check": text})
    assert check_claim(claim, catalogue_of(computed, Settings())) == ("T1-2-12", "F1-2-07")


def test_vague_words_are_read_as_declared():
    strict = read_settings({"words": {"slight_growth_pct": "1"}, "totals": ["OECD"]})
    assert judged({**TAIWAN, "growth": "slight rise"}, settings=strict)["verdict"] == (
        "does_not_hold"
    )
    with pytest.raises(ClaimError, match="not a word"):
        read_settings({"words": {"slightly": "1"}})


def test_the_nearest_word_is_offered_first():
    assert nearest("grwth", ["share", "growth"]).startswith("did you mean 'growth'?")


def test_arithmetic_binds_as_everybody_expects():
    settings = SETTINGS
    for text, value in (("1 + 2 * 3", 7), ("(1 + 2) * 3", 9), ("-2 - -3", 1), ("1,465 / 5", 293)):
        content = {"check": f"{text} == {value}"}
        assert judged(content, settings=settings)["verdict"] == "holds"
    assert parse("2019..2023") != parse("2019")


numbers = st.fractions(min_value=-1000, max_value=1000, max_denominator=1000)
places = st.integers(min_value=0, max_value=3)


def printed_of(value, decimals):
    """The cell in which a true value stands once it has been rounded."""
    text = rounded(value, decimals)
    half = Fraction(1, 2 * 10**decimals)
    return Quantity(text, text - half, text + half, decimals)


@given(numbers, numbers, places)
def test_intervals_never_exclude_the_true_value(a, b, decimals):
    x, y = printed_of(a, decimals), printed_of(b, decimals)
    for found, true in ((add(x, y), a + b), (add(x, y, -1), a - b), (times(x, y), a * b)):
        assert found.low <= true <= found.high
    if not y.low <= 0 <= y.high:
        assert over(x, y).low <= a / b <= over(x, y).high


@given(numbers, numbers, places, places)
def test_what_is_proven_from_print_is_true_and_what_is_refuted_is_not(a, b, decimals, others):
    x, y = printed_of(a, decimals), printed_of(b, others)
    answer = is_greater(x, y)
    assert not (answer.proven and not a > b)
    assert not (answer.refuted and a > b)
    number = rounded(a + b, decimals)
    stated = Quantity(number, number, number, decimals, is_written=True)
    assert not is_equal(add(x, y), stated).refuted
