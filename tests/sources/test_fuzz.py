"""Mutated files of every parser: an error that says what is wrong, or all of the tables.

Seeded, so that a failure comes again; `fuzzing.py` runs the same mutations for as long as wanted
over any files. Small valid files stand here for each layout; those that an edition ships are used
as they are.
"""

from __future__ import annotations

import gzip
import io
import json
import random
import re
import resource
import zipfile
from pathlib import Path

import openpyxl
import pytest
from fuzzing import Files, Outcome, change_digit, mutate_file, read, with_member

from sources import get_source
from tests.standin.comtrade import document, line
from tests.standin.taiwan_trade import CUSTOMS_HEADER
from tests.standin.uspto import release

SHIPPED = Path(__file__).resolve().parents[2] / "editions" / "2025-26" / "raw"
ROUNDS = 60
DIGITS = 25

CUSTOMS = (
    "註：依資訊保護原則，加總貨品時請勿加計英文字母號列\n"
    "進出口別,日期,貨品號列,中文貨名,英文貨名,國家,美元(千元),重量(公噸)\n"
    "出口總值(含復出口),108年,010121,純種繁殖用馬, Pure-bred,土耳其,251,2.524\n"
    "出口總值(含復出口),109年,010121,純種繁殖用馬, Pure-bred,土耳其,D,D\n"
    "出口總值(含復出口),115年1月~115年3月(初步值),28ZZZZ,其他, Other,資訊保護國別,77,1.5\n"
).encode("cp950")
PX = (
    'CHARSET="ANSI";\nMATRIX="CS771N1A";\nSTUB="指標","期間";\nHEADING="縣市";\n'
    'VALUES("指標")=" 國小校數(所)",\n" 平均每校學生數";\nVALUES("期間")="1998","1999";\n'
    'VALUES("縣市")=" 總計"," 新北市",\n" 臺北市";\nNOTE="--------#"\n"公式：100#"\n;\n'
    'DATA=\n"..." 21 3.50\t4\n5 "-" 7\t8 9\n".." -11 12;\n'
).replace("\n", "\r\n")
NSTATDB = json.dumps(
    {
        "meta": {"links": [{"href": "https://nstatdb.dgbas.gov.tw/x.aspx?sdmx/A018103010/1..A"}]},
        "data": {
            "dataSets": [
                {
                    "series": {
                        "0:1": {"observations": {"0": [269102], "1": [70000.5]}},
                        "1:0": {"observations": {"2": [None], "0": [12]}},
                    }
                }
            ],
            "structure": {
                "dimensions": {
                    "series": [
                        {
                            "id": "fldid",
                            "values": [
                                {"id": "1", "name": "生產總額(百萬元)"},
                                {"id": "2", "name": "實質值"},
                            ],
                        },
                        {
                            "id": "code1",
                            "values": [
                                {"id": "A", "name": "A.農業"},
                                {"id": "C", "name": "C.製造業"},
                            ],
                        },
                    ],
                    "observation": [
                        {
                            "id": "ym",
                            "values": [
                                {"id": "2015", "name": "104年"},
                                {"id": "2015-Q4", "name": "104年第4季"},
                                {"id": "2015-M12", "name": "104年12月"},
                            ],
                        }
                    ],
                },
            },
        },
    },
    ensure_ascii=False,
    indent=1,
)
CBC = json.dumps(
    {
        "meta": {"title": "國際收支統計", "filename": "BPP2Q01.px"},
        "data": {
            "dataSets": [["2023Q4", "401.000", "-"], ["2024Q1", "-416.5", "12.25"]],
            "structure": {"Table1": [{"data": "服務-收入"}, {"data": "服務-支出"}]},
        },
    },
    ensure_ascii=False,
)
SDMX_2 = (
    "STRUCTURE,STRUCTURE_ID,STRUCTURE_NAME,ACTION,COUNTRY,INDICATOR,FREQUENCY,TIME_PERIOD,"
    "OBS_VALUE,SCALE\n"
    'dataflow,IMF.RES:WEO(9.0.0),"Outlook, world",I,TWN,LP,A,2022,23265000,6\n'
    'dataflow,IMF.RES:WEO(9.0.0),"Outlook, world",I,TWN,LP,A,2023,23420000,6\n'
)
SDMX_ML = """\
<?xml version="1.0" encoding="UTF-8"?>
<m:StructureSpecificData xmlns:m="m" xmlns:c="c">
  <m:Header><m:Structure><c:StructureUsage>
    <Ref agencyID="IMF.RES" id="WEO" version="9.0.0"/>
  </c:StructureUsage></m:Structure></m:Header>
  <m:DataSet>
    <Group INDICATOR="LP" COUNTRY="TWN" LATEST_ACTUAL_ANNUAL_DATA="2023"/>
    <Series COUNTRY="TWN" INDICATOR="LP" FREQUENCY="A" SCALE="6">
      <Obs TIME_PERIOD="2022" OBS_VALUE="23265000"/>
      <Obs TIME_PERIOD="2023" OBS_VALUE="23420000"/>
    </Series>
  </m:DataSet>
</m:StructureSpecificData>
"""
WEB_QUERY = (
    "Country\tSubject Descriptor\tUnits\tScale\tCountry/Series-specific Notes\t2022\t2023\t"
    "Estimates Start After\t\r\n"
    "Taiwan Province of China\tPopulation\tPersons\tMillions\t\t23.265\t23.420\t2023\t\r\n"
    "Kazakhstan\tPopulation\tPersons\tMillions\t\t19.635\tn/a\t2022\t\r\n\r\n"
    "International Monetary Fund, World Economic Outlook Database, April 2023"
)
WIPO_HEAD = "Field_number,Sector_en,Field_en,IPC_code,Updated_on,Remark\n"
WIPO = (
    "IPC and technology concordance,,,,,\n"
    + WIPO_HEAD
    + "".join(
        f"{number},Sector,Field {number},H01{'ABC'[number % 3]}%,,\n" for number in range(1, 36)
    )
)
NATIONAL_ACCOUNTS = (
    "DATAFLOW,FREQ,REF_AREA,SECTOR,COUNTERPART_SECTOR,TRANSACTION,INSTR_ASSET,ACTIVITY,EXPENDITURE,"
    "UNIT_MEASURE,PRICE_BASE,TRANSFORMATION,TABLE_IDENTIFIER,TIME_PERIOD,OBS_VALUE,OBS_STATUS,"
    "UNIT_MULT,BASE_PER\n"
    "OECD.SDD.NAD:DSD_NAMAIN10@DF_TABLE6(1.1),A,JPN,S1,S1,B1G,_Z,C,_Z,XDC,V,N,T0600,2022,112345.6,,"
    "6,\n"
    "OECD.SDD.NAD:DSD_NAMAIN10@DF_TABLE6(1.1),A,JPN,S1,S1,B1G,_Z,C,_Z,XDC,V,N,T0600,2023,119876.5,"
    "P,6,\n"
)


