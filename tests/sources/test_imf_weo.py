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


API_CSV = (
    "STRUCTURE[;],STRUCTURE_ID,ACTION,COUNTRY,INDICATOR,FREQUENCY,TIME_PERIOD,OBS_VALUE,SCALE,"
    "LATEST_ACTUAL_ANNUAL_DATA,UNIT,FULL_DESCRIPTION\n"
    'dataflow,IMF.RES:WEO(9.0.0),R,TWN,LP,A,2022,23265000,6,2023,PS,"The outlook,\nin two lines."\n'
    'dataflow,IMF.RES:WEO(9.0.0),R,TWN,LP,A,2023,23420000,6,2023,PS,"The outlook,\nin two lines."\n'
    "dataflow,IMF.RES:WEO(9.0.0),R,PAK,LP,A,2023,,6,FY2024/25,PS,\n"
)
OWN = ["_source_file", "_source_row"]


def test_the_apis_own_csv_calls_itself_a_replacement_and_reads_the_same(tmp_path: Path) -> None:
    plain = read([land(tmp_path, SDMX_CSV, "utf-8", "a.csv")])["observation"].drop(OWN)
    frame = read([land(tmp_path, API_CSV, "utf-8", "b.csv")])["observation"]
    assert frame.drop(OWN).equals(plain)
    assert frame["_source_row"].to_list() == [2, 4, 6]
    with pytest.raises(SourceError, match=r"line 6, column 'ACTION': 'D' cannot be"):
        read([land(tmp_path, API_CSV.replace("R,PAK", "D,PAK"), "utf-8", "c.csv")])


def test_a_past_edition_and_the_older_name_of_the_last_actual_year_are_read(tmp_path: Path) -> None:
    text = API_CSV.replace("WEO(9.0.0)", "WEO_2025_OCT_VINTAGE(1.0.0)")
    text = text.replace("LATEST_ACTUAL_ANNUAL_DATA", "LASTACTUALDATE")
    frame = read([land(tmp_path, text, "utf-8", "weo.csv")])["observation"]
    assert frame["latest_actual_period"].to_list() == ["2023", "2023", "FY2024/25"]
    with pytest.raises(SourceError, match=r"of the dataflow 'IMF\.RES:WEO_OCT"):
        read([land(tmp_path, text.replace("WEO_2025_OCT", "WEO_OCT"), "utf-8", "weo.csv")])


def test_rows_of_a_series_or_group_give_their_attributes_to_its_observations(
    tmp_path: Path,
) -> None:
    text = (
        "STRUCTURE,STRUCTURE_ID,ACTION,COUNTRY,INDICATOR,FREQUENCY,TIME_PERIOD,OBS_VALUE,UNIT,"
        "LATEST_ACTUAL_ANNUAL_DATA\n"
        "dataflow,IMF.RES:WEO(9.0.0),R,TWN,LP,A,,,,2023\n"
        "dataflow,IMF.RES:WEO(9.0.0),R,,LP,,,,PS,\n"
        "dataflow,IMF.RES:WEO(9.0.0),R,TWN,LP,A,2023,23420000,,\n"
        "dataflow,IMF.RES:WEO(9.0.0),R,PAK,LP,A,2023,241499000,,\n"
        "dataflow,IMF.RES:WEO(9.0.0),R,PAK,NGDP,A,2023,1,,2022\n"
    )
    frame = read([land(tmp_path, text, "utf-8", "weo.csv")])["observation"]
    assert frame["_source_row"].to_list() == [4, 5, 6]
    assert frame["units"].to_list() == ["PS", "PS", None]
    assert frame["latest_actual_period"].to_list() == ["2023", None, "2022"]


