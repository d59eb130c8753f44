"""A slip in an edition's files gives one error that names file, key, finding and remedy.

Here: each test breaks one line of a copy of the shipped edition. Not here: the shipped edition
itself (test_edition_2025_26).
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection
from pathlib import Path

import pytest

from editions import Edition, EditionError, list_editions, read_edition
from editions.reader import ROOT

Break = Callable[[str, str, str], None]
SOURCES = ("oecd_msti", "imd_wcy", "uspto_counts")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder of editions that holds a copy of 2025-26 without its snapshots."""
    shutil.copytree(
        ROOT / "2025-26", tmp_path / "2025-26", ignore=shutil.ignore_patterns("raw", "*.md")
    )
    return tmp_path


@pytest.fixture
def replace(root: Path) -> Break:
    """Replace the first occurrence of a text in a file of the copy."""

    def _replace(name: str, old: str, new: str) -> None:
        path = root / "2025-26" / name
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{name} no longer holds {old!r}"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    return _replace


def refusal(root: Path, **known: Collection[str]) -> EditionError:
    """Read the copy and return the error that it gives."""
    with pytest.raises(EditionError) as caught:
        read_edition("2025-26", root=root, **known)
    assert caught.value.todo, "an error says what to do"
    return caught.value


def test_an_unbroken_copy_is_read(root: Path) -> None:
    edition = read_edition("2025-26", root=root)
    assert isinstance(edition, Edition)
    assert list_editions(root) == ["2025-26"]


def test_an_unknown_edition_lists_those_there_are(root: Path) -> None:
    with pytest.raises(EditionError, match=r"no edition '2031-32'.*2025-26"):
        read_edition("2031-32", root=root)


def test_a_missing_file_is_named(root: Path) -> None:
    (root / "2025-26" / "pins.yml").unlink()
    assert refusal(root).file == "pins.yml"


def test_a_misspelt_key_is_named_with_the_right_one(root: Path, replace: Break) -> None:
    replace("tables.yml", "decimals: 2", "decimal: 2")
    error = refusal(root)
    assert error.file == "tables.yml"
    assert "gerd_yoy_pct > decimals" in str(error.key)

    replace("tables.yml", "decimal: 2", "decimals: 2\n        colour: red")
    error = refusal(root)
    assert error.key is not None and error.key.endswith("gerd_yoy_pct > colour")
    assert "not a known key" in error.what


def test_a_key_written_twice_is_found_with_its_line(root: Path, replace: Break) -> None:
    replace("pins.yml", "oecd_msti:", 'oecd_msti: "2024-09"\noecd_msti:')
    error = refusal(root)
    assert "'oecd_msti' stands twice" in error.what
    assert str(error.key).startswith("line ")


@pytest.mark.parametrize("vintage", ["2024.10", "2024", "2025-03-01", "no", ""])
def test_a_vintage_without_quotes_is_refused(root: Path, replace: Break, vintage: str) -> None:
    replace("pins.yml", 'oecd_msti: "book-2025-26"', f"oecd_msti: {vintage}")
    error = refusal(root)
    assert (error.file, error.key) == ("pins.yml", "oecd_msti")


def test_a_pin_of_an_unknown_source_is_refused_with_the_nearest(root: Path, replace: Break) -> None:
    replace("pins.yml", "oecd_msti:", "oecd_mtsi:")
    error = refusal(root, known_sources=SOURCES)
    assert (error.file, error.key) == ("pins.yml", "oecd_mtsi")
    assert "oecd_msti" in str(error.todo)


def test_a_misspelt_rule_is_refused_with_the_nearest(root: Path, replace: Break) -> None:
    replace("estimates.yml", "rule: interpolate", "rule: interpolat")
    error = refusal(root)
    assert "'interpolat' is not known" in error.what
    assert "interpolate" in str(error.todo)
    assert error.key == "estimates > entry 1 > rule"


@pytest.mark.parametrize(
    ("old", "new", "finding"),
    [
        ("area: CHE\n    period: 2020", "area: CHX\n    period: 2020", "no area 'CHX'"),
        (
            "- indicator: gerd_constant_ppp\n    area: CHE",
            "- indicator: gerd_const_ppp\n    area: CHE",
            "no indicator 'gerd_const_ppp'",
        ),
        ("area: CHE\n    period: 2022", "area: CHE\n    period: 2020", "a second estimate"),
        ("growth_pct: 1.00", "", "the rule 'carry_growth' needs it"),
        ("rule: interpolate", "rule: interpolate\n    value: 5", "takes none"),
        ("period: 2020", "period: 2020.5", "is not a period"),
        ("area: GBR, periods: [2023]", "area: GBX, periods: [2023]", "no area 'GBX'"),
        ("periods: [2020, 2022, 2023]", "periods: [2020, 2020]", "stands twice"),
        ("reason_zh: 2020年", "reason_zh:\n    note: 2020年", "there is no value"),
        ("decided_on: 2025-05-31", "decided_on: May", "is not a date"),
    ],
)
def test_an_estimate_that_cannot_be_is_refused(
    root: Path, replace: Break, old: str, new: str, finding: str
) -> None:
    replace("estimates.yml", old, new)
    error = refusal(root)
    assert error.file == "estimates.yml"
    assert finding in error.what


def test_two_estimates_with_the_same_id_are_refused(root: Path, replace: Break) -> None:
    replace("estimates.yml", "    rule: interpolate", "    id: swiss\n    rule: interpolate")
    replace("estimates.yml", "    rule: extend", "    id: swiss\n    rule: extend")
    assert "a second estimate 'swiss'" in refusal(root).what


