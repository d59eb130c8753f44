"""PX files, small but with the peculiarities of the real ones; the real ones where at hand."""

from __future__ import annotations

import time
from pathlib import Path

import polars as pl
import pytest

from sources.contract import SourceError
from sources.px import is_px, read_px

SAMPLES = Path(__file__).resolve().parents[2].parent / "shared" / "samples" / "dgbas"

# Two measures x two periods x three counties, as the counties' office writes them.
COUNTIES = """CHARSET="ANSI";
AXIS-VERSION="2006";
DECIMALS=6;
DECIMALS=2;
MATRIX="CS771N1A";
DESCRIPTION="縣市重要統計指標";
UNITS=" 請看項目";
STUB="指標","期間";
HEADING="縣市";
VALUES("指標")=" 國小校數(所)",
" 平均每校學生數";
VALUES("期間")="1998","1999";
VALUES("縣市")=" 總計"," 新北市",
" 臺北市";
PRECISION("指標"," 平均每校學生數")=2;
NOTE="--------#"
"公式：100#"
;
DATA=
"..." 2 3.50\t4
5 "-" 7\t8 9
".." -11 12;
"""


def write(folder: Path, text: str, encoding: str = "utf-8", name: str = "t.px") -> Path:
    path = folder / name
    path.write_bytes(text.replace("\n", "\r\n").encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp950"])
def test_cells_are_laid_out_stub_first_and_heading_fastest(tmp_path: Path, encoding: str) -> None:
    path = write(tmp_path, COUNTIES, encoding)
    assert is_px(path)
    frame = read_px(path)
    assert frame.select("measure", "period", "item", "value", "_source_row").rows() == [
        ("國小校數(所)", "1998", "總計", None, 20),
        ("國小校數(所)", "1998", "新北市", 2, 20),
        ("國小校數(所)", "1998", "臺北市", 3.5, 20),
        ("國小校數(所)", "1999", "總計", 4, 20),
        ("國小校數(所)", "1999", "新北市", 5, 21),
        ("國小校數(所)", "1999", "臺北市", None, 21),
        ("平均每校學生數", "1998", "總計", 7, 21),
        ("平均每校學生數", "1998", "新北市", 8, 21),
        ("平均每校學生數", "1998", "臺北市", 9, 21),
        ("平均每校學生數", "1999", "總計", None, 22),
        ("平均每校學生數", "1999", "新北市", -11, 22),
        ("平均每校學生數", "1999", "臺北市", 12, 22),
    ]
    assert frame["unit"].unique(maintain_order=True).to_list() == ["所", None]
    constant = frame.select("table_id", "table_name", "item_dimensions", "frequency").unique()
    assert constant.rows() == [("CS771N1A", "縣市重要統計指標", "縣市", "A")]


POPULATION = """CHARSET="ANSI";
MATRIX="";
CONTENTS="人口年齡分配";
UNITS="人";
STUB="年月底別","行政區","性別";
HEADING="項目";
VALUES("年月底別")=" 100年1月"," 100年第1季"," 100年";
VALUES("行政區")=" 總計"," 松山區";
VALUES("性別")=" 男";
VALUES("項目")=" 0歲"," 1歲";
DATA=
1 2 3 4 5 6 7 8 9 10 11 12;"""


def test_without_a_variable_of_measures_the_contents_are_the_measure(tmp_path: Path) -> None:
    frame = read_px(write(tmp_path, POPULATION, name="PP4.px"))
    assert frame.row(5, named=True) == {
        "table_id": "PP4",
        "table_name": "人口年齡分配",
        "measure": "人口年齡分配",
        "item": "總計",
        "item2": "男",
        "item3": "1歲",
        "item_dimensions": "行政區 | 性別 | 項目",
        "unit": "人",
        "frequency": "Q",
        "period": "2011-Q1",
        "value": 6.0,
        "_source_file": "PP4.px",
        "_source_row": 12,
    }
    assert frame["period"].unique(maintain_order=True).to_list() == ["2011-01", "2011-Q1", "2011"]


def test_a_fourth_item_is_kept_in_the_third_column(tmp_path: Path) -> None:
    text = POPULATION.replace('HEADING="項目";', 'HEADING="項目","國籍";\nVALUES("國籍")="本國";')
    frame = read_px(write(tmp_path, text))
    assert frame["item3"].unique(maintain_order=True).to_list() == ["0歲 | 本國", "1歲 | 本國"]
    assert frame["item_dimensions"][0] == "行政區 | 性別 | 項目 | 國籍"


def test_contvariable_names_the_measures_and_each_has_its_unit(tmp_path: Path) -> None:
    text = POPULATION.replace(
        'UNITS="人";', 'CONTVARIABLE="項目";\nUNITS(" 0歲")="千人";\nUNITS="人";'
    )
    frame = read_px(write(tmp_path, text))
    assert frame.select("measure", "unit").unique(maintain_order=True).rows() == [
        ("0歲", "千人"),
        ("1歲", "人"),
    ]
    assert frame["item_dimensions"][0] == "行政區 | 性別"


def test_a_variable_and_a_label_without_a_name_lose_no_cell(tmp_path: Path) -> None:
    text = POPULATION.replace('"行政區"', '""').replace('" 總計"," 松山區"', '"","松山區"')
    frame = read_px(write(tmp_path, text))
    assert frame["value"].to_list() == list(range(1, 13))
    assert frame["item_dimensions"][0] == "(no name) | 性別 | 項目"
    assert frame["item"].unique(maintain_order=True).to_list() == ["(no label)", "松山區"]


def test_of_equal_labels_each_one_carries_its_code(tmp_path: Path) -> None:
    text = POPULATION.replace('" 0歲"," 1歲";', '"其他"," 其他";\nCODES("項目")="A1","B1";')
    frame = read_px(write(tmp_path, text))
    assert frame["item3"].unique(maintain_order=True).to_list() == ["其他 [A1]", "其他 [B1]"]
    without_codes = text.replace('CODES("項目")="A1","B1";', "")
    frame = read_px(write(tmp_path, without_codes))
    assert frame["item3"].unique(maintain_order=True).to_list() == ["其他 [1]", "其他 [2]"]


@pytest.mark.parametrize(
    "note",
    ['NOTE="#"\n"a;b"\n"#"\n;', 'NOTE="5" pipes; and more";', 'NOTE[en]="x";NOTEX="y";'],
)
def test_a_note_of_odd_quoting_does_not_swallow_what_follows(tmp_path: Path, note: str) -> None:
    text = COUNTIES.replace('HEADING="縣市";', f'{note}\nHEADING="縣市";')
    assert read_px(write(tmp_path, text)).height == 12


def test_stray_quotes_in_two_notes_do_not_swallow_the_keyword_between(tmp_path: Path) -> None:
    between = 'NOTE="5" pipes";\nHEADING="縣市";\nNOTEX="6" pipes";'
    text = COUNTIES.replace('HEADING="縣市";', between)
    assert read_px(write(tmp_path, text)).height == 12


def test_a_keyword_of_another_language_does_not_replace_the_own_one(tmp_path: Path) -> None:
    text = COUNTIES.replace("NOTE=", 'STUB[en]="Item","Year";\nVALUES[en]("Year")="1","2";\nNOTE=')
    assert read_px(write(tmp_path, text))["item_dimensions"][0] == "縣市"


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (" 12;", ";", "11 cells. Expected: 12 (2 x 2 x 3)"),
        (" 12;", " 12 13;", "13 cells. Expected: 12 (2 x 2 x 3)"),
        (" 12;", " 12", "line 22: The cells are not closed by a semicolon; 12 were read"),
        (" 12;", " 1,200;", "line 22: The cell '1,200' is not a number"),
        (" 12;", " nan;", "line 22: The cell 'nan' is not a number"),
        (" 12;", ' "12";', "line 22: The cell '\"12\"' is not a number"),
        (" 12;", " 1e999;", "line 22: The cell '1e999' is too large"),
        (" 12;", " 12; 13", "follows the cells"),
        ("DATA=", "", "no keyword"),
        ('VALUES("縣市")', 'VALUES("縣")', "'縣', which STUB and HEADING do not name"),
        ('"1998","1999"', "", "'期間' has no values"),
        ('"1998","1999"', '"1998","1998"', "1998 stands twice"),
        ('"1998","1999"', '"1998","87年"', "1998 stands twice"),
        ('"1998","1999"', '"1998","1999p"', "'1999p' of the variable '期間' is no period"),
        ('"1998","1999"', '"1998","1999年1月~1999年3月"', "is no period"),
        ('"1998","1999"', '"甲","乙"', "No variable is time"),
        ('HEADING="縣市";', "", "'縣市', which STUB and HEADING do not name"),
        ('HEADING="縣市";', 'HEADING="縣市";HEADING="縣市";', "HEADING is given twice"),
        ('HEADING="縣市";', 'HEADING="縣市";KEYS="縣市";', "sparse"),
        ('HEADING="縣市";', 'HEADING="縣市"', "縣市"),
    ],
)
def test_a_fault_of_the_file_is_named_with_its_place(
    tmp_path: Path, old: str, new: str, says: str
) -> None:
    assert COUNTIES.count(old) == 1
    with pytest.raises(SourceError) as caught:
        read_px(write(tmp_path, COUNTIES.replace(old, new)))
    assert says in str(caught.value)
    assert "t.px" in str(caught.value)