def weo_workbook() -> bytes:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = "Countries"
    head = ["SERIES_CODE", "COUNTRY.ID", "COUNTRY", "INDICATOR.ID", "INDICATOR", "FREQUENCY"]
    page.append([*head, "SCALE", "LATEST_ACTUAL_ANNUAL_DATA", 2022, 2023])
    page.append(
        ["TWN.LP.A", "TWN", "Taiwan", "LP", "Population", "Annual", "Millions", 2023, 23.265, 23.42]
    )
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


GOODS = (
    "hs_code,hs_edition,class_scheme,class,valid_from,valid_to\n"
    "010121,HS2022,technology_level,low_tech,2022-01,2024-12\n"
    "854231,HS2022,technology_level,high_tech,2022-01,\n"
)
CUSTOMS_TOTALS = (
    f"{CUSTOMS_HEADER}\n"
    "115,4,2153671224,2100000000,53671224,1700000000,1650000000,50000000,453671224,初步值\n"
    "115,3,1000000,900000,100000,700000,600000,100000,300000,\n"
)
COMTRADE_UNREAD = ("refPeriodId", "partner2ISO", "aggrLevel", "qtyUnitCode", "qty")
COMTRADE = document(
    [
        {name: value for name, value in given.items() if name not in COMTRADE_UNREAD}
        for given in (line(392, 2023, "X"), line(392, 2024, "X", netWgt=12.5))
    ]
)


def shipped(source_id: str) -> Files:
    folder = SHIPPED / source_id / "book-2025-26"
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix != ".json"}


