"""From landed customs files to the export tables, against a recount in plain Python.

The recount reads the same files with the csv rules of the portal only: dictionaries, no parser of
ours. It knows the rules that are declared: which lines are added up, which file is right.
"""

from __future__ import annotations

import re
import shutil
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
import pytest

from bench.microdata import generate
from orchestration import dbt
from orchestration.ingest import edition_of, ingest_edition, ingest_source, land
from orchestration.workspace import Workspace
from sources import SOURCE_IDS
from tests.sources.test_unsd_hs_correlation import workbook

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("editions", "dbt_project", "sources", "reconciliation")
LEFT_OUT = shutil.ignore_patterns("target", "logs", "__pycache__")
MARTS = (
    *("basis_comparison", "export_by_class", "export_by_destination", "customs_coverage"),
    *("table_1_2_09", "table_1_2_10", "table_1_2_11", "indicator_observation"),
)
FLOW = "出口總值(含復出口)"

LATER = f"""進出口別,日期,貨品號列,中文貨名,英文貨名,國家,新臺幣(千元),重量(公噸)
{FLOW},112年5月,85423100004,處理器, Processors,日本,1000,1
{FLOW},112年5月,85423100004,處理器, Processors,美國,70,1
{FLOW},112年5月,85177900004,零件, Parts,美國,300,1
{FLOW},112年5月,85414300004,太陽能模組, Modules,德國,20,1
{FLOW},112年5月,84862000004,機器, Machines,德國,D,1
{FLOW},110年5月,85177000004,零件, Parts,美國,400,1
{FLOW},110年5月,85414000004,光敏裝置, Devices,日本,50,1
"""
"""A later query for some goods of two months only: of these, its lines are right."""

OTHER_DIGITS = f"{FLOW},114年1月,85423100004,處理器, Processors,日本,5,1\n" + "".join(
    f"{FLOW},114年{month}月,85423100,處理器, Processors,日本,5,1\n" for month in range(1, 13)
)
"""A year of which one month only has lines that are added up: the others have shorter codes."""

CLASSES = """hs_code,hs_edition,class_scheme,class,valid_from,valid_to
85,HS2022,capital_intensity,high_capital_intensity,2022-01,
8517,HS2022,capital_intensity,medium_capital_intensity,2022-01,2023-06
84,HS2022,capital_intensity,low_capital_intensity,2022-01,
854143,HS2022,capital_intensity,low_capital_intensity,2022-01,
85,HS2017,skill_intensity,high_skill_intensity,2017-01,2021-12
851770,HS2017,skill_intensity,low_skill_intensity,2017-01,2021-12
85414020,HS2017,skill_intensity,medium_skill_intensity,2017-01,2021-12
85414090,HS2017,skill_intensity,medium_skill_intensity,2017-01,2021-12
"""
CONVERSIONS = [("854231", "854231"), ("851779", "851770"), ("854143", "854140")]
CORRELATIONS = [
    ("854231", "854231", "1:1"),
    ("851771", "851770", "n:1"),
    ("851779", "851770", "n:1"),
    ("854142", "854140", "n:1"),
    ("854143", "854140", "n:1"),
]