def test_two_variables_of_periods_are_told_apart_by_name_or_refused(tmp_path: Path) -> None:
    text = POPULATION.replace('"0歲"," 1歲"', "").replace('" 0歲"," 1歲"', '"1998","1999"')
    frame = read_px(write(tmp_path, text))
    assert frame["item3"].unique(maintain_order=True).to_list() == ["1998", "1999"]
    with pytest.raises(SourceError, match="Several variables could be time: 調查, 項目"):
        read_px(write(tmp_path, text.replace("年月底別", "調查")))
    named = 'TIMEVAL("項目")=TLIST(A1,"1998"-"1999");\nDATA='
    frame = read_px(write(tmp_path, text.replace("年月底別", "調查").replace("DATA=", named)))
    assert frame["period"].unique(maintain_order=True).to_list() == ["1998", "1999"]


def test_bytes_that_are_neither_utf_8_nor_cp950_are_refused_with_their_line(
    tmp_path: Path,
) -> None:
    path = write(tmp_path, COUNTIES)
    path.write_bytes(path.read_bytes().replace(b"2006", b"\x80\xff06"))
    with pytest.raises(SourceError, match=r"line 2: Byte 0x80 at offset 31 is neither"):
        read_px(path)


def test_every_truncation_of_a_file_is_refused(tmp_path: Path) -> None:
    whole = write(tmp_path, COUNTIES).read_bytes().rstrip()
    path = tmp_path / "cut.px"
    for length in range(0, len(whole), 5):
        path.write_bytes(whole[:length])
        with pytest.raises(SourceError):
            read_px(path)


