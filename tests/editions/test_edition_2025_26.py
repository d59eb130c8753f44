"""The shipped edition keeps its promises: its registry covers the printed book, cell by cell.

Here: the real files of editions/2025-26. Not here: what the reader refuses (test_reader).
"""

from __future__ import annotations

import csv
from pathlib import Path

import polars as pl
import pytest

from editions import Edition, edition_frames, list_editions, promised_cells, read_edition
from editions.frames import SCHEMAS

REPOSITORY = Path(__file__).resolve().parents[2]
SEEDS = REPOSITORY / "dbt_project" / "seeds"
BOOK_TABLES = REPOSITORY.parent / "shared" / "whitepaper" / "tables"
CELL = ["table_id", "row_key", "period", "measure"]

TRUE_UNITS_THAT_THE_BOOK_MISPRINTS = {"T1-2-04 researchers_fte": "10,000 FTE"}


@pytest.fixture(scope="module")
def edition() -> Edition:
    """The edition as shipped, checked against the areas and indicators of the seeds."""
    return read_edition(
        "2025-26",
        known_indicators=_seed_column("indicator", "indicator_id"),
        known_areas=_seed_column("area", "area_code"),
    )


@pytest.fixture(scope="module")
def frames(edition: Edition) -> dict[str, pl.DataFrame]:
    """The edition's tables."""
    return edition_frames(edition)