def test_a_printed_measure_that_is_not_promised_is_refused(root: Path, replace: Break) -> None:
    replace("tables.yml", "      gerd_yoy_pct:", "      gerd_growth_pct:")
    error = refusal(root)
    assert error.file == "printed/T1-2-01.csv"
    assert "measure 'gerd_yoy_pct' is printed" in error.what


def test_a_promised_measure_that_is_not_printed_is_refused(root: Path, replace: Break) -> None:
    replace(
        "tables.yml",
        "      rank_qualified_engineers:",
        "      rank_other: {label_zh: 其他, label_en: Other}\n      rank_qualified_engineers:",
    )
    error = refusal(root)
    assert (error.file, error.key) == ("tables.yml", "tables > T1-2-06")
    assert "measure 'rank_other' is promised" in error.what


def test_a_header_that_differs_from_print_is_refused(root: Path, replace: Break) -> None:
    replace("tables.yml", "label_zh: 研發經費支出金額", "label_zh: 研發支出金額")
    assert "研發經費支出金額 > 2019年' is printed" in refusal(root).what


def test_a_printed_file_without_a_table_is_refused(root: Path) -> None:
    printed = root / "2025-26" / "printed"
    shutil.copy(printed / "T1-2-01.csv", printed / "T1-9-01.csv")
    assert refusal(root).file == "printed/T1-9-01.csv"


def test_a_book_that_is_not_printed_yet_is_read_without_printed_cells(root: Path) -> None:
    shutil.rmtree(root / "2025-26" / "printed")
    assert read_edition("2025-26", root=root).printed_cells == ()


@pytest.mark.parametrize(
    ("old", "new", "finding"),
    [
        (",7299,", ",seven,", "is not a number"),
        (",7299,", ",,", "not flagged na"),
        (",7299,", ",7299,x", "is not a flag"),
        ('"7,299",7299', "7,299,7299", "fields instead of 11"),
        ("2020,gerd_ppp2015", "2019,gerd_ppp2015", "stands twice"),
        ("table_id,row_no", "table,row_no", "the header is"),
    ],
)
def test_a_printed_line_that_cannot_be_is_refused_with_its_line(
    root: Path, replace: Break, old: str, new: str, finding: str
) -> None:
    replace("printed/T1-2-01.csv", old, new)
    error = refusal(root)
    assert error.file == "printed/T1-2-01.csv"
    assert str(error.key).startswith("line ")
    assert finding in error.what


@pytest.mark.parametrize(
    ("old", "new", "finding"),
    [
        ("    title_en: GERD as", "    subtitle_en: GERD as", "there is no value"),
        ("en: Creativity}", "en: }", "there is no value"),
        ("label_zh: 年增率", "label_zh:", "there is no value"),
        ("      - N/A = not available.\n", "", "1 notes in Chinese but 0 in English"),
        ("style: arrow", "style: arow", "'arow' is not known"),
        ("{base_period} constant PPP", "{base_year} constant PPP", "cannot be filled in"),
        ("panel: rnd_economies,", "panel: rnd_economy,", "no panel 'rnd_economy'"),
        ("rows: [economic_growth_rate]", "rows: [growth]", "'growth' is not a row"),
        ("periods: 2022..2023", "periods: 2023..2022", "is not a period"),
        ("from: handling", "from: handing", "'handing' is not a row"),
        ("header_zh: 評比單位", "title_zh: 評比單位", "there is no value"),
        ("side_by_side: true}", "side_by_side: both}", "is not true or false"),
        ("id: T1-2-02", "id: T1-2-01", "stands twice"),
        ("key: creativity", "key: logical_reasoning", "stands twice"),
        ("decimals: 0", "decimals: none", "is not a whole number"),
        ("mark_preliminary: true", 'mark_preliminary: "yes"', "is not true or false"),
    ],
)
def test_a_table_that_cannot_be_is_refused(
    root: Path, replace: Break, old: str, new: str, finding: str
) -> None:
    replace("tables.yml", old, new)
    error = refusal(root)
    assert error.file == "tables.yml"
    assert finding in error.what


def test_an_indicator_unknown_to_the_dimension_is_refused(root: Path) -> None:
    error = refusal(root, known_indicators=["gerd_constant_ppp"])
    assert error.file == "tables.yml"
    assert "no indicator 'population_1jan'" in error.what


def test_an_area_that_a_panel_lists_twice_is_refused(root: Path, replace: Break) -> None:
    replace("panels.yml", "own: [TWN]", "own: [DNK]")
    error = refusal(root)
    assert (error.file, error.key) == ("panels.yml", "small_competitive_economies > own")


def test_a_parameter_with_a_decimal_point_must_be_quoted(root: Path, replace: Break) -> None:
    replace("edition.yml", "rank_year: 2023", "rank_year: 2023.50")
    error = refusal(root)
    assert error.key == "parameters > value_added > rank_year"


def test_a_provisional_observation_of_an_unknown_indicator_is_refused(
    root: Path, replace: Break
) -> None:
    replace("provisional.yml", "indicator: real_gdp", "indicator: real_gpd")
    error = refusal(root)
    assert error.file == "provisional.yml"
    assert "real_gdp" in str(error.todo)


def test_bad_yaml_names_its_line(root: Path, replace: Break) -> None:
    replace("panels.yml", "own: [TWN]", "own: [TWN")
    error = refusal(root)
    assert error.file == "panels.yml"
    assert str(error.key).startswith("line ")