def test_a_json_reply_is_not_taken_for_px(tmp_path: Path) -> None:
    for content in (b'{"a": 1}', b"Parameter error ", b"", b"<html lang=x>"):
        path = tmp_path / "reply.px"
        path.write_bytes(content)
        assert not is_px(path)


MANY_KEYWORDS = """CHARSET="ANSI";
AXIS-VERSION="2013";
CODEPAGE="utf-8";
LANGUAGE="zh";
LANGUAGES="zh","en";
MATRIX="T1";
TITLE[en]="Population; by county";
CONTENTS="人口數";
CONTENTS[en]="Population";
UNITS="人";
UNITS[en]="persons";
STUB="縣市","性別";
STUB[en]="County","Sex";
HEADING="年底別";
HEADING[en]="Year";
VALUES("縣市")="臺北市","高雄市";
VALUES[en]("County")="Taipei","Kaohsiung";
VALUES("性別")="男","女";
VALUES("年底別")="100年底","101年底";
VALUES[en]("Year")="2011","2012";
CODES("縣市")="63;","64";
CODES[en]("County")="63;","64";
DOMAIN("縣市")="counties";
NOTE[en]="a; note"
"over two lines";
DATA=
1\t2
3\t4
5\t6
7\t8
;
"""


def test_keywords_of_other_languages_codes_and_tabs_change_nothing(tmp_path: Path) -> None:
    frame = read_px(write(tmp_path, MANY_KEYWORDS))
    assert frame.select("item", "item2", "period", "value", "unit").rows()[:3] == [
        ("臺北市", "男", "2011", 1.0, "人"),
        ("臺北市", "男", "2012", 2.0, "人"),
        ("臺北市", "女", "2011", 3.0, "人"),
    ]
    assert set(frame["measure"]) == {"人口數"}