def _seed(name: str) -> list[dict[str, str]]:
    with (SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _seed_column(name: str, column: str) -> set[str]:
    return {line[column] for line in _seed(name)}


def test_the_edition_is_listed() -> None:
    assert "2025-26" in list_editions()


def test_every_parameter_is_read_by_a_model_or_a_test_of_dbt(edition: Edition) -> None:
    models = "".join(
        path.read_text(encoding="utf-8")
        for room in ("models", "tests")
        for path in (REPOSITORY / "dbt_project" / room).rglob("*.sql")
    )
    assert edition.parameters
    assert [name for name in edition.parameters if f"'{name}'" not in models] == []


def test_every_numeric_printed_cell_is_promised_and_every_promise_is_printed(
    edition: Edition, frames: dict[str, pl.DataFrame]
) -> None:
    promised = promised_cells(edition)
    known_rows = promised["table_id"].unique().to_list()
    printed = (
        frames["edition__printed_cell"]
        .filter((pl.col("unit") != "text") & pl.col("table_id").is_in(known_rows))
        .select(CELL)
    )
    assert promised.join(printed, on=CELL, how="anti").is_empty()
    assert printed.join(promised, on=CELL, how="anti").is_empty()
    assert promised.height == printed.height == 1316


def test_tables_whose_rows_are_found_print_every_promised_column_in_every_row(
    edition: Edition, frames: dict[str, pl.DataFrame]
) -> None:
    printed = frames["edition__printed_cell"]
    for table in edition.tables:
        if table.rows.kind not in ("top", "ranked"):
            continue
        rows = (table.rows.count or 0) + (table.rows.first is not None)
        columns = len(table.columns_in_print_order())
        assert printed.filter(pl.col("table_id") == table.id).height == rows * columns, table.id


def test_every_printed_cell_finds_its_header_unit_and_decimals(
    frames: dict[str, pl.DataFrame],
) -> None:
    numeric = frames["edition__printed_cell"].filter(pl.col("unit") != "text")
    measures = frames["edition__measure"].drop("edition", "position")
    headers = frames["edition__measure_period"].drop("edition", "position")
    cells = numeric.join(measures, on=["table_id", "measure"], how="left").join(
        headers, on=["table_id", "measure", "period"], how="left"
    )
    assert cells.height == numeric.height
    for cell in cells.iter_rows(named=True):
        assert cell["header_zh"] == cell["col_label_zh"]
        name = f"{cell['table_id']} {cell['measure']}"
        base_year = "2015" if cell["table_id"] == "T1-2-01" else "2021"
        expected = TRUE_UNITS_THAT_THE_BOOK_MISPRINTS.get(name, cell["unit"])
        assert cell["unit_en"].replace("{base_period}", base_year) == expected, name
        if cell["flag"] != "na":
            assert _as_printed(cell) == cell["printed"], name


def _as_printed(cell: dict[str, object]) -> str:
    value, decimals = float(str(cell["value"])), int(str(cell["decimals"]))
    if cell["style"] == "arrow":
        text = f"{'↓' if value < 0 else '↑'} {abs(value):,.{decimals}f}"
    elif cell["style"] == "plain":
        text = f"{value:.{decimals}f}"
    else:
        text = f"{value:,.{decimals}f}"
    marked = bool(cell["mark_preliminary"]) and cell["flag"] == "p"
    return f"{text}{cell['suffix']}{'*' if marked else ''}"


def test_fixed_rows_carry_the_printed_labels_in_the_printed_order(
    frames: dict[str, pl.DataFrame],
) -> None:
    labels = frames["edition__row"].rename({"label_zh": "label"})
    printed = frames["edition__printed_cell"].join(labels, on=["table_id", "row_key"], how="inner")
    assert set(labels["table_id"]) == set(printed["table_id"])
    for cell in printed.iter_rows(named=True):
        if cell["table_id"] == "T1-2-03":  # 企業部門 金額: the row's label and the measure's
            assert cell["row_label_zh"].startswith(cell["label"])
        else:
            assert cell["row_label_zh"] == cell["label"]
    fixed = printed.filter(pl.col("table_id") != "T1-1-04").unique(["table_id", "row_key"])
    for _, rows in fixed.group_by("table_id"):
        assert rows.sort("row_no")["position"].to_list() == sorted(rows["position"].to_list())


def test_panels_hold_exactly_the_printed_areas(
    edition: Edition, frames: dict[str, pl.DataFrame]
) -> None:
    printed = frames["edition__printed_cell"]
    for table in edition.tables:
        if table.rows.panel is not None:
            panel = {member.area_code for member in edition.panel(table.rows.panel)}
            keys = printed.filter(pl.col("table_id") == table.id)["row_key"].unique().to_list()
            assert set(keys) == panel, table.id
    assert [m.area_code for m in edition.panel("patent_comparison")] == [
        measure.name.removeprefix("rank_").upper()
        for table in edition.tables
        if table.id == "T1-2-14"
        for measure in table.measures
        if measure.name.startswith("rank_")
    ]


def test_columns_by_period_put_all_measures_of_a_year_side_by_side(
    frames: dict[str, pl.DataFrame],
) -> None:
    headers = frames["edition__measure_period"].filter(pl.col("table_id") == "T1-2-09")
    assert headers.sort("position")["header_zh"].to_list()[:4] == [
        "2020年 > 出口額",
        "2020年 > 占比",
        "2021年 > 出口額",
        "2021年 > 占比",
    ]
    assert headers["position"].to_list() == list(range(1, 11))


def test_the_fields_of_patents_stand_in_the_four_domains_of_the_book(
    frames: dict[str, pl.DataFrame],
) -> None:
    rows = frames["edition__row"].filter(pl.col("table_id") == "T1-2-14").sort("position")
    domains = rows.group_by("group_zh", "group_en", maintain_order=True).len()
    assert domains["group_zh"].to_list() == ["資通光電", "機械運輸", "材料化學", "生技醫藥"]
    assert domains["len"].to_list() == [11, 8, 9, 4]
    others = frames["edition__row"].filter(pl.col("table_id") != "T1-2-14")
    assert set(others["group_zh"]) == {""}


def test_every_printed_text_has_its_column_and_its_english(
    frames: dict[str, pl.DataFrame],
) -> None:
    printed = frames["edition__printed_cell"].filter(pl.col("unit") == "text")
    measures = frames["edition__text_measure"]
    assert set(printed["measure"]) == set(measures["measure"])
    translated = printed.filter(pl.col("measure") != "stage_period")
    assert set(translated["printed"]) == set(frames["edition__text_translation"]["text_zh"])


def test_frames_have_the_columns_and_types_of_the_warehouse(
    frames: dict[str, pl.DataFrame],
) -> None:
    for name, schema in SCHEMAS.items():
        frame = frames[f"edition__{name}"]
        assert dict(frame.schema) == dict(schema)
        assert set(frame["edition"]) <= {"2025-26"}
        # The shipped edition corrects nothing: its errors stand in the errata.
        assert frame.is_empty() == (name in ("correction", "printed_correction")), name


def test_printed_cells_keep_their_order_and_texts(frames: dict[str, pl.DataFrame]) -> None:
    printed = frames["edition__printed_cell"]
    assert printed.height == 1666
    assert printed.filter(pl.col("flag") == "na")["row_key"].unique().to_list() == ["ISR"]
    evaluator = printed.filter(pl.col("measure") == "evaluator")
    assert evaluator["value"].null_count() == evaluator.height == 6
    assert evaluator["printed"][1] == "美國商業雜誌《CEOWORLD》"
    assert evaluator["period"][1] == ""


@pytest.mark.skipif(not BOOK_TABLES.is_dir(), reason="the book's transcription is not at hand")
def test_printed_files_are_byte_copies_of_the_transcription() -> None:
    copies = REPOSITORY / "editions" / "2025-26" / "printed"
    originals = sorted(BOOK_TABLES.glob("*.csv"))
    assert len(originals) == len(list(copies.glob("*.csv"))) == 20
    for original in originals:
        assert (copies / original.name).read_bytes() == original.read_bytes(), original.name


def test_every_pinned_source_has_its_own_line_and_a_quoted_vintage(edition: Edition) -> None:
    assert set(edition.pins.values()) == {"book-2025-26"}
    assert len(edition.pins) == 13


def test_only_growth_and_national_income_mark_preliminary_values(edition: Edition) -> None:
    marked = [m.name for table in edition.tables for m in table.measures if m.mark_preliminary]
    assert marked == ["economic_growth_rate_pct", "national_income_per_capita_ntd"]
    assert [(p.indicator_id, p.period) for p in edition.provisional] == [
        ("real_gdp", "2024"),
        ("national_income_per_capita", "2024"),
    ]


def test_every_estimate_fills_a_declared_gap(edition: Edition) -> None:
    gaps = {(gap.indicator_id, gap.area_code, gap.period) for gap in edition.gaps}
    for estimate in edition.estimates:
        assert (estimate.indicator_id, estimate.area_code, estimate.period) in gaps, estimate.id


def test_the_note_of_the_most_cited_says_the_rule_by_which_they_are_counted(
    edition: Edition,
) -> None:
    (figure,) = (figure for figure in edition.figures if figure.id == "F1-2-06")
    told = {
        "first_year": ("2020至", "2020 to"),
        "last_year": ("至2024年", "to 2024"),
        "top_cited_pct": ("10%", "10%"),
        "cited_cohort": ("各核准年度", "of each grant year"),
        "cited_ties": ("按比例計入", "count in part"),
        "citation_years": ("不限引證年數", "however late"),
    }
    declared = {name: edition.parameters[f"patents.{name}"] for name in told}
    assert declared == {
        **{"first_year": "2020", "last_year": "2024", "top_cited_pct": "10"},
        **{"cited_cohort": "grant_year", "cited_ties": "weighted", "citation_years": "all"},
    }
    for in_chinese, in_english in told.values():
        assert in_chinese in figure.notes_zh[0]
        assert in_english in figure.notes_en[0]
