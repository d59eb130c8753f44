"""SDMX-CSV in its dialects: the same rows from each, and nothing that could be misread."""

from __future__ import annotations

from pathlib import Path

import pytest

from sources.contract import SourceError
from sources.sdmx_csv import read_concepts

CONCEPTS = ("REF_AREA", "TIME_PERIOD", "OBS_VALUE", "OBS_STATUS")
ROWS = [
    ("OECD.STI.STP:DSD_X@DF_X(1.3)", "TWN", "2022", "57481.5", ""),
    ("OECD.STI.STP:DSD_X@DF_X(1.3)", "ISR", "2023", "", "B"),
    ("OECD.STI.STP:DSD_X@DF_X(1.3)", "ISR", "2024", "7", "P"),
]
FLOW = "OECD.STI.STP:DSD_X@DF_X(1.3)"
CODES = f"""\
DATAFLOW,REF_AREA,TIME_PERIOD,OBS_VALUE,OBS_STATUS
{FLOW},TWN,2022,57481.5,
{FLOW},ISR,2023,,B
{FLOW},ISR,2024,7,P
"""
VERSION_2 = f"""\
STRUCTURE,STRUCTURE_ID,ACTION,REF_AREA,TIME_PERIOD,OBS_VALUE,OBS_STATUS
DATAFLOW,{FLOW},I,TWN,2022,57481.5,
DATAFLOW,{FLOW},I,ISR,2023,,B
DATAFLOW,{FLOW},I,ISR,2024,7,P
"""
LABELS_NAME = f"""\
STRUCTURE,STRUCTURE_ID,STRUCTURE_NAME,ACTION,REF_AREA,Zone de référence,TIME_PERIOD,,OBS_VALUE,,\
OBS_STATUS,Statut
DATAFLOW,{FLOW},"Indicateurs, tous",I,TWN,Taipei chinois,2022,,57481.5,,,
DATAFLOW,{FLOW},"Indicateurs, tous",I,ISR,Israël,2023,,,,B,Rupture
DATAFLOW,{FLOW},"Indicateurs, tous",I,ISR,Israël,2024,,7,,P,Provisoire
"""
LABELS_BOTH = f"""\
STRUCTURE,STRUCTURE_ID,ACTION,REF_AREA: Reference area,TIME_PERIOD: Time period,OBS_VALUE: Value,\
OBS_STATUS: Status: of the value
DATAFLOW,{FLOW}: Indicators (all),I,TWN: Chinese Taipei,2022,57481.5,
DATAFLOW,{FLOW}: Indicators (all),I,"ISR: Israel: see note, below",2023,,B: Break
DATAFLOW,{FLOW}: Indicators (all),I,ISR: Israel,2024,7,P: Provisional
"""
LABELS_BOTH_1 = f"""\
DATAFLOW,REF_AREA: Reference area,OBS_VALUE,OBS_STATUS: Status,TIME_PERIOD: Time period
{FLOW}: Indicators,TWN: Chinese Taipei,57481.5,,2022
{FLOW}: Indicators,ISR: Israel,,B: Break,2023
{FLOW}: Indicators,ISR: Israel,7,P: Provisional,2024
"""
SEMICOLONS = f"""\
STRUCTURE;STRUCTURE_ID;ACTION;REF_AREA;TIME_PERIOD;OBS_VALUE;OBS_STATUS
DATAFLOW;{FLOW};I;TWN;2022;57481,5;
DATAFLOW;{FLOW};I;ISR;2023;;B
DATAFLOW;{FLOW};I;ISR;2024;7;P
"""
TABS = VERSION_2.replace(",", "\t")
QUOTED = "\n".join(
    ",".join(f'"{cell}"' for cell in line.split(",")) for line in VERSION_2.splitlines()
)
SUB_FIELDS = VERSION_2.replace("STRUCTURE,", "STRUCTURE[;],")
CONDENSED = f"""\
STRUCTURE[|]=DATAFLOW,STRUCTURE_ID={FLOW},ACTION=I,SERIES_KEY,OBS_STATUS,NOTE[],REF_AREA,\
TIME_PERIOD,OBS_VALUE
,,,TWN,,a|b,TWN,2022,57481.5
,,,ISR,B,,ISR,2023,
,,,ISR,P,,ISR,2024,7
"""
NO_ACTION = "\n".join(
    ",".join(cells[:2] + cells[3:]) for cells in map(lambda s: s.split(","), VERSION_2.splitlines())
)