@pytest.mark.parametrize(
    ("labels", "keyword", "periods"),
    [
        ('"100年度","101年度"', 'TIMEVAL("年底別")=TLIST(A1),"2011","2012";', ["2011", "2012"]),
        ('"甲","乙"', 'TIMEVAL("年底別")=TLIST(Q1),"20111","20114";', ["2011-Q1", "2011-Q4"]),
        ('"甲","乙"', 'TIMEVAL("年底別")=TLIST(M1),"201101","201112";', ["2011-01", "2011-12"]),
        (
            '"100","101"',
            'TIMEVAL("年底別")=TLIST(A1,"2011"-"2012");\nCODES("年底別")="2011","2012";',
            ["2011", "2012"],
        ),
        ('"100年第一季","100年第二季"', "", ["2011-Q1", "2011-Q2"]),
    ],
)
def test_time_is_told_by_timeval_or_codes_where_the_labels_are_no_periods(
    tmp_path: Path, labels: str, keyword: str, periods: list[str]
) -> None:
    text = MANY_KEYWORDS.replace('"100年底","101年底"', labels)
    text = text.replace("DOMAIN(", f"{keyword}\nDOMAIN(")
    frame = read_px(write(tmp_path, text))
    assert frame["period"].unique(maintain_order=True).to_list() == periods


def test_codes_of_four_digits_make_no_time_of_another_variable(tmp_path: Path) -> None:
    text = MANY_KEYWORDS.replace('CODES("縣市")="63;","64"', 'CODES("縣市")="2001","2002"')
    text = text.replace('"100年底","101年底"', '"甲","乙"')
    with pytest.raises(SourceError, match="No variable is time"):
        read_px(write(tmp_path, text))


SPARSE = (
    MANY_KEYWORDS[: MANY_KEYWORDS.index("DATA=")]
    + """KEYS("縣市")=CODES;
KEYS("性別")=VALUES;
DATA=
"64","女",7 8
"63;","男",1 "..."
;
"""
)


def test_rows_that_begin_with_their_keys_are_placed_by_them(tmp_path: Path) -> None:
    frame = read_px(write(tmp_path, SPARSE))
    assert frame.select("item", "item2", "period", "value").rows() == [
        ("高雄市", "女", "2011", 7.0),
        ("高雄市", "女", "2012", 8.0),
        ("臺北市", "男", "2011", 1.0),
        ("臺北市", "男", "2012", None),
    ]
    first = frame["_source_row"][0]
    assert SPARSE.split("\n")[first - 1].startswith('"64"')


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"64","女",7 8', '"65","女",7 8', "does not begin with its keys"),
        ('"64","女",7 8', '"64","女",7', "other than 2 cells"),
        ('"64","女",7 8', '"63;","男",7 8', "repeats a row"),
        ('"64","女",7 8', "7 8", "does not begin with its keys"),
        ('KEYS("縣市")=CODES;\n', "", "do not come first"),
        ("=CODES;", "=COUNTY;", "names no row"),
        ("\n;\n", "\n", "not closed by a semicolon"),
    ],
)
def test_a_sparse_table_whose_rows_cannot_be_placed_is_refused(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    assert old in SPARSE
    text = SPARSE[::-1].replace(old[::-1], new[::-1], 1)[::-1]
    with pytest.raises(SourceError, match=message):
        read_px(write(tmp_path, text))


@pytest.mark.skipif(not SAMPLES.exists(), reason="the real samples are not at hand")
def test_in_the_real_population_file_women_and_men_add_up_to_the_total() -> None:
    start = time.perf_counter()
    frame = read_px(SAMPLES / "town_TPE_PP00004-2M.px")
    assert time.perf_counter() - start < 2  # 0.05 s alone; the limit only catches a blunder
    assert frame.height == 24 * 13 * 3 * 122
    key = ["period", "item", "item3"]
    both = frame.filter(pl.col("item2") != "總計").group_by(key).agg(pl.col("value").sum())
    total = frame.filter(item2="總計").join(both, on=key, validate="1:1")
    assert total.height == 24 * 13 * 122
    assert (total["value"] == total["value_right"]).all()


@pytest.mark.skipif(not SAMPLES.exists(), reason="the real samples are not at hand")
def test_in_the_real_county_file_each_value_stands_on_the_line_it_names() -> None:
    path = SAMPLES / "county_14-2.px"
    frame = read_px(path)
    assert frame.height == 50 * 17 * 24
    lines = path.read_text("utf-8").split("\n")
    for row in frame.sample(300, seed=1).drop_nulls("value").rows(named=True):
        assert f"{row['value']:.6f}" in lines[row["_source_row"] - 1].strip(" ;\r").split()
    schools = frame.filter(measure="國小校數", period="2014")
    counties = schools.filter(~pl.col("item").is_in(["總計", "臺灣地區"]))["value"].sum()
    assert schools.filter(item="總計")["value"].to_list() == [counties]
