"""MSTI and SDMX-CSV: both layouts, any language of labels, nothing silently wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sources import oecd_national_accounts
from sources.contract import SourceError
from sources.oecd_msti import SOURCE, read

Land = Callable[..., Path]
Rewrite = Callable[[str], str]
SAMPLE = (
    Path(__file__).resolve().parents[2].parent
    / "shared"
    / "samples"
    / "oecd"
    / "msti_1.3_csvfile_excerpt.csv"
)
FLOW = "OECD.STI.STP:DSD_MSTI@DF_MSTI(1.3)"
CODES = """\
DATAFLOW,REF_AREA,FREQ,MEASURE,UNIT_MEASURE,PRICE_BASE,TRANSFORMATION,TIME_PERIOD,OBS_VALUE,\
OBS_STATUS,OBS_STATUS_2,OBS_STATUS_3,AUX_OBS_STATUS,CONF_STATUS,UNIT_MULT,BASE_PER,DECIMALS
OECD.STI.STP:DSD_MSTI@DF_MSTI(1.3),TWN,A,G,USD_PPP,Q,_Z,2022,57481.23456,,,,,,6,2020,2
OECD.STI.STP:DSD_MSTI@DF_MSTI(1.3),TWN,A,G,USD_PPP,Q,_Z,2023,59932.1,P,D,,M2,,6,2020,2
OECD.STI.STP:DSD_MSTI@DF_MSTI(1.3),ISR,A,T_RS,FTE,_Z,_Z,2023,,B,,,,C,0,,0
"""
FRENCH_LABELS = {
    "REF_AREA": ("Zone de référence", {"TWN": "Taipei chinois", "ISR": "Israël"}),
    "FREQ": ("Fréquence d’observation", {"A": "Annuelle"}),
    "MEASURE": ("Mesure", {"G": '"DIRD, dépenses intérieures brutes de ""R-D"""'}),
    "UNIT_MEASURE": ("Unité de mesure", {"USD_PPP": '"Dollars, PPA convertis"'}),
    "TRANSFORMATION": ("Transformation", {"_Z": "Sans objet"}),
    "OBS_STATUS": ("Statut d’observation", {"B": "Rupture de série"}),
    "OBS_STATUS_2": ("Statut d’observation", {"D": '"Définition différente, voir note"'}),
    "OBS_STATUS_3": ("Statut d’observation", {}),
}


def with_french_labels(codes: str) -> str:
    """Rewrite a codes-only file as the 36 columns of the file with labels."""
    header, *records = [line.split(",") for line in codes.splitlines()]
    names = header[1:]
    head = ["STRUCTURE", "STRUCTURE_ID", "STRUCTURE_NAME", "ACTION"]
    for name in names:
        head += [name, FRENCH_LABELS.get(name, ("", {}))[0]]
    lines = [",".join(head)]
    for flow, *cells in records:
        line = ["DATAFLOW", flow, '"Principaux indicateurs, PIST"', "I"]
        for name, cell in zip(names, cells, strict=True):
            line += [cell, FRENCH_LABELS.get(name, ("", {}))[1].get(cell, "")]
        lines.append(",".join(line))
    return "\n".join(lines) + "\n"


@pytest.fixture
def land(tmp_path: Path) -> Land:
    def write(text: str, name: str = "msti.csv", encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_bytes(text.encode(encoding))
        return path

    return write


def test_the_codes_layout_gives_typed_observations_with_their_lines(land: Land) -> None:
    frame = read([land(CODES)])["observation"]
    assert frame.columns == [*SOURCE.table("observation").columns, "_source_file", "_source_row"]
    first, second, third = frame.rows(named=True)
    assert (first["dataflow"], first["obs_value"], first["unit_mult"]) == (FLOW, 57481.23456, 6)
    assert (first["obs_status"], first["base_per"], first["_source_row"]) == (None, "2020", 2)
    assert (second["obs_status"], second["obs_status_2"], second["aux_obs_status"]) == (
        "P",
        "D",
        "M2",
    )
    assert (third["obs_value"], third["obs_status"], third["conf_status"]) == (None, "B", "C")
    assert (third["_source_file"], third["_source_row"]) == ("msti.csv", 4)


def test_the_36_columns_with_french_labels_read_the_same_as_codes(land: Land) -> None:
    labelled = with_french_labels(CODES)
    assert len(labelled.splitlines()[0].split(",")) == 36
    by_label = read([land(labelled)])["observation"]
    assert by_label.equals(read([land(CODES)])["observation"])


@pytest.mark.parametrize("rewrite", [str, with_french_labels])
def test_crlf_and_a_byte_order_mark_change_nothing(land: Land, rewrite: Rewrite) -> None:
    plain = read([land(rewrite(CODES))])["observation"]
    windows = land(rewrite(CODES).replace("\n", "\r\n"), encoding="utf-8-sig")
    assert read([windows])["observation"].equals(plain)


def test_a_label_over_two_lines_keeps_the_physical_line_of_each_record(land: Land) -> None:
    text = with_french_labels(CODES).replace("Dollars, PPA", "Dollars,\nPPA", 1)
    assert read([land(text)])["observation"]["_source_row"].to_list() == [2, 4, 5]


@pytest.mark.parametrize("rewrite", [str, with_french_labels])
@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("59932.1", "5993Z.1", "line 3, column 'OBS_VALUE': '5993Z.1' cannot be"),
        ("59932.1", "NaN", "line 3, column 'OBS_VALUE': 'NaN' cannot be"),
        ("2023", "2O23", "line 3, column 'TIME_PERIOD': '2O23' cannot be"),
        ("2023", "2999", "line 3, column 'TIME_PERIOD': '2999' cannot be"),
        ("ISR", "", "line 4, column 'REF_AREA': There is no value"),
        ("ISR,A,", "ISR,Q,", "line 4, column 'freq': 'Q' cannot be"),
        ("M2,,6,", "M2,,,", "line 3, column 'unit_mult': There is no value"),
        ("OBS_STATUS_3", "OBS_STATUS_4", "line 1: The header lacks the column OBS_STATUS_3"),
        ("DF_MSTI(1.3),ISR", "DF_MSTI(1.2),ISR", "line 4, column '(DATAFLOW|STRUCTURE_ID)'"),
        ("DSD_MSTI@DF_MSTI(1.3),TWN", "DSD_MSTI@DF_OTHER(1.3),TWN", "of the dataflow"),
    ],
)
def test_one_wrong_character_is_refused_with_its_place(
    land: Land, rewrite: Rewrite, old: str, new: str, message: str
) -> None:
    with pytest.raises(SourceError, match=message):
        read([land(rewrite(CODES.replace(old, new, 1)))])