SEEDS: dict[str, tuple[str, Files]] = {
    "customs": ("customs_portal", {"q.csv": CUSTOMS}),
    "px": ("dgbas_national_accounts", {"t.px": PX.encode()}),
    "px in cp950": ("dgbas_national_accounts", {"t.px": PX.encode("cp950")}),
    "nstatdb": ("dgbas_productivity", {"t.json": NSTATDB.encode()}),
    "cbc": ("cbc_bop", {"t.json": CBC.encode()}),
    "cbc in a string": ("cbc_bop", {"t.json": json.dumps(CBC).encode()}),
    "weo sdmx-csv": ("imf_weo", {"t.csv": SDMX_2.encode()}),
    "weo sdmx-ml": ("imf_weo", {"t.xml": SDMX_ML.encode()}),
    "weo web query": ("imf_weo", {"t.xls": WEB_QUERY.encode("utf-16-le")}),
    "weo workbook": ("imf_weo", {"t.xlsx": weo_workbook()}),
    "wipo": ("wipo_concordance", {"t.csv": WIPO.encode()}),
    "goods classes": ("mof_goods_classification", {"t.csv": GOODS.encode()}),
    "customs totals": ("customs_totals", {"csv.csv": CUSTOMS_TOTALS.encode()}),
    "comtrade": ("comtrade", {"t.json": COMTRADE}),
    "bulk patents": ("uspto_bulk", release()),
    "national accounts": ("oecd_national_accounts", {"t.csv": NATIONAL_ACCOUNTS.encode()}),
    **{
        source_id: (source_id, shipped(source_id))
        for source_id in (
            *("oecd_msti", "imd_wcy", "imf_weo", "mof_trade_statistics", "mol_wages"),
            *("moea_factory_survey", "un_wpp", "uspto_counts", "wef_grr", "rankings"),
            *("mckinsey_ai", "eu_hydrogen"),
        )
    },
}
UNREAD = re.compile(
    r"G?100#|sdmx/|\.\.A|version|encoding=|April 20|elapsed| secs|EstimationFlag|timationFlag"
    r"|^[0-9]{3}\t[A-Z]{3}\t|Table1|\\u|年第|年12月"
)
"""Beside a digit that is no data: notes, addresses, old numbers of countries, names of codes."""


@pytest.fixture(params=SEEDS)
def seed(request: pytest.FixtureRequest) -> tuple[str, str, Files]:
    return request.param, *SEEDS[request.param]


def test_a_mutated_file_gives_an_error_or_whole_tables(
    seed: tuple[str, str, Files], tmp_path: Path
) -> None:
    name, source_id, files = seed
    rng = random.Random(name)
    assert read(source_id, files, tmp_path).error is None
    refused = 0
    for _ in range(ROUNDS):
        target = rng.choice(sorted(files))
        mutated = {**files, target: mutate_file(files[target], rng)}
        refused += read(source_id, mutated, tmp_path).error is not None
    assert refused > ROUNDS // 4


def test_a_changed_digit_changes_a_value_or_is_refused_and_no_row_is_lost(
    seed: tuple[str, str, Files], tmp_path: Path
) -> None:
    name, source_id, files = seed
    if get_source(source_id).bulk is not None:
        pytest.skip("the CRC of its containers changes with a digit: see its own tests")
    rng = random.Random(name)
    whole = content(read(source_id, files, tmp_path))
    for _ in range(DIGITS):
        target = rng.choice(sorted(files))
        before, mutated = with_other_digit(files[target], rng)
        outcome = read(source_id, {**files, target: mutated}, tmp_path)
        if outcome.error is not None:
            continue
        now = content(outcome)
        # What a bulk source counts of its records may be of other numbers of rows.
        counted = {t.name for t in get_source(source_id).tables if t.traced}
        kept = whole.keys() - counted if get_source(source_id).bulk else whole.keys()
        assert {t: len(now[t]) for t in kept} == {t: len(whole[t]) for t in kept}
        assert now != whole or UNREAD.search(before), f"a changed digit is not seen: {before!r}"


def content(outcome: Outcome) -> dict[str, list[tuple[object, ...]]]:
    assert outcome.frames is not None, outcome.error
    return {
        table: frame.drop("_source_row", "_source_file", "file_key", strict=False).rows()
        for table, frame in outcome.frames.items()
    }


def with_other_digit(file: bytes, rng: random.Random) -> tuple[str, bytes]:
    """Return the surroundings of a digit, and the file in which it is another one."""
    if file.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(file)) as archive:
            part = archive.read("xl/worksheets/sheet1.xml")
        start = part.index(b"<sheetData>")
        end = part.index(b"</sheetData>")
        data = part[start:end]
        # Values only: an index of a style (s="1") says how a cell looks.
        spots = [m.span(1) for m in re.finditer(rb"<v>([0-9.]+)</v>", data)]
        first, last = rng.choice(spots)
        value = change_digit(data[first:last], rng)
        new = part[:start] + data[:first] + value + data[last:] + part[end:]
        return "cell", with_member(file, rng, lambda _: new, "xl/worksheets/sheet1.xml")
    if file.startswith(b"\x1f\x8b"):
        before, inner = with_other_digit(gzip.decompress(file), rng)
        return before, gzip.compress(inner, 1)
    mutated = change_digit(file, rng)
    at = next(index for index, byte in enumerate(file) if byte != mutated[index])
    encoding = "utf-16-le" if b"\0" in file[:64] else "utf-8"
    reach = 16 if encoding == "utf-8" else 32
    start = max(file.rfind(b"\n", 0, at) + 1, at - reach)
    around = file[start + start % 2 if encoding != "utf-8" else start : at + reach]
    return around.decode(encoding, errors="replace"), mutated


