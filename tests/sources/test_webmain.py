from pathlib import Path

import pytest

from sources.bronze import build_bronze
from sources.contract import SourceError
from sources.mof_trade_statistics import SOURCE as MOF
from sources.mol_wages import SOURCE as MOL
from sources.webmain import read_webmain

EXPORTS = """出口值
,按新臺幣計算(百萬元)/ 總計,按美元計算(百萬美元)/ (1)電子零組件(積體電路)
109年,"10,198,900","135,544.2"
115年 5月,"1,500,000",-
註：1.出口按F.O.B.計價, 含復出口。
"""


def land(directory: Path, text: str, encoding: str = "utf-8-sig", name: str = "q.csv") -> Path:
    path = directory / name
    path.write_bytes(text.encode(encoding))
    return path


def read(path: Path) -> list[dict[str, object]]:
    return read_webmain([path])["statistic"].to_dicts()


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "cp950"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_table_melts_to_one_row_per_period_and_column(
    tmp_path: Path, encoding: str, end: str
) -> None:
    rows = read(land(tmp_path, EXPORTS.replace("\n", end), encoding))

    assert [(r["period"], r["frequency"], r["value"], r["_source_row"]) for r in rows] == [
        ("2020", "A", 10198900.0, 3),
        ("2020", "A", 135544.2, 3),
        ("2026-05", "M", 1500000.0, 4),
        ("2026-05", "M", None, 4),
    ]
    assert {r["table_title"] for r in rows} == {"出口值"}
    assert {r["_source_file"] for r in rows} == {"q.csv"}
    assert [r["item"] for r in rows[:2]] == [
        "按新臺幣計算(百萬元)/ 總計",
        "按美元計算(百萬美元)/ (1)電子零組件(積體電路)",
    ]


def test_the_unit_is_that_of_the_group_not_the_number_of_the_item(tmp_path: Path) -> None:
    units = [row["unit"] for row in read(land(tmp_path, EXPORTS))[:2]]
    assert units == ["百萬元", "百萬美元"]


def test_the_bare_form_without_title_notes_and_quotes_is_read(tmp_path: Path) -> None:
    rows = read(land(tmp_path, "統計期,經常性薪資(元),指數\n113年,46450,\n113年12月,46782,…\n"))
    assert [(r["table_title"], r["period"], r["unit"], r["value"]) for r in rows] == [
        (None, "2024", "元", 46450.0),
        (None, "2024", None, None),
        (None, "2024-12", "元", 46782.0),
        (None, "2024-12", None, None),
    ]


def test_a_unit_line_above_the_header_serves_columns_without_their_own(tmp_path: Path) -> None:
    rows = read(land(tmp_path, "薪資\n單位：元\n年別,總薪資,指數(%)\n113年,1,2\n"))
    assert [(r["table_title"], r["unit"]) for r in rows] == [("薪資", "元"), ("薪資", "%")]


def test_blank_lines_keep_the_physical_line_numbers(tmp_path: Path) -> None:
    rows = read(land(tmp_path, "表\n\n,總計(元)\n109年,1\n\n備註\n"))
    assert [row["_source_row"] for row in rows] == [4]


def test_leftover_tags_of_the_web_page_are_taken_off_the_labels(tmp_path: Path) -> None:
    rows = read(land(tmp_path, ",按美元計算(百萬美元)/ <b>總計\n109年,1\n"))
    assert rows[0]["item"] == "按美元計算(百萬美元)/ 總計"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("功能代號不存在\n", "No row starts with a period"),
        ("109年,1\n", r"line 1: The first line is a row of data"),
        (",a(元)\n109年,1x\n", r"line 2: '1x' in column 'a\(元\)' is no number"),
        (",a(元)\n109年,1,234\n", r"line 2: The row has 2 values below 1"),
        (",a(元),b(元)\n109年,1\n", r"line 2: The row has 1 values below 2"),
        (",a(元),a(元)\n109年,1,2\n", r"column 'a\(元\)' is there twice"),
        (",a(元),,b(元)\n109年,1,2,3\n", "columns without a label"),
        (
            ",a(元)\n109年,1\n109年1-5月,2\n110年,3\n",
            r"line 3: A row that starts with '109年1-5月'",
        ),
        (",a(元)\n109年,1\n109年1-5月,2\n", r"line 3: A row that starts with '109年1-5月'"),
        (",a(元)\n109年,1\n註：略\n110年,3\n", r"line 4: A row that starts with '110年'"),
        (",a(元)\n115年1月~115年3月,1\n", "is a range of periods"),
        (',a(元)\n109年,"1\n', "not well-formed"),
    ],
)
def test_a_table_that_cannot_be_believed_is_refused_with_its_line(
    tmp_path: Path, text: str, message: str
) -> None:
    with pytest.raises(SourceError, match=message):
        read(land(tmp_path, text))


def test_bytes_that_are_neither_encoding_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "q.csv"
    path.write_bytes(",總計(元)\n109年,1\n".encode("cp950") + b"\xff\xff\n")
    with pytest.raises(SourceError, match=r"q\.csv"):
        read(path)


def test_tables_with_the_same_columns_are_kept_apart_by_their_titles(tmp_path: Path) -> None:
    table = "{}\n,高(%)\n109年,50\n"
    files = [land(tmp_path, table.format(t), name=f"{t}.csv") for t in ("科技層級", "資本密集度")]
    assert build_bronze(MOF, files, "v")["statistic"].height == 2
    again = [land(tmp_path, table.format("科技層級"), name=f"{n}.csv") for n in "ab"]
    with pytest.raises(SourceError, match=r"same key twice.*a\.csv, line 3; b\.csv, line 3"):
        build_bronze(MOF, again, "v")


def test_both_databases_say_who_made_them_under_which_licence() -> None:
    for source in (MOF, MOL):
        assert "CC BY 4.0" in source.licence
        assert source.feeds
        assert "CSV" in source.how_to_get


def test_a_unit_in_the_corner_tells_the_currency_that_the_columns_leave_out(tmp_path: Path) -> None:
    text = (
        "Exports to Country (Unit: US$ Thousand),全球(千元),占比(%),美國\n"
        "2001年,126314294,100,28\n2026年8月,58000000,100,15\n"
    )
    rows = read(land(tmp_path, text, "cp950", "u2010ex.csv"))
    assert [row["unit"] for row in rows[:3]] == ["US$ Thousand", "%", "US$ Thousand"]
    assert {row["table_title"] for row in rows} == {"Exports to Country"}
    assert [row["period"] for row in rows[::3]] == ["2001", "2026-08"]


def test_a_table_of_the_ministry_without_a_title_is_known_by_its_files_name(tmp_path: Path) -> None:
    without = EXPORTS.removeprefix("出口值\n")
    path = land(tmp_path, without, name="i8121_出口值－按主要貨品分.csv")
    titles = set(MOF.read([path])["statistic"]["table_title"])
    assert titles == {"i8121_出口值－按主要貨品分"}
    assert set(MOF.read([land(tmp_path, EXPORTS)])["statistic"]["table_title"]) == {"出口值"}