def test_a_thousands_comma_moves_the_fields_and_is_refused_with_its_line(land: Land) -> None:
    with pytest.raises(SourceError, match="line 3: The record has 18 fields"):
        read([land(CODES.replace("59932.1", "59,932.1"))])
    with pytest.raises(SourceError, match=r"line 3, column 'OBS_VALUE': '59,932\.1' cannot be"):
        read([land(CODES.replace("59932.1", '"59,932.1"'))])


@pytest.mark.parametrize("rewrite", [str, with_french_labels])
def test_a_file_that_was_cut_off_is_refused_with_its_last_line(
    land: Land, rewrite: Rewrite
) -> None:
    text = rewrite(CODES)
    with pytest.raises(SourceError, match="line 4: The record has"):
        read([land(text[: text.rindex("2023,")])])


def test_labels_in_another_encoding_are_refused_even_though_no_label_is_used(land: Land) -> None:
    path = land(with_french_labels(CODES).replace("’", "'"), encoding="cp1252")
    with pytest.raises(SourceError, match=r"line 1: Byte 0xE9 at offset .* is not utf-8"):
        read([path])


def test_a_file_of_changes_is_refused(land: Land) -> None:
    text = with_french_labels(CODES)
    text = text[: text.rindex(",I,")] + ",D," + text[text.rindex(",I,") + 3 :]
    with pytest.raises(SourceError, match="line 4, column 'ACTION': 'D' cannot be"):
        read([land(text)])


def test_two_files_of_one_version_are_joined_and_of_two_versions_refused(land: Land) -> None:
    header, first, second, _ = CODES.splitlines()
    one = land(f"{header}\n{first}\n", "one.csv")
    two = land(f"{header}\n{second}\n", "two.csv")
    frame = read([one, two])["observation"]
    assert frame["_source_file"].to_list() == ["one.csv", "two.csv"]
    other = land(f"{header}\n{second}\n".replace("(1.3)", "(1.4)"), "two.csv")
    with pytest.raises(SourceError, match=r"two\.csv: The file is of .*\(1\.4\)"):
        read([one, other])


@pytest.mark.parametrize("text", [CODES.splitlines()[0] + "\n", "<html>Too many requests</html>\n"])
def test_an_answer_without_observations_is_refused(land: Land, text: str) -> None:
    with pytest.raises(SourceError, match=r"no rows|not that of an SDMX-CSV"):
        read([land(text)])


@pytest.mark.skipif(not SAMPLE.exists(), reason="the shared samples are not at hand")
def test_the_real_excerpt_reads_whole() -> None:
    frame = read([SAMPLE])["observation"]
    assert frame.height == 10
    czech = frame.row(6, named=True)
    assert (czech["ref_area"], czech["obs_value"], czech["_source_row"]) == ("CZE", 34151.88, 8)


NATIONAL_ACCOUNTS = """\
DATAFLOW,FREQ,REF_AREA,SECTOR,COUNTERPART_SECTOR,TRANSACTION,INSTR_ASSET,ACTIVITY,EXPENDITURE,\
UNIT_MEASURE,PRICE_BASE,TRANSFORMATION,TABLE_IDENTIFIER,TIME_PERIOD,OBS_VALUE,OBS_STATUS,UNIT_MULT,\
BASE_PER,REF_YEAR_PRICE
OECD.SDD.NAD:DSD_NAMAIN10@DF_TABLE6(1.1),A,DEU,S1,S1,B1G,_Z,C,_Z,XDC,V,N,T0301,2023,769415,A,6,,
OECD.SDD.NAD:DSD_NAMAIN10@DF_TABLE6(1.1),A,DEU,S1,S1,P1,_Z,C,_Z,XDC,V,N,T0301,2023,2403210.5,P,6,,
"""


def test_national_accounts_read_by_the_same_rules_with_their_own_dimensions(land: Land) -> None:
    frame = oecd_national_accounts.read([land(NATIONAL_ACCOUNTS)])["observation"]
    assert frame["transaction"].to_list() == ["B1G", "P1"]
    assert frame["obs_value"].to_list() == [769415.0, 2403210.5]
    assert frame["base_per"].to_list() == [None, None]
    with pytest.raises(SourceError, match="of the dataflow"):
        oecd_national_accounts.read([land(NATIONAL_ACCOUNTS.replace("DF_TABLE6", "DF_TABLE7"))])
    with pytest.raises(SourceError, match="line 3, column 'OBS_VALUE'"):
        oecd_national_accounts.read([land(NATIONAL_ACCOUNTS.replace("2403210.5", "24032I0.5"))])
