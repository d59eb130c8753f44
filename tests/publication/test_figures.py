"""The figures: from landed files through the models to points, and from points to pictures.

One build serves all: the shipped sources, and invented files in the publishers' formats for those
of which the shipped edition has nothing.
"""

from __future__ import annotations

import csv
import hashlib
import math
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pypdf
import pytest
from PIL import Image

from orchestration.dbt import build_marts, prepare
from orchestration.ingest import edition_of, ingest_edition, ingest_source
from orchestration.workspace import Workspace
from publication.figures import style, write_figures
from publication.figures.charts import Strand, _clearest_gap
from publication.figures.lettering import Lettering
from publication.figures.reading import Figure, Label, Measure, Value, read_figures
from publication.figures.words import gaps, missing, number, texts
from publication.layout import LANGUAGES
from publication.release import PublicationError
from sources import SOURCE_IDS
from tests.publication.invented_figures import fill_figures
from tests.publication.landed_for_figures import LANDED

ROOT = Path(__file__).resolve().parents[2]
IDS = [f"F1-2-{number:02d}" for number in range(1, 13)]
SVG = "{http://www.w3.org/2000/svg}"

Points = Mapping[tuple[str, str, str], tuple[float | None, str]]


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory, workspace_at: Any) -> Path:
    """A built database with the invented files landed and pinned."""
    folder = tmp_path_factory.mktemp("figures")
    workspace: Workspace = workspace_at(folder / "data")
    edition = edition_of(workspace, "2025-26")
    edition = replace(edition, pins={**edition.pins, **dict.fromkeys(LANDED, "invented")})
    store = workspace.snapshots(edition.id)
    files = folder / "files"
    files.mkdir()
    for source_id, make in LANDED.items():
        store.land(source_id, make(files), "invented")
    build = workspace.build("figures").open()
    for source_id in SOURCE_IDS:
        ingest_source(workspace, edition, build, source_id)
    ingest_edition(workspace, edition, build, with_other_vintages=False)
    run = build_marts(
        workspace, prepare(workspace), build, ["book_figure", "figure_point", "dim_area"]
    )
    assert {result["status"] for result in run.results} == {"success"}
    return build.database


