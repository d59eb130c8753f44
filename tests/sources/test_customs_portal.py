import tempfile
import time
from pathlib import Path

import polars as pl
import pytest

from sources import customs_csv
from sources.bronze import build_bronze
from sources.contract import SourceError
from sources.customs_portal import SOURCE, read_file

SAMPLES = Path(__file__).resolve().parents[2].parent / "shared" / "samples" / "customs"
needs_samples = pytest.mark.skipif(not SAMPLES.is_dir(), reason="no samples of real files here")

NOTICE = "註：依資訊保護原則，加總貨品時請勿加計英文字母號列\n加總國家時請勿加計資訊保護國別\n"
HEADER = "進出口別,日期,貨品號列,中文貨名,英文貨名,國家,美元(千元),重量(公噸)\n"
LINE = "出口總值(含復出口),108年,010121,純種繁殖用馬, Pure-bred,土耳其,251,2.524\n"


def land(directory: Path, text: str, name: str = "綜合查詢.csv") -> Path:
    path = directory / name
    path.write_bytes(text.encode("cp950"))
    return path


def read_tables(path: Path) -> dict[str, pl.DataFrame]:
    with tempfile.TemporaryDirectory() as directory:
        frames = read_file(path, Path(directory))
        parts = sorted(Path(directory, "trade_line").iterdir())
        lines = [pl.read_parquet(part) for part in parts]
        schema = SOURCE.table("trade_line").columns
        return {**frames, "trade_line": pl.concat(lines or [pl.DataFrame(schema=schema)])}


def read(path: Path) -> list[dict[str, object]]:
    return read_tables(path)["trade_line"].to_dicts()


def test_a_line_is_read_with_its_leading_zero(tmp_path: Path) -> None:
    assert read(land(tmp_path, NOTICE + HEADER + LINE)) == [
        {
            "flow": "出口總值(含復出口)",
            "period_from": "2019",
            "period_to": "2019",
            "period_kind": "year",
            "is_preliminary": False,
            "goods_code": "010121",
            "partner_name": "土耳其",
            "value_usd_thousand": 251,
            "value_ntd_thousand": None,
            "weight": 2.524,
            "weight_unit": "公噸",
            "is_withheld": False,
            "is_information_protected": False,
        }
    ]


def test_what_a_file_holds_is_counted_from_its_first_line_on(tmp_path: Path) -> None:
    month = LINE.replace("108年", "109年1月(初步值)")
    other = month.replace("土耳其", "日本")
    tables = read_tables(land(tmp_path, NOTICE + HEADER + LINE + month + other))
    held = tables["file_period"].drop("file_key", "flow", "period_to")
    assert held.rows() == [
        ("2019", "year", False, True, 1, 4),
        ("2020-01", "month", True, True, 2, 5),
    ]
    assert tables["goods_name"].drop("file_key").rows() == [
        ("010121", "純種繁殖用馬", "Pure-bred", 4)
    ]


def test_the_key_of_a_file_is_of_its_content_and_names_its_parts(tmp_path: Path) -> None:
    one, two = land(tmp_path, HEADER + LINE, "a.csv"), land(tmp_path, HEADER + LINE, "b.csv")
    other = land(tmp_path, HEADER + LINE.replace("251", "252"), "c.csv")
    keys = []
    for number, path in enumerate((one, two, other)):
        directory = tmp_path / str(number)
        directory.mkdir()
        key = read_file(path, directory)["file_period"]["file_key"][0]
        assert [p.name for p in (directory / "trade_line").iterdir()] == [f"{key}-2019.parquet"]
        keys.append(key)
    assert keys[0] == keys[1] != keys[2]
    with pytest.raises(SourceError, match=r"a\.csv, line 2; b\.csv, line 2"):
        build_bronze(SOURCE, [one, two], "v")


