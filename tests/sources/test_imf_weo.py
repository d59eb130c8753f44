"""WEO in its five layouts: one population of Taiwan, read the same from each."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from sources.contract import SourceError
from sources.imf_weo import SOURCE, read

SAMPLES = Path(__file__).resolve().parents[2].parent / "shared" / "samples" / "imf"
needs_samples = pytest.mark.skipif(not SAMPLES.exists(), reason="the shared samples are not here")

DATABASE = (
    "WEO Country Code\tISO\tWEO Subject Code\tCountry\tSubject Descriptor\tSubject Notes\tUnits\t"
    "Scale\tCountry/Series-specific Notes\t2022\t2023\t2024\tEstimates Start After\r\n"
    '528\tTWN\tLP\tTaiwan Province of China\tPopulation\t"For census purposes, see notes."\t'
    "Persons\tMillions\tSource: CEIC\t23.265\t23.420\t23.400\t2023\r\n"
    "662\tCIV\tNGDP\tCôte d'Ivoire\tGross domestic product, current prices\t\t"
    'National currency\tBillions\t\t"561,782.900"\t"592,815.700"\tn/a\t2023\r\n'
    "662\tCIV\tGGX\tCôte d'Ivoire\tNet lending\t\tPercent of GDP\t\t\t-4.370\t--\t\t2022\r\n"
    "\r\n"
    "International Monetary Fund, World Economic Outlook Database, April 2025\r\n"
)
WEB_QUERY = (
    "Country\tSubject Descriptor\tUnits\tScale\tCountry/Series-specific Notes\t2022\t2023\t"
    "Estimates Start After\t\r\n"
    "Taiwan Province of China\tPopulation\tPersons\tMillions\t\t23.265\t23.420\t2023\t\r\n"
    "\r\n"
    "International Monetary Fund, World Economic Outlook Database, April 2023"
)
SDMX_CSV = (
    "STRUCTURE,STRUCTURE_ID,ACTION,COUNTRY,INDICATOR,FREQUENCY,TIME_PERIOD,OBS_VALUE,UNIT,SCALE,"
    "LATEST_ACTUAL_ANNUAL_DATA\n"
    "dataflow,IMF.RES:WEO(9.0.0),I,TWN,LP,A,2022,23265000,PS,6,2023\n"
    "dataflow,IMF.RES:WEO(9.0.0),I,TWN,LP,A,2023,23420000,PS,6,2023\n"
    "dataflow,IMF.RES:WEO(9.0.0),I,PAK,LP,A,2023,,PS,6,FY2024/25\n"
)
SDMX_ML = """\
<?xml version="1.0" encoding="UTF-8"?>
<message:StructureSpecificData xmlns:message="m" xmlns:common="c" xmlns:ss="s">
  <message:Header><message:Structure><common:StructureUsage>
    <Ref agencyID="IMF.RES" id="WEO" version="9.0.0"/>
  </common:StructureUsage></message:Structure></message:Header>
  <message:DataSet ss:dataScope="DataStructure">
    <Group INDICATOR="LP" UNIT="PS"/>
    <Group INDICATOR="NGDP" UNIT="XDC"/>
    <Group INDICATOR="LP" COUNTRY="TWN" LATEST_ACTUAL_ANNUAL_DATA="2023"/>
    <Group INDICATOR="LP" COUNTRY="PAK" LATEST_ACTUAL_ANNUAL_DATA="FY2024/25"/>
    <Series COUNTRY="TWN" INDICATOR="LP" FREQUENCY="A" SCALE="6">
      <Obs TIME_PERIOD="2022" OBS_VALUE="23265000"/>
      <Obs TIME_PERIOD="2023" OBS_VALUE="23420000"/>
    </Series>
    <Series COUNTRY="PAK" INDICATOR="LP" FREQUENCY="A" SCALE="6">
      <Obs TIME_PERIOD="2023"/>
    </Series>
  </message:DataSet>