@pytest.fixture(scope="module")
def filled(database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with a value in every figure, marks and gaps in known places, hostile labels."""
    copy = fill_figures(database, tmp_path_factory.mktemp("filled") / "whitepaper.duckdb")
    with duckdb.connect(str(copy)) as connection:
        connection.execute(
            "update figure_point set series_label_en = '=cmd|''/C calc''!A0 $x^2$'"
            " where figure_id = 'F1-2-05' and series_key = 'electronic_components'"
        )
        connection.execute(
            "update book_figure set title_en = '<script>alert(\"1\")</script> & \u202e$_{x}$'"
            " where figure_id = 'F1-2-05'"
        )
    return copy


@pytest.fixture(scope="module")
def drawn(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with all files of the filled figures."""
    directory = tmp_path_factory.mktemp("drawn")
    write_figures(filled, directory)
    return directory / "figures"


def points(database: Path, figure_id: str) -> Points:
    """Value and status by (series, point, measure)."""
    with duckdb.connect(str(database), read_only=True) as connection:
        rows = connection.execute(
            "select series_key, point_key, measure, value, status from figure_point"
            " where figure_id = ?",
            [figure_id],
        ).fetchall()
    return {
        (series, point, measure): (value, status) for series, point, measure, value, status in rows
    }


def figure(database: Path, figure_id: str, language: str = "en") -> Figure:
    with duckdb.connect(str(database), read_only=True) as connection:
        found = read_figures(connection, "zh" if language == "zh" else "en")
    return next(figure for figure in found if figure.id == figure_id)


# ---- from landed files to points


def test_technology_trade_has_both_flows_their_ratio_and_a_gap_in_2020(database: Path) -> None:
    found = points(database, "F1-2-07")
    assert found["TWN", "2017", "tech_export_ntd_100m"] == (500.0, "")
    assert found["TWN", "2023", "tech_balance_ratio"] == (pytest.approx(700 / 650), "")
    assert found["TWN", "2020", "tech_export_ntd_100m"] == (None, "M")
    assert gaps(figure(database, "F1-2-07")) == "N/A: 2020 (no survey was held in 2021)"


def test_partners_are_shown_with_what_is_left_of_the_total(database: Path) -> None:
    found = points(database, "F1-2-09")
    amount = {
        key[0]: value
        for key, (value, _) in found.items()
        if key[1:] == ("2023", "tech_export_ntd_100m")
    }
    assert amount == {"SGP": 150.0, "CHN": 200.0, "THA": 60.0, "other": 290.0, "total": 700.0}
    assert found["SGP", "2023", "tech_export_share_pct"] == (pytest.approx(100 * 150 / 700), "")
    assert found["THA", "2018", "tech_export_ntd_100m"] == (None, "M")
    assert found["other", "2018", "tech_export_ntd_100m"] == (540 - 110 - 200, "")


def test_imports_by_origin_are_those_of_the_payments(database: Path) -> None:
    found = points(database, "F1-2-10")
    assert found["USA", "2022", "tech_import_ntd_100m"] == (300.0, "")
    assert found["JPN", "2022", "tech_import_share_pct"] == (pytest.approx(100 * 120 / 640), "")


def test_scores_stand_beside_the_mean_of_all_peers_or_of_none(database: Path) -> None:
    found = points(database, "F1-2-02")
    criterion = "rank_ip_rights_protection"
    assert found["TWN_2025", criterion, "score"] == (5.25, "")
    assert found["TWN_2024", criterion, "score"] == (5.25, "")
    assert found["peer_mean_2025", criterion, "score"] == (pytest.approx(7.5), "")
    lacking = "rank_use_digital_tools_technologies"
    assert points(database, "F1-2-03")["peer_mean_2025", lacking, "score"] == (None, "M")
    assert points(database, "F1-2-03")["TWN_2025", lacking, "score"] == (7.75, "")


def test_quarters_of_a_year_are_summed_only_when_all_four_are_there(database: Path) -> None:
    found = points(database, "F1-2-08")
    assert found["TWN", "2017", "ip_receipts_usd_100m"] == (pytest.approx(16.06), "")
    assert found["TWN", "2017", "ip_balance_ratio"] == (pytest.approx(1606 / 4412), "")
    assert found["TWN", "2024", "ip_receipts_usd_100m"] == (None, "M")
    assert missing(figure(database, "F1-2-08")).startswith("…: not landed: 2024; to land: charges")


def test_the_productivity_index_is_quarterly_and_names_its_base_year(database: Path) -> None:
    found = points(database, "F1-2-04")
    assert found["manufacturing", "2020-Q1", "labour_productivity_index"] == (90.0, "")
    assert found["services", "2024-Q4", "labour_productivity_index"] == (109.5, "")
    assert figure(database, "F1-2-04").notes == ("2021 = 100.",)


def test_value_added_rates_need_no_common_currency_and_keep_the_publishers_mark(
    database: Path,
) -> None:
    found = points(database, "F1-2-12")
    measure = "value_added_rate_pct"
    assert found["USA", "2017", measure] == (pytest.approx(30.0), "")
    assert found["JPN", "2023", measure] == (pytest.approx(100 * 90_006 / 300_006), "P")
    assert found["KOR", "2023", measure] == (None, "M")
    assert found["TWN", "2023", measure] == (pytest.approx(34.81), "")
    assert "Germany, Korea" in missing(figure(database, "F1-2-12"))


def test_bubbles_are_the_cells_of_the_three_tables(database: Path) -> None:
    found = points(database, "F1-2-01")
    assert found["CHN", "2023", "gerd_ppp2015_usd_100m"][0] == pytest.approx(7806.78)
    assert found["GBR", "2023", "researchers_per_1000_employees"][1] == "E"
    assert "EU27_2020" not in {series for series, _, _ in found}
    assert gaps(figure(database, "F1-2-01")).startswith("N/A: Israel (Israel reports no total")


def test_a_figure_without_values_says_what_to_land(database: Path) -> None:
    with duckdb.connect(str(database), read_only=True) as connection:
        landed = dict(connection.execute("select figure_id, is_landed from book_figure").fetchall())
        land = connection.execute(
            "select land_sources, land_zh, land_en from book_figure where figure_id = 'F1-2-06'"
        ).fetchone()
    assert sorted(figure_id for figure_id, there in landed.items() if not there) == [
        "F1-2-05",
        "F1-2-06",
    ]
    assert land is not None and land[0] == "uspto_bulk" and "引證" in land[1]


# ---- from points to pictures


def test_every_figure_has_three_formats_in_both_languages_and_a_data_table(drawn: Path) -> None:
    assert {path.name for path in drawn.iterdir()} == {
        *(
            f"{i}.{lang}.{kind}"
            for i in IDS
            for lang in LANGUAGES
            for kind in ("svg", "pdf", "png")
        ),
        *(f"{i}.csv" for i in IDS),
    }


@pytest.mark.parametrize("figure_id", IDS)
def test_svg_says_in_words_what_it_shows_and_points_nowhere_else(
    drawn: Path, figure_id: str
) -> None:
    for language in LANGUAGES:
        text = (drawn / f"{figure_id}.{language}.svg").read_text(encoding="utf-8")
        root = ET.fromstring(text)
        title, told = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
        assert root.get("role") == "img"
        assert title is not None and told is not None and title.text and told.text
        assert root.get("aria-labelledby") == f"{title.get('id')} {told.get('id')}"
        assert len(told.text) > 60
        assert not root.findall(f".//{SVG}text"), "letters are outlines"
        links = re.findall(r'href="(.)', text)
        assert set(links) <= {"#"}
        assert str(ROOT) not in text and "/tmp" not in text


def test_the_description_holds_the_values(drawn: Path) -> None:
    told = ET.fromstring((drawn / "F1-2-01.zh.svg").read_text(encoding="utf-8")).findtext(
        f"{SVG}desc"
    )
    assert told is not None
    assert "中國大陸、研發經費：2023 7,807。" in told
    assert "英國、研發經費：2023 1,026 E。" in told


def test_pdf_fonts_are_embedded_truetype_and_the_text_can_be_searched(drawn: Path) -> None:
    for language, word in (("zh", "技術輸出"), ("en", "Technology exports")):
        page = pypdf.PdfReader(drawn / f"F1-2-07.{language}.pdf").pages[0]
        fonts = page["/Resources"]["/Font"].get_object().values()
        assert fonts
        for entry in fonts:
            font = entry.get_object()
            if "/DescendantFonts" in font:
                font = font["/DescendantFonts"][0].get_object()
            assert "NotoSansTC" in font["/BaseFont"]
            assert "/FontFile2" in font["/FontDescriptor"].get_object()
        assert word in page.extract_text().replace("\n", "")


def test_the_last_value_of_a_line_that_ends_early_is_told_with_its_year(drawn: Path) -> None:
    # Japan is not landed for 2023; the other lines reach the border.
    for language, wanted, other in (
        ("en", r"Japan [0-9.]+ \(2022\)", r"Korea [0-9.]+\n"),
        ("zh", r"日本 [0-9.]+（2022）", r"韓國 [0-9.]+\n"),
    ):
        page = pypdf.PdfReader(drawn / f"F1-2-12.{language}.pdf").pages[0]
        assert re.search(wanted, page.extract_text())
        assert re.search(other, page.extract_text())


def test_the_scale_of_a_radar_stands_where_no_line_crosses_it() -> None:
    def strand(*values: float | None) -> Strand:
        measure = Measure("score", "Score", "points", 1, "radius", 0, 10)
        label = Label("TWN", "Taiwan")
        return Strand(label, measure, "Taiwan", style.BLUE, [Value(v, "", None) for v in values])

    # Between the first two spokes the line crosses the ring of 4, elsewhere none.
    crossing = 4 / math.cos(math.pi / 3)
    lines = [strand(crossing, crossing, 6)]
    assert round(math.degrees(_clearest_gap(lines, [2, 4, 6], 3))) in (180, 300)
    assert round(math.degrees(_clearest_gap([strand(None, None, None)], [2, 4], 3))) == 60


def test_pictures_are_as_wide_as_a_column_or_the_page(drawn: Path) -> None:
    for figure_id, width in (("F1-2-07", 8.5), ("F1-2-01", 17.0)):
        page = pypdf.PdfReader(drawn / f"{figure_id}.zh.pdf").pages[0]
        assert float(page.mediabox.width) == pytest.approx(width / 2.54 * 72, abs=0.6)
        with Image.open(drawn / f"{figure_id}.zh.png") as picture:
            assert picture.width == pytest.approx(width / 2.54 * style.DPI, abs=2)
            assert not {"Software", "date:create", "Creation Time"} & set(picture.info)


def test_nothing_is_drawn_outside_of_a_picture(drawn: Path) -> None:
    for path in sorted(drawn.glob("*.png")):
        with Image.open(path) as picture:
            grey = picture.convert("L")
            width, height = grey.size
            edges = [(0, 0, width, 2), (0, height - 2, width, height)]
            edges += [(0, 0, 2, height), (width - 2, 0, width, height)]
            assert all(grey.crop(edge).getextrema() == (255, 255) for edge in edges), path.name


def test_data_tables_hold_every_point_unrounded_and_no_formula(drawn: Path, filled: Path) -> None:
    for figure_id in IDS:
        with (drawn / f"{figure_id}.csv").open(encoding="utf-8-sig", newline="") as handle:
            rows = list(csv.DictReader(handle))
        wanted = points(filled, figure_id)
        assert {
            (row["series_key"], row["point_key"], row["measure"]): (
                float(row["value"]) if row["value"] else None,
                row["status"],
            )
            for row in rows
        } == wanted
        assert not [cell for row in rows for cell in row.values() if cell[:1] in "=+@" and cell]


def test_hostile_labels_do_no_harm(drawn: Path) -> None:
    svg = (drawn / "F1-2-05.en.svg").read_text(encoding="utf-8")
    assert "<script" not in svg and "\u202e" not in svg
    assert "&lt;script&gt;" in svg
    page = pypdf.PdfReader(drawn / "F1-2-05.en.pdf").pages[0]
    assert "$_{x}$" in page.extract_text(), "no label is read as a formula"
    assert "'=cmd|" in (drawn / "F1-2-05.csv").read_text(encoding="utf-8-sig")


def test_two_runs_give_the_same_bytes(drawn: Path, filled: Path, tmp_path: Path) -> None:
    """In a process of its own: another seed of hashes, another place, another time."""
    target = tmp_path / "elsewhere"
    target.mkdir()
    code = (
        "import sys; from pathlib import Path; from publication.figures.pictures "
        "import draw_language; draw_language(Path(sys.argv[1]), Path(sys.argv[2]), 'zh')"
    )
    subprocess.run(
        [sys.executable, "-c", code, str(filled), str(target)],
        check=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": "4711", "TZ": "Asia/Taipei"},
    )
    made = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in target.iterdir()}
    assert len(made) == 36
    assert made == {name: hashlib.sha256((drawn / name).read_bytes()).hexdigest() for name in made}