def test_value_columns_are_known_by_their_names_and_units(tmp_path: Path) -> None:
    header = "進出口別,日期,貨品號列,中文貨名,國家,重量(公斤),備註,新臺幣(千元)\n"
    path = land(tmp_path, header + "出口,109年1月,01,馬,日本,5,x,7\n")
    row = read(path)[0]
    assert (row["weight"], row["weight_unit"]) == (5.0, "公斤")
    assert (row["value_ntd_thousand"], row["value_usd_thousand"]) == (7, None)
    assert read_tables(path)["goods_name"]["goods_name_en"].to_list() == [None]


def test_withheld_and_protected_lines_are_kept_and_marked(tmp_path: Path) -> None:
    lines = (
        "出口,108年,28ZZZZ,保護, Protected,日本,5,1\n"
        "出口,108年,280300,碳?,,資訊保護國別,6,1\n"
        "出口,108年,280300,碳?,,日本,D,D\n"
    )
    path = land(tmp_path, HEADER + lines)
    rows = read(path)
    assert [row["is_information_protected"] for row in rows] == [True, True, False]
    assert [row["is_withheld"] for row in rows] == [False, False, True]
    assert [row["value_usd_thousand"] for row in rows] == [5, 6, None]
    assert read_tables(path)["goods_name"]["goods_name_zh"].to_list() == ["保護", "碳?"]


def test_a_range_of_months_is_told_from_a_full_year(tmp_path: Path) -> None:
    row = read(land(tmp_path, HEADER + LINE.replace("108年", "115年1月~115年3月(初步值)")))[0]
    assert (row["period_from"], row["period_to"]) == ("2026-01", "2026-03")
    assert (row["period_kind"], row["is_preliminary"]) == ("range", True)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (HEADER + LINE + LINE.replace("純種", "純,種"), r"line 3: The line has 9 fields"),
        (HEADER + LINE.replace(",251", ""), r"line 2: The line has 7 fields"),
        (HEADER + LINE + "\n" + LINE, r"line 3: The line has 1 fields"),
        (HEADER + LINE.replace("251", "2 51"), r"line 2: '2 51' in column value_usd_thousand"),
        (HEADER + LINE.replace("251", ""), r"line 2: '' in column value_usd_thousand"),
        (HEADER + LINE.replace("251", "2.5"), r"line 2: '2\.5' .* whole number"),
        (HEADER + LINE.replace("2.524", "nan"), r"line 2: 'nan' in column weight"),
        (HEADER + LINE.replace("010121", "10121"), r"'10121' in column 貨品號列.*leading zero"),
        (HEADER + LINE.replace("010121", "8.54E+10"), r"'8\.54E\+10' in column 貨品號列"),
        (HEADER + LINE.replace("251", "-251"), r"'-251' in column value_usd_thousand"),
        (HEADER + LINE.replace("2.524", "-2.524"), r"'-2\.524' in column weight"),
        (HEADER + LINE.replace("土耳其", ""), r"'' in column 國家"),
        (HEADER + LINE + LINE.replace("108年", "上年"), r"line 3: '上年' is no period label"),
        (HEADER + LINE.replace("108年", "108年第1季"), "is a quarter"),
        (HEADER.replace("美元(千元)", "美元(元)") + LINE, r"line 1: The header has 美元\(元\)"),
        (HEADER.replace("美元(千元)", "重量(公斤)") + LINE, "weight in one unit"),
        (HEADER.replace("國家", "地區") + LINE, "no column 國家"),
        (HEADER.replace("中文貨名", "國家") + LINE, "'國家' is there twice"),
        ("a,b\n1,2\n", "starts with 進出口別"),
        (HEADER + LINE + LINE.rstrip("\n"), r"line 3: The last line does not end"),
    ],
)
def test_a_file_that_cannot_be_believed_is_refused_with_its_line(
    tmp_path: Path, text: str, message: str
) -> None:
    with pytest.raises(SourceError, match=message):
        read(land(tmp_path, text))


def test_a_file_saved_again_in_another_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes((HEADER + LINE).encode("utf-8-sig"))
    with pytest.raises(SourceError, match="The file is UTF-8"):
        read(path)
    path.write_bytes((HEADER + LINE).encode("cp950") + b"\x80\xff,\n")
    with pytest.raises(SourceError, match=r"line 3: Byte 0x80 is not Big5"):
        read(path)