</message:StructureSpecificData>
"""


def land(tmp_path: Path, text: str, encoding: str = "utf-16", name: str = "weo.xls") -> Path:
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    return path


def land_workbook(tmp_path: Path, *rows: list[object], sheet: str = "Countries") -> Path:
    header = ["SERIES_CODE", "COUNTRY.ID", "COUNTRY", "INDICATOR.ID", "INDICATOR", "FREQUENCY"]
    header += ["SCALE", "LATEST_ACTUAL_ANNUAL_DATA", "METHODOLOGY_NOTES"]
    workbook = openpyxl.Workbook()
    page = workbook.active
    assert page is not None
    page.title = sheet
    page.append([*header, 2022, 2023])
    for row in rows:
        page.append(row)
    workbook.create_sheet("Country Group Composition").append(["Group", "Members"])
    path = tmp_path / "WEOOct2025all.xlsx"
    workbook.save(path)
    return path


TAIWAN: list[object] = ["TWN.LP.A", "TWN", "Taiwan", "LP", "Population", "Annual", "Millions"]
TAIWAN += ["2023", None, 23.265, 23.4201234567891]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-8", "cp1252"])
def test_the_database_text_reads_in_every_encoding_it_came_in(
    tmp_path: Path, encoding: str
) -> None:
    frame = read([land(tmp_path, DATABASE, encoding)])["observation"]
    assert frame.columns == [*SOURCE.table("observation").columns, "_source_file", "_source_row"]
    assert set(frame["area_name"]) == {"Taiwan Province of China", "Côte d'Ivoire"}
    taiwan = frame.filter(area_code="TWN", period="2024").row(0, named=True)
    assert taiwan == {
        "area_code": "TWN",
        "area_name": "Taiwan Province of China",
        "indicator_code": "LP",
        "indicator_name": "Population",
        "units": "Persons",
        "scale": "Millions",
        "frequency": "A",
        "period": "2024",
        "value": 23.4,
        "multiplier": 1e6,
        "latest_actual_period": "2023",
        "_source_file": "weo.xls",
        "_source_row": 2,
    }


def test_thousands_commas_go_and_words_for_no_value_become_null(tmp_path: Path) -> None:
    frame = read([land(tmp_path, DATABASE)])["observation"].sort("period", maintain_order=True)
    gdp = frame.filter(indicator_code="NGDP")
    assert gdp["value"].to_list() == [561782.9, 592815.7, None]
    assert set(gdp["multiplier"]) == {1e9}
    balance = frame.filter(indicator_code="GGX")
    assert balance["value"].to_list() == [-4.37, None, None]
    assert set(balance["multiplier"]) == {1.0}


def test_a_copy_saved_by_excel_with_decimal_commas_reads_the_same(tmp_path: Path) -> None:
    swap = str.maketrans(",.", ".,")
    lines = DATABASE.split("\r\n")
    fields = [line.split("\t") for line in lines[1:4]]
    swapped = ["\t".join([*row[:9], *(c.translate(swap) for c in row[9:])]) for row in fields]
    copy = land(tmp_path, "\r\n".join([lines[0], *swapped, *lines[4:]]), "cp1252", "copy.xls")
    expected = read([land(tmp_path, DATABASE)])["observation"]
    assert read([copy])["observation"].drop("_source_file").equals(expected.drop("_source_file"))


def test_a_comma_mistyped_for_a_point_is_refused_not_read_as_thousands(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="line 2, column 'value': '23,420' cannot be"):
        read([land(tmp_path, DATABASE.replace("23.420", "23,420"))])


@pytest.mark.parametrize("wrong", ["23.42O", "23.4.20", "2 3.420", "n.a.", "1,23.420"])
def test_one_wrong_character_in_a_number_is_refused_with_its_line(
    tmp_path: Path, wrong: str
) -> None:
    with pytest.raises(SourceError, match=f"line 2, column 'value': '{wrong}' cannot be"):
        read([land(tmp_path, DATABASE.replace("23.420", wrong))])


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("\tISO\t", "\tISO3\t", "line 1: The header lacks ISO"),
        ("Subject Descriptor", "Descriptor", "line 1: The header lacks Subject Descriptor"),
        ("\t2022\t2023\t2024\t", "\ta\tb\tc\t", "columns of years"),
        ("\t2022\t2023\t2024\t", "\t2022\t2023\t2023\t", "The header repeats 2023"),
        ("Millions", "Mio", "line 2, column 'scale': 'Mio' cannot be"),
        ("\tTWN\t", "\t\t", "line 2, column 'area_code': There is no value"),
        ("\t23.265\t", "\t", "line 2: The record has 12 fields"),
        ("April 2025\r\n", "April 2025\r\nx\r\n", "line 7: There is text after the footer"),
    ],
)
def test_a_changed_text_is_refused_with_its_place(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    with pytest.raises(SourceError, match=message):
        read([land(tmp_path, DATABASE.replace(old, new, 1))])


def test_a_text_that_was_cut_off_is_refused(tmp_path: Path) -> None:
    path = land(tmp_path, DATABASE)
    whole = path.read_bytes()
    for size in (len(whole) - 400, len(whole) - 401):
        path.write_bytes(whole[:size])
        with pytest.raises(SourceError, match=r"The record has|not well-formed|is not utf-16"):
            read([path])


def test_the_web_query_has_names_instead_of_codes(tmp_path: Path) -> None:
    frame = read([land(tmp_path, WEB_QUERY, "utf-16-le")])["observation"]
    assert frame["value"].to_list() == [23.265, 23.42]
    assert frame["area_code"].to_list() == [None, None]
    assert frame["area_name"][0] == "Taiwan Province of China"
    assert set(frame["multiplier"]) == {1e6}


def test_a_tab_at_the_end_of_some_lines_only_changes_nothing(tmp_path: Path) -> None:
    expected = read([land(tmp_path, WEB_QUERY)])["observation"]
    for old in ("After\t", "2023\t\r\n"):
        text = WEB_QUERY.replace(old, old.replace("\t", ""))
        assert text != WEB_QUERY
        assert read([land(tmp_path, text)])["observation"].equals(expected)


def test_the_workbook_gives_whole_floats_and_its_sheet_rows(tmp_path: Path) -> None:
    path = land_workbook(tmp_path, [*TAIWAN[:9], 23.265, "n/a"], [], TAIWAN)
    frame = read([path])["observation"].sort("_source_row", "period")
    assert frame["value"].to_list() == [23.265, None, 23.265, 23.4201234567891]
    assert frame["_source_row"].to_list() == [2, 2, 4, 4]
    assert set(frame["multiplier"]) == {1e6}
    assert frame.row(0, named=True)["area_code"] == "TWN"
    assert frame.row(0, named=True)["frequency"] == "A"


def test_a_workbook_with_another_word_code_sheet_or_header_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"sheet 'Countries', row 2, column 'value': '23\.4O'"):
        read([land_workbook(tmp_path, [*TAIWAN[:10], "23.4O"])])
    with pytest.raises(SourceError, match=r"row 2, column 'series_code': 'TWN\.LP\.A' cannot be"):
        read([land_workbook(tmp_path, [TAIWAN[0], "THA", *TAIWAN[2:]])])
    with pytest.raises(SourceError, match="no sheet 'Countries'"):
        read([land_workbook(tmp_path, TAIWAN, sheet="Länder")])
    path = land_workbook(tmp_path, TAIWAN)
    workbook = openpyxl.load_workbook(path)
    workbook["Countries"]["G1"], workbook["Countries"]["H1"] = "SCALES", "LATEST"
    workbook.save(path)
    with pytest.raises(SourceError, match="'Countries': The header lacks SCALE, LATEST_ACTUAL"):
        read([path])


def test_country_groups_are_read_beside_the_countries_and_other_sheets_are_not(
    tmp_path: Path,
) -> None:
    path = land_workbook(tmp_path, TAIWAN)
    workbook = openpyxl.load_workbook(path)
    groups = workbook.create_sheet("Country Groups")
    groups.append(["SERIES_CODE", "COUNTRY.ID", "INDICATOR.ID", "SCALE", 2023])
    groups.append(["G163.LP.A", "G163", "LP", "Millions", 349.1])
    workbook.create_sheet("Commodity Prices").append(["SERIES_CODE", 2023])
    workbook.save(path)
    frame = read([path])["observation"]
    assert frame["area_code"].to_list() == ["TWN", "TWN", "G163"]
    assert frame.row(2, named=True)["latest_actual_period"] is None
    groups["B2"] = "G119"
    workbook.save(path)
    with pytest.raises(SourceError, match="sheet 'Country Groups', row 2, column 'series_code'"):
        read([path])


def test_a_workbook_that_was_cut_off_is_refused(tmp_path: Path) -> None:
    path = land_workbook(tmp_path, TAIWAN)
    path.write_bytes(path.read_bytes()[:-500])
    with pytest.raises(SourceError, match="is cut off or damaged"):
        read([path])


def test_sdmx_values_are_in_units_whatever_scale_says(tmp_path: Path) -> None:
    frame = read([land(tmp_path, SDMX_CSV, "utf-8", "weo.csv")])["observation"]
    assert frame["value"].to_list() == [23265000.0, 23420000.0, None]
    assert set(frame["multiplier"]) == {1.0}
    assert frame["latest_actual_period"].to_list() == ["2023", "2023", "FY2024/25"]
    assert frame["_source_row"].to_list() == [2, 3, 4]


def test_sdmx_ml_reads_the_same_as_sdmx_csv(tmp_path: Path) -> None:
    message = read([land(tmp_path, SDMX_ML, "utf-8", "weo.xml")])["observation"]
    table = read([land(tmp_path, SDMX_CSV, "utf-8", "weo.csv")])["observation"]
    own = ["_source_file", "_source_row"]
    assert message.drop(own).equals(table.drop(own))
    assert message["_source_row"].to_list() == [12, 13, 16]


@pytest.mark.parametrize(
    ("text", "old", "new", "message"),
    [
        (SDMX_CSV, "23420000", "2342OOOO", "line 3, column 'value': '2342OOOO' cannot be"),
        (SDMX_CSV, "IMF.RES:WEO(9", "IMF.RES:CPI(9", "of the dataflow 'IMF.RES:CPI"),
        (SDMX_CSV, "OBS_VALUE", "VALUE", "line 1: The header lacks the column OBS_VALUE"),
        (SDMX_ML, "23420000", "2342OOOO", "line 13, column 'value': '2342OOOO' cannot be"),
        (SDMX_ML, 'id="WEO"', 'id="CPI"', "of the dataflow 'CPI'"),
        (SDMX_ML, "</message:DataSet>", "", "line 19: The XML is cut off or damaged"),
        (SDMX_ML, "<Obs ", "<Ob ", "There are no observations"),
    ],
)
def test_a_damaged_sdmx_answer_is_refused(
    tmp_path: Path, text: str, old: str, new: str, message: str
) -> None:
    with pytest.raises(SourceError, match=message.replace("(", r"\(")):
        read([land(tmp_path, text.replace(old, new), "utf-8", "weo")])


@needs_samples
def test_the_real_query_file_and_the_real_message_read_whole() -> None:
    kazakhstan = read([SAMPLES / "WEO_Data_kaz.xls"])["observation"]
    assert kazakhstan.height == 49
    assert kazakhstan.filter(period="1994")["value"].to_list() == [-12.58]
    assert kazakhstan.filter(period="1980")["value"].to_list() == [None]
    slovakia = read([SAMPLES / "WEO-data.xml"])["observation"].row(0, named=True)
    assert (slovakia["area_code"], slovakia["value"]) == ("SVK", 94669000000.0)
    assert (slovakia["multiplier"], slovakia["latest_actual_period"]) == (1.0, "2024")