def test_sdmx_ml_3_names_its_flow_in_a_text_and_may_have_no_series(tmp_path: Path) -> None:
    text = (
        '<m:StructureSpecificData xmlns:m="m" xmlns:c="c"><m:Header><m:Structure structureID="w">'
        "<c:Structure>urn:sdmx:org.sdmx.infomodel.datastructure.Dataflow=IMF.RES:WEO(9.0.0)"
        "</c:Structure></m:Structure></m:Header>\n<m:DataSet>"
        '<Obs COUNTRY="TWN" INDICATOR="LP" FREQUENCY="A" TIME_PERIOD="2023" OBS_VALUE="23420000"'
        ' LATEST_ACTUAL_ANNUAL_DATA="2023"/></m:DataSet></m:StructureSpecificData>'
    )
    frame = read([land(tmp_path, text, "utf-8", "weo.xml")])["observation"]
    assert frame.row(0, named=True)["value"] == 23420000.0
    assert frame["_source_row"].to_list() == [2]
    with pytest.raises(SourceError, match="of the dataflow 'CPI'"):
        read([land(tmp_path, text.replace("RES:WEO", "RES:CPI"), "utf-8", "weo.xml")])


@pytest.mark.parametrize("text", [SDMX_CSV, API_CSV, SDMX_ML])
def test_millions_in_a_layout_of_units_are_refused(tmp_path: Path, text: str) -> None:
    text = text.replace("23265000", "23.265").replace("23420000", "23.42")
    with pytest.raises(SourceError, match=r"column 'value': '23\.265' cannot be.*persons"):
        read([land(tmp_path, text, "utf-8", "weo")])


def test_a_web_query_has_the_codes_that_were_ticked_and_units_only_if_ticked(
    tmp_path: Path,
) -> None:
    text = (
        "ISO\tWEO Subject Code\tCountry\tSubject Descriptor\tScale\t2022\t2023\t"
        "Estimates Start After\t\r\n"
        "TWN\tLP\tTaiwan Province of China\tPopulation\tMillions\t23.265\t23.420\t2023\t\r\n"
    )
    row = read([land(tmp_path, text)])["observation"].row(0, named=True)
    assert (row["area_code"], row["indicator_code"], row["units"]) == ("TWN", "LP", None)
    for head in ("Scale", "Estimates Start After"):
        with pytest.raises(SourceError, match=f"line 1: The header lacks {head}"):
            read([land(tmp_path, text.replace(head, "Notes"))])


def test_groups_have_names_or_codes_and_no_last_actual_year(tmp_path: Path) -> None:
    query = (
        "Country Group Name\tSubject Descriptor\tUnits\tScale\tNotes\t2022\t2023\r\n"
        "World\tPopulation\tPersons\tMillions\t\t7,952.100\t8,020.400\r\n"
    )
    row = read([land(tmp_path, query)])["observation"].row(0, named=True)
    assert (row["area_name"], row["value"]) == ("World", 7952.1)
    head, body = query.splitlines()
    database = f"WEO Country Group Code\tWEO Subject Code\t{head}\r\n001\tLP\t{body}\r\n"
    row = read([land(tmp_path, database)])["observation"].row(0, named=True)
    assert (row["area_code"], row["indicator_code"]) == ("001", "LP")
    with pytest.raises(SourceError, match="The header lacks WEO Subject Code"):
        read([land(tmp_path, database.replace("WEO Subject Code", "Subject"))])


def test_a_copy_saved_by_excel_pads_its_blank_line_and_footer_with_tabs(tmp_path: Path) -> None:
    plain = read([land(tmp_path, DATABASE)])["observation"].drop("_source_file")
    *series, _, footer = DATABASE.splitlines()
    padding = "\t" * series[0].count("\t")
    copy = "\r\n".join([*series, padding, f'"{footer}"{padding}']) + "\r\n"
    frame = read([land(tmp_path, copy, "cp1252", "copy.xls")])["observation"]
    assert frame.drop("_source_file").equals(plain)


def test_a_note_that_begins_with_a_quoted_word_moves_nothing(tmp_path: Path) -> None:
    plain = read([land(tmp_path, DATABASE)])["observation"]
    text = DATABASE.replace("Source: CEIC", '"Census" figures, see "notes"')
    assert text != DATABASE
    assert read([land(tmp_path, text)])["observation"].equals(plain)
    for wrong in ('"23.420', '23.420"', '23"420'):
        with pytest.raises(SourceError, match="line 2"):
            read([land(tmp_path, text.replace("23.420", wrong))])
    with pytest.raises(SourceError, match="line 2: The record has"):
        read([land(tmp_path, text.replace('see "notes"', "see\r\nnotes"))])