def test_a_name_that_is_not_big5_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    other = LINE.replace("010121", "010129").encode("cp950").replace(b"Pure-bred", b"Pure\xff\xff")
    path.write_bytes((HEADER + LINE).encode("cp950") + other)
    with pytest.raises(SourceError, match=r"line 3: Byte 0xFF is not Big5"):
        read(path)


def test_a_value_beyond_all_reason_is_refused(tmp_path: Path) -> None:
    assert read(land(tmp_path, HEADER + LINE.replace("251", "9" * 11)))
    with pytest.raises(SourceError, match="'100000000000' in column value_usd_thousand cannot"):
        read(land(tmp_path, HEADER + LINE.replace("251", "1" + "0" * 11)))


def test_a_file_without_lines_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="Not one row"):
        build_bronze(SOURCE, [land(tmp_path, HEADER)], "v")


def test_two_lines_about_the_same_trade_are_refused_with_both(tmp_path: Path) -> None:
    other = LINE.replace("土耳其", "日本")
    path = land(tmp_path, NOTICE + HEADER + LINE + other + LINE.replace("251", "99"))
    with pytest.raises(SourceError, match=r"lines 4 and 6: .*'010121', partner_name='土耳其'"):
        read(path)
    world = HEADER.replace("國家,", "")
    line = LINE.replace("土耳其,", "")
    with pytest.raises(SourceError, match=r"lines 2 and 3: .*goods_code='010121'\."):
        read(land(tmp_path, world + line + line))


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_blocks_of_any_size_give_the_same_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, end: str
) -> None:
    lines = "".join(
        LINE.replace("010121", f"0101{code:02}").replace("108年", f"{year}年")
        for code in range(21, 46)
        for year in (108, 109)
    )
    path = land(tmp_path, (NOTICE + HEADER + lines + "\n\n").replace("\n", end))
    whole = read_tables(path)
    assert whole["trade_line"].height == 50
    assert whole["goods_name"]["_source_row"].to_list() == list(range(4, 54, 2))
    for size in (97, 256, 1000):
        monkeypatch.setattr(customs_csv, "BLOCK_BYTES", size)
        tables = read_tables(path)
        assert tables["trade_line"].equals(whole["trade_line"])
        for name in ("goods_name", "file_period"):  # the key is of blocks of one size
            assert tables[name].drop("file_key").equals(whole[name].drop("file_key"))


def test_a_line_that_is_not_plain_is_mended_wherever_its_block_begins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(customs_csv, "BLOCK_BYTES", 200)
    plain = [LINE.replace("010121", f"0101{code}") for code in range(21, 41)]
    comma = LINE.replace("010121", "010150").replace("Pure-bred", "Live, pure-bred")
    spaced = LINE.replace("010121", "010151").replace(",251,2.524", ", 251 ,D")
    rows = read(land(tmp_path, HEADER + "".join([*plain, comma, spaced, *plain[:0]])))
    assert [row["value_usd_thousand"] for row in rows] == [251] * 22
    assert (rows[-1]["weight"], rows[-1]["is_withheld"]) == (None, True)
    late = LINE.replace("010121", "010160").replace("251", "x")
    with pytest.raises(SourceError, match=r"line 22: 'x' in column value_usd_thousand"):
        read(land(tmp_path, HEADER + "".join([*plain, late])))


@needs_samples
def test_the_portals_own_files_are_read_whole() -> None:
    files = sorted(SAMPLES.iterdir())
    lines = sum(path.read_bytes().count(b"\n") - 1 for path in files)
    frame = build_bronze(SOURCE, files, "sample")["trade_line"]
    assert frame.height == lines == 566 + 17938
    by_year = frame.filter(period_from="2019", goods_code="850760")["value_usd_thousand"].sum()
    text = files[0].read_bytes().decode("cp950").splitlines()
    assert by_year == sum(int(line.split(",")[6]) for line in text if ",108年," in line)


