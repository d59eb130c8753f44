import time
from pathlib import Path

import pytest

from sources import customs_portal
from sources.bronze import build_bronze
from sources.contract import SourceError
from sources.customs_portal import SOURCE, read_trade_lines

SAMPLES = Path(__file__).resolve().parents[2].parent / "shared" / "samples" / "customs"
needs_samples = pytest.mark.skipif(not SAMPLES.is_dir(), reason="no samples of real files here")

NOTICE = "註：依資訊保護原則，加總貨品時請勿加計英文字母號列\n加總國家時請勿加計資訊保護國別\n"
HEADER = "進出口別,日期,貨品號列,中文貨名,英文貨名,國家,美元(千元),重量(公噸)\n"
LINE = "出口總值(含復出口),108年,010121,純種繁殖用馬, Pure-bred,土耳其,251,2.524\n"


def land(directory: Path, text: str, name: str = "綜合查詢.csv") -> Path:
    path = directory / name
    path.write_bytes(text.encode("cp950"))
    return path


def read(path: Path) -> list[dict[str, object]]:
    return read_trade_lines([path])["trade_line"].to_dicts()


def test_a_line_is_read_with_its_leading_zero_and_its_line_number(tmp_path: Path) -> None:
    assert read(land(tmp_path, NOTICE + HEADER + LINE)) == [
        {
            "flow": "出口總值(含復出口)",
            "period_label": "108年",
            "period_from": "2019",
            "period_to": "2019",
            "period_kind": "year",
            "is_preliminary": False,
            "goods_code": "010121",
            "goods_name_zh": "純種繁殖用馬",
            "goods_name_en": "Pure-bred",
            "partner_name": "土耳其",
            "value_usd_thousand": 251,
            "value_ntd_thousand": None,
            "weight": 2.524,
            "weight_unit": "公噸",
            "is_withheld": False,
            "is_information_protected": False,
            "_source_file": "綜合查詢.csv",
            "_source_row": 4,
        }
    ]


def test_value_columns_are_known_by_their_names_and_units(tmp_path: Path) -> None:
    header = "進出口別,日期,貨品號列,中文貨名,國家,重量(公斤),備註,新臺幣(千元)\n"
    row = read(land(tmp_path, header + "出口,109年1月,01,馬,日本,5,x,7\n"))[0]
    assert (row["weight"], row["weight_unit"]) == (5.0, "公斤")
    assert (row["value_ntd_thousand"], row["value_usd_thousand"]) == (7, None)
    assert row["goods_name_en"] is None


def test_withheld_and_protected_lines_are_kept_and_marked(tmp_path: Path) -> None:
    lines = (
        "出口,108年,28ZZZZ,保護, Protected,日本,5,1\n"
        "出口,108年,280300,碳?,,資訊保護國別,6,1\n"
        "出口,108年,280300,碳?,,日本,D,D\n"
    )
    rows = read(land(tmp_path, HEADER + lines))
    assert [row["is_information_protected"] for row in rows] == [True, True, False]
    assert [row["is_withheld"] for row in rows] == [False, False, True]
    assert [row["value_usd_thousand"] for row in rows] == [5, 6, None]
    assert rows[2]["goods_name_zh"] == "碳?"


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


def test_a_file_without_lines_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="Not one row"):
        build_bronze(SOURCE, [land(tmp_path, HEADER)], "v")


def test_downloads_that_overlap_are_refused_with_both_lines(tmp_path: Path) -> None:
    files = [
        land(tmp_path, HEADER + LINE, "a.csv"),
        land(tmp_path, NOTICE + HEADER + LINE, "b.csv"),
    ]
    with pytest.raises(SourceError, match=r"a\.csv, line 2; b\.csv, line 4"):
        build_bronze(SOURCE, files, "v")


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_blocks_of_any_size_give_the_same_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, end: str
) -> None:
    lines = "".join(LINE.replace("251", str(value)) for value in range(50)) + "\n\n"
    path = land(tmp_path, (NOTICE + HEADER + lines).replace("\n", end))
    whole = read(path)
    assert [row["_source_row"] for row in whole] == list(range(4, 54))
    for size in (97, 256, 1000):
        monkeypatch.setattr(customs_portal, "BLOCK_BYTES", size)
        assert read(path) == whole


@needs_samples
def test_the_portals_own_files_are_read_whole() -> None:
    files = sorted(SAMPLES.iterdir())
    lines = sum(path.read_bytes().count(b"\n") - 1 for path in files)
    frame = build_bronze(SOURCE, files, "sample")["trade_line"]
    assert frame.height == lines == 566 + 17938
    by_year = frame.filter(period_label="108年")["value_usd_thousand"].sum()
    text = files[0].read_bytes().decode("cp950").splitlines()
    assert by_year == sum(int(line.split(",")[6]) for line in text if ",108年," in line)


@needs_samples
def test_the_large_sample_is_read_in_under_a_third_of_a_second() -> None:
    path = max(SAMPLES.iterdir(), key=lambda file: file.stat().st_size)
    read_trade_lines([path])
    begin = time.process_time()
    read_trade_lines([path])
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
    row = read(land(tmp_path, PLAIN + line))[0]
    assert (row["goods_name_en"], row["partner_name"]) == ("Machines, parts, n.e.s.", "美國")
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
