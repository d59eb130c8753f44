"""A vintage is held against the one before: what is less is refused, what is other is told."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from sources.acceptance import Acceptance, accept, previous_of
from sources.contract import Source, SourceError, Table
from sources.customs_portal import SOURCE as CUSTOMS
from sources.imf_weo import SOURCE as WEO
from sources.oecd_msti import SOURCE as MSTI
from sources.snapshots import Snapshot, SnapshotStore
from sources.tabular import cast_strict, read_csv

OBSERVATION = Table(
    name="observation",
    columns={
        "area_code": pl.String(),
        "item": pl.String(),
        "year": pl.Int32(),
        "unit": pl.String(),
        "base_per": pl.String(),
        "value": pl.Float64(),
    },
    key=("area_code", "item", "year"),
    description="Tiny.",
)


def read(files: Sequence[Path]) -> dict[str, pl.DataFrame]:
    frames = [
        cast_strict(
            read_csv(path, list(OBSERVATION.columns), file=path.name),
            OBSERVATION.columns,
            path.name,
        )
        for path in files
    ]
    return {"observation": pl.concat(frames)}


TINY = replace(MSTI, id="tiny", tables=(OBSERVATION,), read=read)
AREAS = ("JPN", "KOR", "TWN")


class Desk:
    """Lands vintages one after the other, each made by changing the rows of the first."""

    def __init__(self, folder: Path, source: Source = TINY) -> None:
        self.folder, self.source = folder, source
        self.store = SnapshotStore([folder / "raw"], folder / "raw", source_of=lambda _: source)
        self.rows = {
            (area, item, year): ["USD", "2015", 100.0 * number + year - 2020]
            for number, area in enumerate(AREAS, start=1)
            for item in ("GDP", "R&D")
            for year in range(2020, 2025)
        }

    def file(self) -> Path:
        path = self.folder / "t.csv"
        lines = [
            ",".join(map(str, (*key, unit, base, "" if value is None else value)))
            for key, (unit, base, value) in self.rows.items()
        ]
        path.write_text(",".join(OBSERVATION.columns) + "\n" + "\n".join(lines) + "\n")
        return path

    def accept(self, vintage: str, reason: str | None = None) -> Acceptance:
        previous = previous_of(self.store.list("tiny"), vintage)
        return accept(self.source, [self.file()], vintage, previous, accept_loss=reason)

    def land(self, vintage: str, reason: str | None = None, basis: str = "publisher") -> Snapshot:
        found = self.accept(vintage, reason)
        return self.store.land(
            "tiny", [self.file()], vintage, basis=basis, acceptance=found.as_json()
        )


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path)
    desk.land("2024-03")
    return desk


def test_the_first_vintage_has_nothing_to_be_compared_with(tmp_path: Path) -> None:
    found = Desk(tmp_path).accept("2024-03")
    assert found.compared_with is None
    assert found.summary.startswith("Nothing to compare with")
    assert "30 rows, 2020 to 2024, 6 series" in found.summary


def test_a_period_that_begins_and_ends_alike_is_told_once(tmp_path: Path) -> None:
    path = tmp_path / "portal.csv"
    header = "進出口別,日期,貨品號列,中文貨名,英文貨名,國家,美元(千元)\n"
    months = (f"出口,113年{month}月,8542,積體電路, ICs,日本,1\n" for month in (1, 2))
    path.write_text(header + "".join(months), encoding="cp950")
    found = accept(CUSTOMS, [path], "2024-03", None)
    assert "2 rows, 2024-01 to 2024-02, 1 series" in found.summary


def test_created_vanished_and_revised_series_are_counted_and_the_largest_change_named(
    desk: Desk,
) -> None:
    for year in range(2020, 2025):
        del desk.rows["KOR", "R&D", year]
        desk.rows["KOR", "Exports", year] = ["USD", "2015", 7.0]
    desk.rows["TWN", "GDP", 2023][2] = 606.0
    desk.rows["TWN", "GDP", 2022][2] = 302.5
    desk.rows["TWN", "GDP", 2025] = ["USD", "2015", 310.0]
    found = desk.accept("2024-09")
    table = found.tables["observation"]
    assert (table.created, table.vanished, table.revised, table.changed) == (1, 1, 1, 0)
    assert (table.values_added, table.values_withdrawn, table.values_revised) == (6, 5, 2)
    assert table.created_series == ("KOR | Exports",)
    assert table.vanished_series == ("KOR | R&D",)
    largest = table.largest[0]
    assert (largest.series, largest.period, largest.before, largest.now) == (
        "TWN | GDP",
        "2023",
        303.0,
        606.0,
    )
    assert largest.pct == pytest.approx(100)
    assert "Compared with 2024-03 (publisher)" in found.summary
    assert "TWN | GDP 2023: 303 -> 606 (+100.00 %)" in found.summary
    assert found.losses == ()


def test_a_country_that_vanished_is_refused_unless_a_reason_is_given(desk: Desk) -> None:
    desk.rows = {key: row for key, row in desk.rows.items() if key[0] != "TWN"}
    with pytest.raises(SourceError, match=r"no area_code TWN any more.*--accept-loss"):
        desk.accept("2024-09")
    with pytest.raises(SourceError, match="reason to accept a loss is empty"):
        desk.accept("2024-09", "  ")
    snapshot = desk.land("2024-09", "The publisher dropped it in its note of May")
    kept = json.loads((snapshot.directory / "snapshot.json").read_text("utf-8"))["acceptance"]
    assert kept["accepted_loss"] == "The publisher dropped it in its note of May"
    assert "no area_code TWN" in kept["losses"][0]
    assert desk.store.find("tiny", "2024-09").acceptance == kept


def test_a_country_vanishes_by_its_name_where_one_layout_has_no_codes(tmp_path: Path) -> None:
    years = "2022\t2023\tEstimates Start After\n"
    full = "WEO Country Code\tISO\tWEO Subject Code\tCountry\tSubject Descriptor\tUnits\tScale\t"
    full += years + "528\tTWN\tLP\tTaiwan\tPopulation\tPersons\tMillions\t23.265\t23.420\t2022\n"
    full += "158\tJPN\tLP\tJapan\tPopulation\tPersons\tMillions\t125.125\t124.517\t2022\n"
    query = "Country\tSubject Descriptor\tUnits\tScale\t" + years
    query += "Japan\tPopulation\tPersons\tMillions\t125.125\t124.517\t2022\n"
    query += "Japan\tUnemployment\tPercent\tUnits\t2.567\t2.575\t2022\n"
    footer = "\nInternational Monetary Fund, World Economic Outlook Database, April 2024\n"
    store, path = SnapshotStore([tmp_path / "raw"], tmp_path / "raw"), tmp_path / "weo.xls"
    path.write_text(full + footer, encoding="utf-16-le")
    previous = store.land("imf_weo", [path], "2024-04")
    path.write_text(query + footer, encoding="utf-16-le")
    with pytest.raises(SourceError, match="has no area_name Taiwan any more"):
        accept(WEO, [path], "2024-10", previous)


def test_a_country_whose_values_all_became_empty_has_vanished(desk: Desk) -> None:
    for key, row in desk.rows.items():
        if key[0] == "JPN":
            row[2] = None
    with pytest.raises(SourceError, match="no area_code JPN any more"):
        desk.accept("2024-09")


@pytest.mark.parametrize("year", [2020, 2022, 2024])
def test_a_year_that_vanished_is_refused(desk: Desk, year: int) -> None:
    desk.rows = {key: row for key, row in desk.rows.items() if key[2] != year}
    with pytest.raises(SourceError, match=f"no period {year} any more"):
        desk.accept("2024-09")


def test_a_fifth_fewer_rows_are_refused_and_a_few_fewer_are_told(desk: Desk) -> None:
    for year in range(2020, 2024):
        del desk.rows["JPN", "R&D", year]
    assert desk.accept("2024-09").tables["observation"].values_withdrawn == 4
    for year in range(2020, 2023):
        del desk.rows["KOR", "R&D", year]
    with pytest.raises(SourceError, match="23 rows with a value instead of 30"):
        desk.accept("2024-09")


def test_a_ranking_of_the_year_may_leave_older_years_behind_but_not_go_back(tmp_path: Path) -> None:
    desk = Desk(tmp_path, replace(TINY, rolling=True))
    desk.land("2024")
    whole = dict(desk.rows)
    desk.rows = {(a, i, y + 1): row for (a, i, y), row in whole.items()}
    assert desk.accept("2025").losses == ()
    desk.rows = {(a, i, y - 1): row for (a, i, y), row in whole.items()}
    with pytest.raises(SourceError, match="no period 2024 any more"):
        desk.accept("2025")


def test_another_base_year_and_unit_are_told_and_kept_but_not_refused(desk: Desk) -> None:
    for key, row in desk.rows.items():
        if key[1] == "GDP":
            row[:] = ["NTD", "2020", row[2] * 30]
    found = desk.accept("2024-09")
    assert found.tables["observation"].changed == 3
    told = " ".join(found.told)
    assert "base_per is another one in 3 series (2020 instead of 2015)" in told
    assert "unit is another one in 3 series (NTD instead of USD)" in told
    assert found.as_json()["told"] == list(found.told)


def test_values_a_thousand_times_larger_are_told_though_the_unit_says_nothing(desk: Desk) -> None:
    for row in desk.rows.values():
        row[2] *= 1000
    assert any("1,000 times" in text for text in desk.accept("2024-09").told)


def test_a_year_in_a_series_name_that_moved_is_told_as_another_base_year(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    rows = desk.rows
    desk.rows = {(a, f"{i} (2016=100)", y): row for (a, i, y), row in rows.items()}
    desk.land("2024-03")
    desk.rows = {(a, f"{i} (2021=100)", y): row for (a, i, y), row in rows.items()}
    found = desk.accept("2024-09")
    assert any("6 series came back under another base" in text for text in found.told)
    assert found.losses == ()


def test_less_than_a_transcribed_vintage_is_told_and_not_refused(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.land("book-2025-26", basis="transcribed")
    desk.rows = {key: row for key, row in desk.rows.items() if key[0] != "TWN"}
    found = desk.accept("2024-09")
    assert found.compared_basis == "transcribed"
    assert "Less than before: observation has no area_code TWN" in found.summary


def test_a_publishers_vintage_is_preferred_and_the_one_before_is_taken(desk: Desk) -> None:
    desk.rows["TWN", "GDP", 2025] = ["USD", "2015", 1.0]
    desk.land("2024-09")
    desk.rows["TWN", "GDP", 2026] = ["USD", "2015", 1.0]
    desk.land("book", basis="transcribed")
    snapshots = desk.store.list("tiny")

    def against(vintage: str) -> str:
        previous = previous_of(snapshots, vintage)
        assert previous is not None
        return previous.vintage

    assert against("2025-03") == "2024-09"
    assert against("2024-06") == "2024-03"
    assert against("2023-09") in ("2024-03", "2024-09")
    assert previous_of([], "2025-03") is None


def test_a_vintage_named_by_the_day_of_its_fetch_stands_among_the_dated_ones(desk: Desk) -> None:
    for vintage in ("fetched-2024-11-21", "2025-03"):
        desk.land(vintage)
    snapshots = desk.store.list("tiny")
    for vintage, before in (("2025-01", "fetched-2024-11-21"), ("fetched-2025-05-01", "2025-03")):
        previous = previous_of(snapshots, vintage)
        assert previous is not None
        assert previous.vintage == before


def test_an_older_version_of_a_flow_is_refused_and_a_newer_one_told(tmp_path: Path) -> None:
    head = (
        "DATAFLOW,REF_AREA,FREQ,MEASURE,UNIT_MEASURE,PRICE_BASE,TRANSFORMATION,TIME_PERIOD,"
        "OBS_VALUE,OBS_STATUS,OBS_STATUS_2,OBS_STATUS_3,AUX_OBS_STATUS,CONF_STATUS,UNIT_MULT,"
        "BASE_PER,DECIMALS\n"
    )
    row = "OECD.STI.STP:DSD_MSTI@DF_MSTI({}),TWN,A,G,USD_PPP,Q,_Z,2023,59932.1,,,,,,6,2020,2\n"
    store = SnapshotStore([tmp_path / "raw"], tmp_path / "raw")
    path = tmp_path / "m.csv"
    path.write_text(head + row.format("1.3"))
    previous = store.land("oecd_msti", [path], "2025-03")
    path.write_text(head + row.format("1.10"))
    assert "(1.10)" in " ".join(accept(MSTI, [path], "2025-09", previous).told)
    path.write_text(head + row.format("1.0"))
    with pytest.raises(SourceError, match="older version of its flow"):
        accept(MSTI, [path], "2025-09", previous)


def test_no_row_and_a_hostile_container_are_refused(desk: Desk, tmp_path: Path) -> None:
    desk.rows = {}
    with pytest.raises(SourceError, match="no rows"):
        desk.accept("2024-09")
    path = tmp_path / "t.7z"
    path.write_bytes(b"7z\xbc\xaf\x27\x1c" + bytes(100))
    with pytest.raises(SourceError, match="7z container"):
        accept(TINY, [path], "2024-09", None)


def test_a_vintage_before_that_cannot_be_read_any_more_is_told(desk: Desk) -> None:
    snapshot = desk.store.list("tiny")[0]
    snapshot.paths[0].write_text("nothing\n")
    found = desk.accept("2024-09")
    assert found.compared_with is None
    assert "not compared: 2024-03 cannot be read" in found.told[0]


def test_a_source_of_whole_tables_is_compared_by_its_files(desk: Desk, tmp_path: Path) -> None:
    rows = {"area_code": ["TWN"], "item": ["x"], "year": [2024], "_source_row": [1]}
    frame = (
        pl.DataFrame(rows)
        .with_columns(
            *(
                pl.lit("1").cast(OBSERVATION.columns[name]).alias(name)
                for name in ("unit", "value")
            ),
            pl.lit("g").alias("_source_file"),
            base_per=pl.lit("2015"),
        )
        .cast({"year": pl.Int32})
    )
    untyped = replace(TINY, compared_by_files=True, read=lambda files: {"observation": frame})
    big, small = tmp_path / "g_patent.tsv.zip", tmp_path / "g_application.tsv.zip"
    big.write_bytes(b"1" * 1000)
    small.write_bytes(b"1" * 10)
    previous = desk.store.land("tiny", [big, small], "2026-02")
    assert accept(untyped, [big, small], "2026-05", previous).losses == ()
    with pytest.raises(SourceError, match=r"there is no g_application\.tsv\.zip any more"):
        accept(untyped, [big], "2026-05", previous)
    big.write_bytes(b"1" * 700)
    with pytest.raises(SourceError, match="has 700 bytes instead of 1,000"):
        accept(untyped, [big, small], "2026-05", previous)