def test_a_character_without_a_letter_is_named_with_its_label_in_either_language(
    filled: Path, tmp_path: Path
) -> None:
    for language in LANGUAGES:
        copy = tmp_path / f"{language}.duckdb"
        copy.write_bytes(filled.read_bytes())
        with duckdb.connect(str(copy)) as connection:
            connection.execute("delete from book_figure where figure_id <> 'F1-2-12'")
            connection.execute(f"update book_figure set title_{language} = '龘 up'")
        with pytest.raises(PublicationError, match=r"no '龘' \(U\+9F98\), which stands in '龘 up'"):
            write_figures(copy, tmp_path)


def test_the_fonts_have_every_character_of_the_editions_labels_and_of_all_names() -> None:
    editions = sorted((ROOT / "editions").glob("*/*.yml"))
    seeds = sorted((ROOT / "dbt_project" / "seeds").glob("*.csv"))
    assert editions and seeds
    written = [path.read_text(encoding="utf-8-sig") for path in (*editions, *seeds)]
    with Lettering(text.replace("\r", "") for text in written) as lettering:
        assert lettering.width("臺灣", 10) == pytest.approx(20)


# ---- the hand


def test_texts_are_broken_by_the_rules_of_chinese_and_english() -> None:
    with Lettering(
        ["為配合普查，故無「數據」。 A reader of figures supercalifragilistic"]
    ) as letters:
        chinese = letters.wrap("為配合普查，故無「數據」。", 10, 50)
        assert "".join(chinese) == "為配合普查，故無「數據」。"
        assert all(line[0] not in "，」。" and line[-1] != "「" for line in chinese)
        english = letters.wrap("A reader of figures", 10, 60)
        assert english == ["A reader of", "figures"]
        assert all(letters.width(w, 10) <= 40 for w in letters.wrap("supercalifragilistic", 10, 40))


def test_labels_read_on_white_and_colours_differ_in_grey_and_for_the_colour_blind() -> None:
    looks = [style.VERMILLION, *style.LINES]
    assert all(style.contrast(look.text, style.PAPER) >= 4.5 for look in looks)
    assert all(style.contrast(style.ink_on(look.ink), look.ink) >= 4.0 for look in style.STACK)
    # Columns and parts of a stack stand side by side, lines cross: these differ in marker and dash.
    for one, other in zip(style.STACK, style.STACK[1:], strict=False):
        assert abs(style.luminance(one.ink) - style.luminance(other.ink)) > 0.08
    assert len({(look.marker, look.dash) for look in looks}) == len(looks)


def test_numbers_are_rounded_half_away_from_zero() -> None:
    assert [number(0.285, 2), number(-0.25, 1), number(1234.5, 0)] == ["0.29", "−0.3", "1,235"]


def test_every_text_that_is_drawn_has_been_given_to_the_fonts(filled: Path) -> None:
    found = texts([figure(filled, "F1-2-12", "zh")])
    assert {"臺灣", "附加價值率", "圖1-2-12"} <= set(found)