@dataclass(frozen=True)
class Built:
    directory: Path
    files: tuple[Path, ...]
    asked_again: str

    @cached_property
    def recounted(self) -> dict[tuple[str, str, str], int]:
        return recount(self.files)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.directory / "warehouse.duckdb"), read_only=True) as connection:
            connection.execute("set file_search_path = ?", [str(self.directory)])
            return connection.execute(sql).fetchall()


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, workspace_at: Any) -> Built:
    """The export marts of made-up files: T1-2-09 by public levels, T1-2-10 by the ministry's."""
    root = tmp_path_factory.mktemp("checkout")
    for room in ROOMS:
        shutil.copytree(ROOT / room, root / room, ignore=LEFT_OUT)
    for name in ("pyproject.toml", "requirements.lock"):
        shutil.copyfile(ROOT / name, root / name)
    made = generate(root / "made", 0.0005, patents=False).customs
    both = next(line for line in lines_of(made) if line.period == "2020-03")
    (holding,) = {line.file for line in lines_of(made) if line.period == both.period}
    with next(path for path in made if path.name == holding).open("ab") as file:
        said = f"{FLOW},109年3月(初步值),{both.goods},先說, Said before,{both.partner},999,1\n"
        file.write(said.encode("cp950"))
    later = root / "made" / "customs_portal" / "綜合查詢_20260101000000.csv"
    asked_again = next(line for line in lines_of(made) if line.period == "2023-05")
    again = f"{FLOW},112年5月,{asked_again.goods},又問, Asked again,日本,777,1\n"
    later.write_text(LATER + again + OTHER_DIGITS, encoding="cp950")
    made = (*made, later)
    (root / "classes.csv").write_text(CLASSES, encoding="utf-8")
    bridge = workbook(root / "hs.xlsx", CONVERSIONS, CORRELATIONS)
    workspace: Workspace = workspace_at(root / "data", root)
    land(workspace, "customs_portal", made, "v", "2025-26")
    land(workspace, "mof_goods_classification", [root / "classes.csv"], "v", "2025-26")
    land(workspace, "unsd_hs_correlation", [bridge], "v", "2025-26")
    folder = root / "editions" / "2025-26"
    with (folder / "pins.yml").open("a", encoding="utf-8") as pins:
        for source_id in ("customs_portal", "mof_goods_classification", "unsd_hs_correlation"):
            pins.write(f'{source_id}: "v"\n')
    text = (folder / "edition.yml").read_text(encoding="utf-8")
    for old, new in (
        ("scheme: technology_level", "scheme: oecd_2011_via_isic"),
        ("T1-2-09: published", "T1-2-09: microdata"),
        ("T1-2-10: published", "T1-2-10: microdata"),
    ):
        assert old in text
        text = text.replace(old, new)
    (folder / "edition.yml").write_text(text, encoding="utf-8")
    edition = edition_of(workspace, "2025-26")
    build = workspace.build("customs").open()
    for source_id in SOURCE_IDS:
        ingest_source(workspace, edition, build, source_id)
    ingest_edition(workspace, edition, build)
    run = dbt.build_marts(workspace, dbt.prepare(workspace), build, MARTS)
    assert [r["message"] for r in run.results if r["status"] != "success"] == []
    return Built(build.directory, made, asked_again.goods)


@dataclass(frozen=True)
class Line:
    file: str
    flow: str
    period: str
    is_range: bool
    is_preliminary: bool
    goods: str
    partner: str
    value: int | None


def lines_of(files: Iterable[Path]) -> Iterator[Line]:
    for path in files:
        text = path.read_bytes().decode("cp950")
        for line in text[text.index("進出口別") :].splitlines()[1:]:
            flow, label, goods, _, _, partner, value, _ = line.split(",")
            year, month = re.findall(r"([0-9]+)年(?:([0-9]+)月)?", label)[0]
            period = f"{int(year) + 1911}" + (f"-{int(month):02d}" if month else "")
            number = None if value == "D" else int(value)
            yield Line(
                path.name, flow, period, "~" in label, "初步" in label, goods, partner, number
            )


def recount(files: Iterable[Path]) -> dict[tuple[str, str, str], int]:
    """Value by (month, goods, partner) of the lines that count, of years from 2019 on."""
    by_file: dict[tuple[str, str], dict[tuple[bool, str], dict[str, int]]] = defaultdict(
        lambda: defaultdict(dict)
    )
    for line in lines_of(files):
        protected = not line.goods.isdigit() or line.partner == "資訊保護國別"
        if line.is_range or protected or line.flow != FLOW or line.period < "2019":
            continue
        if len(line.goods) != 11:
            continue
        said = by_file[line.period, line.goods][not line.is_preliminary, line.file]
        said[line.partner] = line.value or 0
    return {
        (month, goods, partner): value
        for (month, goods), files_of in by_file.items()
        for partner, value in files_of[max(files_of)].items()
    }


def total(values: dict[tuple[str, str, str], int], year: str, goods: str = "") -> int:
    return sum(v for (m, g, _), v in values.items() if m[:4] == year and g.startswith(goods))


def test_exports_by_destination_are_those_of_a_recount(built: Built) -> None:
    expected: dict[tuple[str, str], int] = defaultdict(int)
    for (month, _, partner), value in built.recounted.items():
        if month < "2025":  # of which there is a month only
            expected[month[:4], partner] += value
    found = built.rows(
        "select period, partner_label_zh, value_ntd_thousand from export_by_destination"
    )
    assert {(year, partner): value for year, partner, value in found} == expected
    assert {year for year, _ in expected} == {str(year) for year in range(2019, 2025)}