HOSTILE: dict[str, tuple[str, str, bytes]] = {
    "many keywords on one line": ("dgbas_productivity", "t.px", b'A="x";' * 60_000),
    "many keywords": (
        "dgbas_productivity",
        "t.px",
        b"".join(b'K%d="x";\r\n' % number for number in range(60_000)),
    ),
    "quotes without end": ("dgbas_productivity", "t.px", b'A="' + b'"' * 300_001),
    "a number of 6000 digits": (
        "dgbas_productivity",
        "t.json",
        NSTATDB.replace("269102", "9" * 6000).encode(),
    ),
    "half a character": (
        "dgbas_productivity",
        "t.json",
        NSTATDB.replace("A.農業", "\\ud800").encode(),
    ),
    "brackets without end": ("cbc_bop", "t.json", b"[" * 300_000),
    "labels that multiply": (
        "cbc_bop",
        "t.json",
        json.dumps(
            {
                "filename": "a",
                "headerSet": {f"T{t}": [{"data": f"{n}"} for n in range(60)] for t in range(8)},
                "data": [["2020Q1", "1"]],
            }
        ).encode(),
    ),
    "an amount of 400 digits": ("cbc_bop", "t.json", CBC.replace("401.000", "9" * 400).encode()),
    "elements without end": ("imf_weo", "t.xml", b"<?xml version='1.0'?>" + b"<a>" * 300_000),
    "entities": (
        "imf_weo",
        "t.xml",
        b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "23">]>' + SDMX_ML.encode()[39:],
    ),
    "thirty thousand columns of one name": (
        "mol_wages",
        "t.csv",
        ("統計期" + ",a" * 30_000 + "\n109年" + ",5" * 30_000 + "\n").encode(),
    ),
    "a footnote of digits": (
        "mol_wages",
        "t.csv",
        "統計期,a(元)\n109年,5\n".encode() + b"113" * 40_000 + "註\n".encode(),
    ),
    "a header of a million fields": ("oecd_msti", "t.csv", b"DATAFLOW," * 1_000_000),
    "zero bytes": ("oecd_msti", "t.csv", b"\0" * 1_000_000),
    "a bomb": ("un_wpp", "t.csv.gz", gzip.compress(b"\0" * (64 << 20), 9)),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_made_to_hang_or_swell_is_refused_in_time(name: str, tmp_path: Path) -> None:
    source_id, file, data = HOSTILE[name]
    outcome = read(source_id, {file: data}, tmp_path)
    if name != "a footnote of digits":
        assert outcome.error is not None
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    assert peak_mb < 1000


CUT_SHORT: dict[str, tuple[str, str]] = {
    "mol_wages": ("real_monthly_earnings.csv", "a year's last digits"),
    "uspto_counts": ("grants_by_area_year.csv", "a count's last digits"),
    "mckinsey_ai": ("capability_years.csv", "a year's last digit"),
}


@pytest.mark.parametrize("source_id", CUT_SHORT)
def test_a_file_cut_off_within_its_last_number_is_refused(source_id: str, tmp_path: Path) -> None:
    name, _ = CUT_SHORT[source_id]
    files = shipped(source_id)
    for cut in range(len(files[name].rstrip()), len(files[name].rstrip()) - 3, -1):
        outcome = read(source_id, {**files, name: files[name][:cut]}, tmp_path)
        assert outcome.error is not None
        assert name in outcome.error


@pytest.mark.parametrize(
    ("old", "new"), [("2022\t2023\t", "2022\t2O23\t"), ("2022\t", "1922\t"), ("s\t2022", "s2022")]
)
def test_a_damaged_year_in_a_header_does_not_hide_its_column(
    old: str, new: str, tmp_path: Path
) -> None:
    text = WEB_QUERY.replace(old, new, 1)
    assert text != WEB_QUERY
    outcome = read("imf_weo", {"t.xls": text.encode("utf-16")}, tmp_path)
    assert outcome.error is not None
    assert "years" in outcome.error


@pytest.mark.parametrize(
    ("old", "new"), [("109年", "2O9年"), ("109年", "209年"), ("113年,", "113年x"), (",", "x")]
)
def test_a_damaged_period_does_not_turn_its_row_into_a_header_or_a_note(
    old: str, new: str, tmp_path: Path
) -> None:
    files = shipped("mol_wages")
    name, data = next(iter(files.items()))
    text = data.decode("utf-8-sig")
    at = text.rindex(old)
    outcome = read(
        "mol_wages", {name: (text[:at] + new + text[at + len(old) :]).encode()}, tmp_path
    )
    assert outcome.error is not None