@pytest.mark.parametrize("separator", [";", ","])
def test_a_copy_saved_with_other_separators_reads_the_same(tmp_path: Path, separator: str) -> None:
    plain = read([land(tmp_path, DATABASE)])["observation"].drop("_source_file")
    lines = [record.split("\t") for record in DATABASE.replace('"', "").splitlines()]
    quoted = [[f'"{cell}"' if separator in cell else cell for cell in line] for line in lines]
    copy = "\r\n".join(separator.join(line) for line in quoted) + "\r\n"
    frame = read([land(tmp_path, copy, "cp1252", "copy.csv")])["observation"]
    assert frame.drop("_source_file").equals(plain)


def save_as_workbook(tmp_path: Path, text: str, *, decimal_point_groups: bool = False) -> Path:
    """What Excel makes of the text: numbers of what it takes for numbers, the rest as it stands."""
    workbook = openpyxl.Workbook()
    page = workbook.active
    assert page is not None
    for line in text.replace('"', "").splitlines():
        cells: list[object] = []
        for cell in line.split("\t"):
            bare = cell.replace("." if decimal_point_groups else ",", "")
            cells.append(float(bare) if bare.strip("-").replace(".", "").isdigit() else cell)
        page.append([None if cell == "" else cell for cell in cells])
    path = tmp_path / "WEOApr2025all.xlsx"
    workbook.save(path)
    return path


def test_the_text_saved_as_a_workbook_reads_the_same(tmp_path: Path) -> None:
    plain = read([land(tmp_path, DATABASE)])["observation"].drop("_source_file")
    frame = read([save_as_workbook(tmp_path, DATABASE)])["observation"]
    assert frame.drop("_source_file").equals(plain)
    with pytest.raises(SourceError, match="sheet 'Sheet': The header lacks Scale"):
        read([save_as_workbook(tmp_path, DATABASE.replace("\tScale\t", "\tFactor\t"))])
    with pytest.raises(
        SourceError, match=r"sheet 'Sheet', row 2, column 'value': '23\.42O' cannot"
    ):
        read([save_as_workbook(tmp_path, DATABASE.replace("23.420", "23.42O"))])


def test_a_point_that_excel_took_for_grouping_is_noticed_by_the_population(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"column 'value': '23265(\.0)?' cannot be.*persons"):
        read([save_as_workbook(tmp_path, DATABASE, decimal_point_groups=True)])


def test_a_footer_below_the_series_of_a_workbook_is_no_series(tmp_path: Path) -> None:
    footer: list[object] = ["International Monetary Fund, World Economic Outlook, October 2025"]
    assert read([land_workbook(tmp_path, TAIWAN, [], footer)])["observation"].height == 2


def test_utf_16_with_the_bytes_the_other_way_round_reads_the_same(tmp_path: Path) -> None:
    path = tmp_path / "weo.xls"
    path.write_bytes(b"\xfe\xff" + DATABASE.encode("utf-16-be"))
    assert read([path])["observation"].equals(read([land(tmp_path, DATABASE)])["observation"])


@needs_samples
def test_the_real_query_file_and_the_real_message_read_whole() -> None:
    kazakhstan = read([SAMPLES / "WEO_Data_kaz.xls"])["observation"]
    assert kazakhstan.height == 49
    assert kazakhstan.filter(period="1994")["value"].to_list() == [-12.58]
    assert kazakhstan.filter(period="1980")["value"].to_list() == [None]
    slovakia = read([SAMPLES / "WEO-data.xml"])["observation"].row(0, named=True)
    assert (slovakia["area_code"], slovakia["value"]) == ("SVK", 94669000000.0)
    assert (slovakia["multiplier"], slovakia["latest_actual_period"]) == (1.0, "2024")