def test_every_landed_line_is_counted_once_with_what_became_of_it(built: Built) -> None:
    lines = list(lines_of(built.files))
    found = built.rows("select what, sum(line_count) from customs_coverage group by what")
    counted = {what: int(count) for what, count in found}
    assert sum(counted.values()) == len(lines)
    assert counted["year_to_date"] == sum(line.is_range for line in lines)
    assert counted["before_first_year"] == sum(line.period < "2019" for line in lines)
    used = built.recounted
    assert counted["added_up"] == len(used) - 1
    assert counted["incomplete_year"] == 1
    assert counted["other_goods_digits"] == 12
    assert counted["superseded"] > 0
    assert counted["information_protected"] > 0


def test_a_month_asked_again_counts_once_and_final_values_win(built: Built) -> None:
    used = built.recounted
    naive = sum(line.value or 0 for line in lines_of(built.files) if line.period == "2024-08")
    august = sum(value for (month, _, _), value in used.items() if month == "2024-08")
    assert 0 < august < naive
    assert built.rows(
        "select cast(sum(value_ntd_thousand) as bigint) from int_customs__goods "
        "where period = '2024-08'"
    ) == [(august,)]
    assert built.rows("select bool_or(is_preliminary) from int_customs__goods") == [(False,)]


def test_a_month_is_never_added_up_from_preliminary_and_final_lines_of_one_file(
    built: Built,
) -> None:
    march = sum(value for (month, _, _), value in built.recounted.items() if month == "2020-03")
    assert built.rows(
        "select cast(sum(value_ntd_thousand) as bigint), bool_or(is_preliminary) "
        "from int_customs__goods where period = '2020-03'"
    ) == [(march, False)]


def test_a_later_query_for_some_goods_leaves_the_others_of_the_month_as_they_were(
    built: Built,
) -> None:
    values = dict(
        built.rows(
            "select goods_code, value_ntd_thousand from int_customs__goods where period = '2023-05'"
        )
    )
    assert values["85423100004"] == 1070
    assert values[built.asked_again] == 777
    assert values["84862000004"] is None
    expected: dict[str, int] = defaultdict(int)
    for (month, goods, _), value in built.recounted.items():
        if month == "2023-05":
            expected[goods] += value
    assert {goods: value or 0 for goods, value in values.items()} == expected
    assert len(expected) > 10


def test_the_control_totals_of_a_file_are_those_of_its_lines(built: Built) -> None:
    period = "file_key, flow_zh, period_from, period_to, is_preliminary"
    sums = "sum({lines}), sum({withheld}), coalesce(sum(value_ntd_thousand), 0)"
    of_totals = sums.format(lines="line_count", withheld="withheld_lines")
    of_lines = sums.format(lines="1", withheld="cast(is_withheld as integer)")
    for totals, member, of_line in (
        ("goods_total", "goods_code", "goods_code"),
        ("partner_total", "goods_digits, partner_label_zh", "length(goods_code), partner_label_zh"),
    ):
        found = built.rows(
            f"select {period}, {member}, is_information_protected, {of_totals} "
            f"from stg_customs_portal__{totals} group by all order by all"
        )
        expected = built.rows(
            f"select {period}, {of_line}, is_information_protected, {of_lines} "
            "from stg_customs_portal__trade_line group by all order by all"
        )
        assert len(found) > 1000
        assert found == expected


def test_classes_of_the_ministry_change_with_their_months(built: Built) -> None:
    used = built.recounted
    medium = sum(
        value
        for (month, goods, _), value in used.items()
        if goods.startswith("8517") and "2023-01" <= month <= "2023-06"
    )
    low = total(used, "2023", "84") + total(used, "2023", "854143")
    high = total(used, "2023", "85") - medium - total(used, "2023", "854143")
    found = built.rows(
        "select goods_class, value_ntd_thousand from export_by_class "
        "where classification = 'capital_intensity' and period = '2023'"
    )
    assert dict(found) == {
        "high_capital_intensity": high,
        "medium_capital_intensity": medium,
        "low_capital_intensity": low,
        "unclassified": total(used, "2023") - high - medium - low,
    }


