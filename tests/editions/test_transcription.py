"""The transcription: printed cells backwards to inputs, and inputs into the publishers' files."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import fastexcel
import pytest
import yaml

from editions.transcription.__main__ import EDITION, make_snapshots
from editions.transcription.book_inputs import (
    LevelTable,
    level_table_inputs,
    rank_contradictions,
)
from editions.transcription.formats import Value, gzip_bytes, webmain_csv, workbook_bytes
from editions.transcription.intervals import (
    ONE,
    Cell,
    Linear,
    NoConsistentLevels,
    is_consistent,
    round_half_away,
    solve,
)
from editions.transcription.printed import (
    Estimates,
    PrintedCell,
    PrintedTable,
    read_estimates,
    read_printed,
)
from sources import get_source
from sources.bronze import build_bronze
from sources.snapshots import SnapshotStore

X0, X1, A, B = (Linear.of(name) for name in ("x0", "x1", "a", "b"))


def level(printed: str, form: Linear) -> Cell:
    return Cell("T", "r", "p", "level", Decimal(printed), form, ONE, "level")


def derived(printed: str, numerator: Linear, denominator: Linear = ONE) -> Cell:
    return Cell("T", "r", "p", "derived", Decimal(printed), numerator, denominator)


def growth(printed: str, last: Linear, before: Linear) -> Cell:
    return derived(printed, 100 * (last - before), before)


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [("0.25", 1, "0.3"), ("-0.25", 1, "-0.3"), ("9.595", 2, "9.60"), ("2.4999", 0, "2")],
)
def test_rounding_is_half_away_from_zero_on_exact_fractions(
    value: str, decimals: int, expected: str
) -> None:
    assert str(round_half_away(Fraction(value), decimals)) == expected


def test_a_level_alone_gives_the_printed_number_itself() -> None:
    assert solve([level("6860", A / 100)]).inputs == {"a": Decimal(686000)}


def test_a_printed_growth_pulls_levels_apart_that_print_alike() -> None:
    cells = [level("91", X0 / 100), level("91", X1 / 100), growth("-0.22", X1, X0)]
    inputs = solve(cells).inputs
    assert all(cell.reproduced(inputs) for cell in cells)
    assert inputs["x0"] > inputs["x1"]


def test_a_share_and_a_difference_bind_amount_and_total() -> None:
    cells = [
        level("305.53", A),
        level("720.49", B),
        derived("42.41", 100 * A, B),
        derived("414.97", B - A),
        derived("1026.02", A + B),
    ]
    inputs = solve(cells).inputs
    assert all(cell.reproduced(inputs) for cell in cells)
    assert inputs["b"] - inputs["a"] > Decimal("414.965")


def test_a_product_with_a_published_share_narrows_the_total() -> None:
    share = Decimal("52.84")
    cells = [level("1020", A / 100), derived("538.77", A * share / 10_000)]
    # The level alone would give 102 000; the component asks for 538.77 / 0.5284 * 100 = 101 962.5.
    assert float(solve(cells).inputs["a"]) == pytest.approx(101_962.5, abs=1)


def test_an_input_that_is_not_printed_is_the_middle_of_what_a_ratio_implies() -> None:
    cells = [derived("418", Linear.number(140_622), A)]
    population = float(solve(cells, {"a": Fraction(336)}).inputs["a"])
    assert 140_622 / 418.5 < population < 140_622 / 417.5
    assert population == pytest.approx(140_622 / 418, abs=0.2)


def test_gross_output_follows_from_value_added_and_its_rate() -> None:
    cells = [level("50566", A / 100), derived("24.20", 100 * A, B)]
    inputs = solve(cells, {"b": Fraction(20_900_000)}).inputs
    assert all(cell.reproduced(inputs) for cell in cells)


def test_values_have_no_more_decimals_than_the_print_asks_for() -> None:
    inputs = solve([level("3.49", X0), level("3.61", X1)]).inputs
    assert {str(value) for value in inputs.values()} == {"3.49", "3.61"}


def test_a_contradiction_keeps_the_levels_and_gives_up_the_fewest_derived_cells() -> None:
    wrong, right = growth("9.89", X1, X0), derived("0.13", X1 - X0)
    solution = solve([level("4.36", X0), level("4.48", X1), wrong, right])
    assert solution.dropped == (wrong,)
    assert level("4.36", X0).reproduced(solution.inputs)
    assert right.reproduced(solution.inputs)


def test_levels_that_contradict_each_other_are_an_error_not_a_choice() -> None:
    with pytest.raises(NoConsistentLevels):
        solve([level("4.36", X0), level("4.48", X0)])


def test_a_cell_of_estimates_only_may_lie_on_the_edge_of_its_interval() -> None:
    on_edge = derived("9.60", Linear.number(Decimal("9.595")))
    beyond = derived("9.61", Linear.number(Decimal("9.595")))
    assert solve([on_edge, beyond]).dropped == (beyond,)
    assert is_consistent([on_edge])
    assert not is_consistent([beyond])


def printed_row(row_key: str, levels: dict[int, str], growths: dict[int, str]) -> list[PrintedCell]:
    return [
        PrintedCell("T", 1, row_key, row_key, str(year), measure, text, Decimal(text))
        for measure, values in (("level", levels), ("growth", growths))
        for year, text in values.items()
    ]


TOY = LevelTable("T", "fte", "level", "growth", 1)


def test_estimates_are_forms_over_observations_and_are_not_inputs(tmp_path: Path) -> None:
    rules = {
        "interpolate": {"year": 2020},
        "extend_increment": {"year": 2022},
        "carry_growth": {"year": 2023},
    }
    document = {
        "gaps": [{"indicator": "fte", "area": "CHE", "periods": [2020, 2022, 2023]}],
        "estimates": [
            {"indicator": "fte", "area": "CHE", "period": entry["year"], "rule": rule}
            | ({"growth_pct": "1.00"} if rule == "carry_growth" else {})
            for rule, entry in rules.items()
        ],
    }
    estimates = estimates_of(document, tmp_path)
    observed = {"fte CHE 2019": Decimal(206), "fte CHE 2021": Decimal(220)}

    def at(year: int) -> Fraction:
        form = estimates.form("fte", "CHE", year)
        assert form is not None
        return form.at(observed)

    assert [at(2020), at(2022), at(2023)] == [213, 227, Fraction(22927, 100)]
    cells = printed_row(
        "CHE",
        {2019: "206", 2020: "213", 2021: "220", 2022: "226", 2023: "229"},
        {2022: "3.09", 2023: "1.00"},
    )
    found = level_table_inputs({"T": PrintedTable("T", tuple(cells))}, TOY, estimates)
    assert set(found.values) == {"fte CHE 2019", "fte CHE 2021"}
    assert found.contradictions == ()


def estimates_of(document: object, directory: Path) -> Estimates:
    path = directory / "estimates.yml"
    path.write_text(yaml.safe_dump(document), encoding="utf-8")
    return read_estimates(path)


def test_a_printed_number_without_observation_or_estimate_stops_the_script(tmp_path: Path) -> None:
    gap = {"gaps": [{"indicator": "fte", "area": "GBR", "periods": [2022]}], "estimates": []}
    cells = printed_row("GBR", {2021: "33.8", 2022: "32.1"}, {2022: "-5.03"})
    with pytest.raises(ValueError, match=r"GBR 2022 prints '32\.1'"):
        level_table_inputs({"T": PrintedTable("T", tuple(cells))}, TOY, estimates_of(gap, tmp_path))


def test_interchanged_rows_keep_their_printed_levels_and_every_broken_cell_is_named() -> None:
    cells = printed_row("SGP", {2021: "4.36", 2022: "4.48"}, {2022: "9.89"})
    cells += printed_row("FIN", {2021: "4.42", 2022: "4.86"}, {2022: "2.84"})
    table = PrintedTable("T", tuple(cells))
    found = level_table_inputs({"T": table}, TOY, Estimates(frozenset(), {}))
    for area, year, printed in (("SGP", 2021, "4.36"), ("FIN", 2022, "4.86")):
        assert round(found.values[f"fte {area} {year}"], 2) == Decimal(printed)
    assert [(c.row_key, c.printed, c.computed) for c in found.contradictions] == [
        ("SGP", "9.89", "2.84"),
        ("FIN", "2.84", "9.89"),
    ]
    assert all("interchanged" in c.why for c in found.contradictions)


def test_printed_ranks_that_the_printed_sizes_deny_are_reported_not_copied() -> None:
    cells = [
        PrintedCell("T", 1, area, area, "2035", measure, text, Decimal(text))
        for area, rank, size in (("RUS", "1", "141"), ("ETH", "2", "165"))
        for measure, text in (("rank", rank), ("size", size))
    ]
    denied = rank_contradictions(PrintedTable("T", tuple(cells)), "rank", "size")
    assert [(c.row_key, c.printed, c.computed) for c in denied] == [
        ("RUS", "1", "2"),
        ("ETH", "2", "1"),
    ]


def test_a_workbook_has_the_same_bytes_whenever_it_is_written(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    made = datetime(2025, 6, 30)
    sheets: dict[str, list[list[Value]]] = {
        "技術貿易_業別": [["行業", "技術輸出(千元)"], ["電子零組件業", Decimal(30553265)]]
    }
    first = workbook_bytes(sheets, created=made)
    monkeypatch.setattr("time.time", lambda: 4_000_000_000.0)
    assert workbook_bytes(sheets, created=made) == first
    assert b"2025-06-30T00:00:00Z" in first
    assert first.count(b"2026-") == 0
    (tmp_path / "book.xlsx").write_bytes(first)
    sheet = fastexcel.read_excel(tmp_path / "book.xlsx").load_sheet("技術貿易_業別")
    assert sheet.to_polars().rows() == [("電子零組件業", 30553265.0)]


def test_a_gzip_container_carries_no_time_and_no_name() -> None:
    assert gzip_bytes(b"LocID\n")[:10] == bytes([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255])


def test_a_ministry_csv_has_a_mark_a_title_and_roc_years() -> None:
    data = webmain_csv("出口總值", ["總計(百萬元)"], {2024: [Decimal("15235518")]})
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.decode("utf-8-sig").split("\r\n")[1:3] == ["統計期,總計(百萬元)", "113年,15235518"]


@pytest.fixture(scope="module")
def rerun(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    root = tmp_path_factory.mktemp("raw")
    _, contradictions = make_snapshots(EDITION, root)
    return root, [f"{c.table_id} {c.row_key} {c.period} {c.measure}" for c in contradictions]


def test_running_the_script_again_reproduces_the_shipped_bytes(
    rerun: tuple[Path, list[str]],
) -> None:
    root, _ = rerun
    shipped = EDITION / "raw"

    def content(folder: Path) -> dict[str, bytes]:
        files = sorted(path for path in folder.rglob("book-2025-26/*") if path.is_file())
        return {str(path.relative_to(folder)): path.read_bytes() for path in files}

    assert content(root) == content(shipped)


def test_exactly_these_printed_cells_cannot_be_reproduced(rerun: tuple[Path, list[str]]) -> None:
    assert rerun[1] == [
        "T1-2-04 SGP 2023 researchers_fte",
        "T1-2-04 SGP 2022 researchers_fte_yoy_pct",
        "T1-2-04 FIN 2022 researchers_fte_yoy_pct",
        "T1-2-04 FIN 2023 researchers_fte_yoy_pct",
        "T1-1-01 RUS 2035 rank",
        "T1-1-01 ETH 2035 rank",
    ]


def test_every_shipped_snapshot_is_read_by_its_source(rerun: tuple[Path, list[str]]) -> None:
    root, _ = rerun
    store = SnapshotStore([root], root)
    for directory in sorted(root.iterdir()):
        snapshot = store.find(directory.name, "book-2025-26")
        store.verify(snapshot)
        assert snapshot.basis == "transcribed"
        tables = build_bronze(get_source(directory.name), snapshot.paths, snapshot.vintage)
        assert sum(frame.height for frame in tables.values()) > 0


def test_cells_that_the_publisher_does_not_have_are_absent(rerun: tuple[Path, list[str]]) -> None:
    root, _ = rerun
    gaps = read_estimates(EDITION / "estimates.yml").gaps
    series = {
        "gerd_constant_ppp": "G,USD_PPP,Q",
        "gerd_pct_gdp": "G,PT_B1GQ,_Z",
        "researchers_fte": "T_RS,FTE,_Z",
        "researchers_per_1000_employed": "T_RS,10P3EMP,_Z",
    }
    lines = (root / "oecd_msti/book-2025-26/msti_1.3.csv").read_text("utf-8").splitlines()
    for indicator, area, year in gaps:
        start = f"OECD.STI.STP:DSD_MSTI@DF_MSTI(1.3),{area},A,{series[indicator]},_Z,{year},"
        assert not [line for line in lines if line.startswith(start)]
    printed = read_printed(EDITION / "printed")["T1-2-01"]
    levels = [c for c in printed.cells if c.measure == "gerd_ppp2015_usd_100m"]
    missing = sum(indicator == "gerd_constant_ppp" for indicator, _, _ in gaps)
    shipped = [line for line in lines if f",{series['gerd_constant_ppp']}," in line]
    assert len(shipped) == len(levels) - missing == 90