@needs_samples
def test_the_large_sample_is_read_in_under_a_third_of_a_second() -> None:
    path = max(SAMPLES.iterdir(), key=lambda file: file.stat().st_size)
    read(path)
    begin = time.process_time()
    read(path)
    assert time.process_time() - begin < 0.3


PLAIN = "進出口別,日期,貨品號列,中文貨名,英文貨名,國家,美元(千元)\n"


@pytest.mark.parametrize("code", ["85", "8542", "854231", "85423100", "85423100008"])
def test_goods_codes_of_every_length_are_read(tmp_path: Path, code: str) -> None:
    line = f"出口,113年05月,{code},處理器, Processors,美國,12\n"
    row = read(land(tmp_path, PLAIN + line))[0]
    assert (row["goods_code"], row["period_from"]) == (code, "2024-05")


def test_quantities_beside_the_values_are_passed_over(tmp_path: Path) -> None:
    header = PLAIN.replace("美元(千元)", "新臺幣(千元),重量(公斤),數量(限11碼貨品),數量單位")
    line = "進口,113年5月,85423100008,處理器, Processors,日本,12,3.25,400,PCE\n"
    row = read(land(tmp_path, header + line))[0]
    assert (row["value_ntd_thousand"], row["weight"], row["weight_unit"]) == (12, 3.25, "公斤")


def test_exports_re_exports_and_their_total_are_told_apart(tmp_path: Path) -> None:
    lines = "".join(
        f"{flow},113年,85,電機, Electrical,美國,{value}\n"
        for flow, value in (("出口", 13), ("復出口", 12), ("出口總值(含復出口)", 25))
    )
    frame = build_bronze(SOURCE, [land(tmp_path, PLAIN + lines)], "v")["trade_line"]
    assert dict(frame.select("flow", "value_usd_thousand").rows()) == {
        "出口": 13,
        "復出口": 12,
        "出口總值(含復出口)": 25,
    }


def test_a_query_without_partners_is_of_the_whole_world(tmp_path: Path) -> None:
    header = PLAIN.replace("國家,", "")
    row = read(land(tmp_path, header + "出口,113年,85,電機, Electrical,12\n"))[0]
    assert (row["partner_name"], row["value_usd_thousand"]) == ("全球", 12)


def test_a_comma_in_an_english_name_stays_in_the_name(tmp_path: Path) -> None:
    line = "出口,113年,8479,機械, Machines, parts, n.e.s.,美國,1200\n"
    path = land(tmp_path, PLAIN + line)
    row = read(path)[0]
    assert read_tables(path)["goods_name"]["goods_name_en"].to_list() == ["Machines, parts, n.e.s."]
    assert row["partner_name"] == "美國"
    assert row["value_usd_thousand"] == 1200


@pytest.mark.parametrize(
    "line",
    [
        "出口,113年,85,電機, Electrical,美國,1,200\n",
        '出口,113年,85,電機, Electrical,美國,"1,200"\n',
        "出口,113年,85,電機, Electrical,美,國,1200\n",
        "出口,113年,85,電,機, Electrical,美國,1200\n",
        "出口,113年,85,電機, Electrical,,美國,1200,\n",
    ],
)
def test_a_comma_that_may_stand_elsewhere_is_refused(tmp_path: Path, line: str) -> None:
    with pytest.raises(SourceError, match=r"line 2: The line has [89] fields"):
        read(land(tmp_path, PLAIN + line))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (bytes.fromhex("D0CF11E0A1B11AE1") + bytes(600), "is a workbook .XLS."),
        (b"PK\x03\x04" + bytes(100), "is a workbook or zip .ODS, XLSX."),
        (b"<html><table>", "is a web page or a table for Excel"),
        (b"Imports/Exports,Time,Commodity Code\n", "starts with 進出口別"),
    ],
)
def test_other_outputs_of_the_portal_are_refused_by_their_name(
    tmp_path: Path, content: bytes, message: str
) -> None:
    path = tmp_path / "綜合查詢.xls"
    path.write_bytes(content)
    with pytest.raises(SourceError, match=message):
        read(path)
