"""World Population Prospects: three containers, whole or refused."""

from __future__ import annotations

import gzip
import zipfile
from pathlib import Path

import pytest

from sources.contract import SourceError
from sources.un_wpp import SOURCE, read

CSV = (
    "SortOrder,LocID,Notes,ISO3_code,ISO2_code,LocTypeID,LocTypeName,Location,VarID,Variant,Time,"
    "MidPeriod,TPopulation1Jan,TPopulation1July,TPopulationMale1July\n"
    '1,900,,,,1,World,World,2,Medium,2024,2024.5,8126767.5,8161972.572,"4,1"\n'
    '158,158,24,TWN,TW,4,Country/Area,"China, Taiwan Province of China",2,Medium,2024,2024.5,'
    "23254.331,23213.222,\n"
    "384,384,,CIV,CI,4,Country/Area,Côte d'Ivoire,2,Medium,2024,2024.5,31543.7,31934.23,\n"
)


def land(tmp_path: Path, data: bytes, name: str) -> Path:
    path = tmp_path / name
    path.write_bytes(data)
    return path


def zipped(tmp_path: Path, *names: str) -> Path:
    path = tmp_path / "wpp.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("readme.txt", "x")
        for name in names:
            archive.writestr(name, CSV * 1)
    return path


def test_the_csv_gives_thousands_of_persons_on_both_days(tmp_path: Path) -> None:
    frame = read([land(tmp_path, CSV.encode("utf-8-sig"), "w.csv")])["demographic_indicator"]
    own = [*SOURCE.table("demographic_indicator").columns, "_source_file", "_source_row"]
    assert frame.columns == own
    assert frame.row(1) == (
        *(158, "TWN", 4, "China, Taiwan Province of China", "Medium", 2024),
        *(23254.331, 23213.222, "w.csv", 3),
    )
    assert frame["iso3_code"].to_list() == [None, "TWN", "CIV"]


def test_gzip_and_zip_read_the_same_as_the_csv(tmp_path: Path) -> None:
    plain = read([land(tmp_path, CSV.encode(), "w.csv")])["demographic_indicator"]
    for path in (
        land(tmp_path, gzip.compress(CSV.encode()), "w.csv.gz"),
        zipped(tmp_path, "w.csv"),
    ):
        frame = read([path])["demographic_indicator"]
        assert set(frame["_source_file"]) == {path.name}
        assert frame.drop("_source_file").equals(plain.drop("_source_file"))


@pytest.mark.parametrize("lost", [1, 8, 12, 100])
def test_a_gzip_that_was_cut_off_is_refused_however_little_is_lost(
    tmp_path: Path, lost: int
) -> None:
    path = land(tmp_path, gzip.compress(CSV.encode())[:-lost], "w.csv.gz")
    with pytest.raises(SourceError, match=r"w\.csv\.gz: The container is cut off or damaged"):
        read([path])


def test_a_damaged_byte_in_a_container_is_refused(tmp_path: Path) -> None:
    for path in (land(tmp_path, gzip.compress(CSV.encode()), "w.gz"), zipped(tmp_path, "w.csv")):
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 0xFF
        path.write_bytes(data)
        with pytest.raises(SourceError, match="cut off or damaged"):
            read([path])


def test_a_zip_that_was_cut_off_or_has_not_one_csv_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path, "w.csv")
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(SourceError, match="cut off or damaged"):
        read([path])
    with pytest.raises(SourceError, match="holds 2 CSV files"):
        read([zipped(tmp_path, "high.csv", "low.csv")])
    with pytest.raises(SourceError, match="holds 0 CSV files"):
        read([zipped(tmp_path)])


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("23254.331", "23254.33l", "line 3, column 'TPopulation1Jan': '23254.33l' cannot be"),
        ("23254.331", "-23254.331", "line 3, column 'TPopulation1Jan': '-23254.331' cannot be"),
        ("384,384,", "384,,", "line 4, column 'LocID': There is no value"),
        ("TPopulation1July,", "TPop1July,", "The header lacks the column TPopulation1July"),
        ("31934.23,\n", "31934.23", "line 4: The record has 14 fields"),
    ],
)
def test_a_changed_file_is_refused_with_its_place(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    with pytest.raises(SourceError, match=message):
        read([land(tmp_path, CSV.replace(old, new, 1).encode(), "w.csv")])


def test_another_encoding_inside_a_container_is_refused(tmp_path: Path) -> None:
    path = land(tmp_path, gzip.compress(CSV.encode("cp1252")), "w.csv.gz")
    with pytest.raises(SourceError, match=r"line 4: Byte 0xF4 at offset .* is not utf-8"):
        read([path])