def read(tmp_path: Path, text: str, **how: object) -> list[tuple]:
    path = tmp_path / "data.csv"
    path.write_bytes(text.encode())
    frame = read_concepts(path, flow="DSD_X@DF_X", concepts=CONCEPTS, **how)  # type: ignore[arg-type]
    return frame.drop("_source_row").rows()


@pytest.mark.parametrize(
    "text",
    [
        *(CODES, VERSION_2, LABELS_NAME, LABELS_BOTH, LABELS_BOTH_1, SEMICOLONS, TABS),
        *(QUOTED + "\n", SUB_FIELDS, CONDENSED, NO_ACTION + "\n"),
        "\ufeff" + LABELS_BOTH.replace("\n", "\r\n"),
    ],
)
def test_every_dialect_gives_the_same_rows(tmp_path: Path, text: str) -> None:
    assert read(tmp_path, text) == ROWS


def test_a_text_over_two_lines_moves_no_field_and_the_line_stays_that_of_its_start(
    tmp_path: Path,
) -> None:
    path = tmp_path / "data.csv"
    text = CODES.replace("OBS_STATUS\n", "OBS_STATUS,NOTE\n").replace(",\n", ',,"a\nb"\n')
    path.write_text(text.replace(",B\n", ",B,\n").replace(",P\n", ",P,\n"))
    frame = read_concepts(path, flow="DSD_X@DF_X", concepts=CONCEPTS)
    assert frame["_source_row"].to_list() == [2, 4, 5]
    assert frame["OBS_STATUS"].to_list() == ["", "B", "P"]


@pytest.mark.parametrize(
    ("text", "old", "new", "message"),
    [
        (SEMICOLONS, ";7;P", ";7.5;P", r"line 4, column 'OBS_VALUE': '7\.5' cannot be"),
        (SEMICOLONS, "57481,5", "57,481,5", r"line 2, column 'OBS_VALUE': '57,481,5' cannot be"),
        (LABELS_BOTH, "OBS_VALUE: Value", "OBS_VALUE: Value,OBS_VALUE: Valeur", "lacks the column"),
        (LABELS_BOTH, "OBS_STATUS: Status: of", "OBS_STATUS - of", "lacks the column OBS_STATUS"),
        (CONDENSED, f"STRUCTURE_ID={FLOW}", "STRUCTURE_ID=A:B(1.0)", r"of the dataflow 'A:B\(1"),
        (CONDENSED, "ACTION=I", "ACTION=R", "column 'ACTION': 'R' cannot be"),
        (VERSION_2, "I,ISR,2024", "D,ISR,2024", "line 4, column 'ACTION': 'D' cannot be"),
        (VERSION_2, f"{FLOW},I,ISR,2024", "A:B(1.0),I,ISR,2024", "line 4, column 'STRUCTURE_ID'"),
        (VERSION_2, "STRUCTURE,STRUCTURE_ID", "STRUKTUR,STRUCTURE_ID", "not that of an SDMX-CSV"),
        (VERSION_2, "STRUCTURE,STRUCTURE_ID", "STRUCTURE,ID", "not that of an SDMX-CSV"),
    ],
)
def test_what_no_dialect_allows_is_refused(
    tmp_path: Path, text: str, old: str, new: str, message: str
) -> None:
    assert old in text
    with pytest.raises(SourceError, match=message):
        read(tmp_path, text.replace(old, new, 1))


def test_a_publisher_may_call_a_whole_file_a_replacement_but_never_a_deletion(
    tmp_path: Path,
) -> None:
    whole = VERSION_2.replace(",I,", ",R,")
    assert read(tmp_path, whole, actions=("I", "R")) == ROWS
    with pytest.raises(SourceError, match="line 2, column 'ACTION': 'R' cannot be"):
        read(tmp_path, whole)
    with pytest.raises(SourceError, match="'D' cannot be"):
        read(tmp_path, VERSION_2.replace(",I,", ",D,"), actions=("I", "R"))