def test_a_class_of_another_hs_edition_comes_over_the_bridge_and_nothing_is_doubled(
    built: Built,
) -> None:
    used = built.recounted
    found = dict(
        built.rows(
            "select goods_class, (value_ntd_thousand, bridged_ntd_thousand) from export_by_class "
            "where classification = 'skill_intensity' and period = '2023'"
        )
    )
    low, high = total(used, "2023", "851779"), total(used, "2023", "854231")
    medium = total(used, "2023", "854143")  # all longer codes of 854140 are of this class
    assert min(low, high, medium) > 0
    assert found == {
        "low_skill_intensity": (low, low),
        "high_skill_intensity": (high, high),
        "medium_skill_intensity": (medium, medium),
        "unclassified": (total(used, "2023") - low - high - medium, 0),
    }
    # back to an older code from several newer ones of one class, but not of two (854140)
    back = dict(
        built.rows(
            "select goods_class, value_ntd_thousand from export_by_class "
            "where classification = 'capital_intensity' and period = '2021'"
        )
    )
    assert total(used, "2021", "854140") > 0
    assert back["medium_capital_intensity"] == total(used, "2021", "851770") > 0
    assert back.get("high_capital_intensity", 0) == total(used, "2021", "854231")
    assert "low_capital_intensity" not in back
    # in 2021 the edition of the rules was in force: no bridge
    direct = dict(
        built.rows(
            "select goods_class, (value_ntd_thousand, bridged_ntd_thousand) from export_by_class "
            "where classification = 'skill_intensity' and period = '2021'"
        )
    )
    assert direct["low_skill_intensity"] == (total(used, "2021", "851770"), 0)
    assert direct["unclassified"] == (total(used, "2021") - total(used, "2021", "85"), 0)


def test_the_tables_follow_the_basis_and_amounts_add_exactly(built: Built) -> None:
    used = built.recounted
    cells = {
        (table, *key): value
        for table in ("09", "10", "11")
        for *key, value in built.rows(
            f"select row_key, period, measure, value from table_1_2_{table}"
        )
    }
    for table in ("09", "10"):
        printed = cells[table, "total", "2024", "export_value_ntd_100m"]
        assert printed == pytest.approx(total(used, "2024") / 100_000, rel=1e-12)
    amounts = built.rows(
        "select sum(value_ntd_thousand) from export_by_class "
        "where period = '2024' group by classification"
    )
    assert [int(amount) for (amount,) in amounts] == [total(used, "2024")] * 3
    share = cells["10", "high_capital_intensity", "2024", "export_share_pct"]
    high = total(used, "2024", "85") - total(used, "2024", "854143")
    assert share == pytest.approx(100 * high / total(used, "2024"))
    # T1-2-11 is published still, though its microdata are there
    assert cells["11", "total", "2024", "export_value_ntd_100m"] > 100_000


def test_both_routes_are_compared_cell_by_cell(built: Built) -> None:
    rows = built.rows(
        "select table_id, classification, published_value, microdata_value, difference, "
        "relative_difference_pct, microdata_printed_as, basis, is_microdata_printed "
        "from basis_comparison where row_key = 'total' and period = '2024' "
        "and measure = 'export_value_ntd_100m' order by all"
    )
    assert [(*row[:2], *row[7:]) for row in rows] == [
        ("T1-2-09", "oecd_2011_via_isic", "microdata", True),
        ("T1-2-10", "capital_intensity", "microdata", True),
        ("T1-2-11", "skill_intensity", "published", False),
    ]
    for _, _, published, microdata, difference, relative, printed, *_ in rows:
        assert difference == microdata - published
        assert relative == pytest.approx(100 * (microdata / published - 1))
        assert printed == f"{round(microdata):,}"


def test_products_of_the_figure_and_the_total_are_observations_of_named_files(
    built: Built,
) -> None:
    used = built.recounted
    rows = built.rows(
        "select indicator_id, breakdown, value, status, source_row, source_file "
        "from indicator_observation where source_id = 'customs_portal' and period = '2024' "
        "and indicator_id <> 'export_value_by_class' order by all"
    )
    headings = ("8532", "8533", "8534", "8540", "8541", "8542")
    components = sum(total(used, "2024", heading) for heading in headings)
    assert [row[:2] for row in rows] == [
        ("customs_exports_total", "total"),
        ("export_value_by_product", "electronic_components"),
        ("export_value_by_product", "ict_audio_visual"),
    ]
    assert rows[0][2] == pytest.approx(total(used, "2024") / 1000)
    assert rows[1][2] == pytest.approx(components / 1000)
    assert {row[3:5] for row in rows} == {("", None)}
    names = rows[0][5].split("; ")
    assert names == sorted(
        f.name for f in built.files if "1015093000" in f.name or "2025" in f.name
    )


def test_the_public_levels_are_those_of_the_seed(built: Built) -> None:
    used = built.recounted
    found = dict(
        built.rows(
            "select goods_class, value_ntd_thousand from export_by_class "
            "where classification = 'oecd_2011_via_isic' and period = '2024'"
        )
    )
    assert found["high_tech"] >= total(used, "2024", "8542") + total(used, "2024", "8471")
    assert sum(found.values()) == total(used, "2024")
    assert found["unclassified"] >= total(used, "2024", "8486")
