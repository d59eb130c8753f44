"""The workbook and the other files of the shipped edition, read back by programs of others."""

import csv
import io
import json
import re
import shutil
import subprocess
import zipfile
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import duckdb
import openpyxl
import polars as pl
import pytest

from publication.export import PARTS, export
from publication.files import harmless
from publication.layout import (
    LANGUAGES,
    SHEET_HEADER_ROW,
    LabelCell,
    NumberCell,
    cell_address,
    locate,
    read_layouts,
    sheet_name,
)
from publication.provenance import table_estimates, table_sources
from publication.release import PublicationError
from publication.workbook import displayed_width, written_value

ROOT = Path(__file__).resolve().parents[2]
PRINTED = ROOT / "editions" / "2025-26" / "printed"
HOSTILE = "=cmd|'/C calc'!A0"
MARKUP = '<script>alert("1")</script>\'; drop table x; --'
RIGHT_TO_LEFT = "\u202e乙甲"
OWN = ("parquet", "csv", "sdmx", "workbook", "datapackage")


@pytest.fixture(scope="module")
def database(refreshed):
    return refreshed.published / "current" / "whitepaper.duckdb"


@pytest.fixture(scope="module")
def exported(database, tmp_path_factory):
    directory = tmp_path_factory.mktemp("export")
    export(database, directory, OWN)
    return directory


@pytest.fixture(scope="module")
def layouts(database):
    with duckdb.connect(str(database), read_only=True) as connection:
        return [layout for language in LANGUAGES for layout in read_layouts(connection, language)]


@pytest.fixture(scope="module")
def workbook(exported):
    return openpyxl.load_workbook(exported / "workbook.xlsx")


def writable_copy(database, path):
    shutil.copyfile(database, path)
    return path


def cells_of(layout):
    """Every cell of a layout with its row and column in the sheet, from 1."""
    top = SHEET_HEADER_ROW + len(layout.header) + 1
    for line, row in enumerate(layout.body):
        for column, cell in enumerate(row.cells):
            yield top + line, column + 1, cell


def rendered(value, number_format):
    """What a spreadsheet shows: the few rules of number formats that the workbook uses."""
    sections = re.findall(r'(?:"(?:[^"]|"")*"|_.|[^;])+', number_format)
    section, shown = sections[0], value
    if value < 0 and len(sections) > 1:
        section, shown = sections[1], -value
    digits = re.search(r"#,##0(\.0+)?|(?<![#,])0(\.0+)?", re.sub(r'"[^"]*"', '""', section))[0]
    places = len(digits.partition(".")[2])
    rounded = Decimal(f"{shown:.15g}").quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    number = f"{rounded:,.{places}f}" if "," in digits else f"{rounded:.{places}f}"
    out = []
    for token in re.findall(r'"(?:[^"\\]|\\.)*"|_.|#,##0(?:\.0+)?|0(?:\.0+)?', section):
        if token.startswith('"'):
            out.append(token[1:-1])
        elif token.startswith("_"):
            out.append(" ")
        else:
            out.append(number)
    return "".join(out).rstrip()


def test_every_printed_cell_of_the_book_has_its_place_under_its_header_and_label(layouts):
    by_table = {layout.table_id: layout for layout in layouts if layout.language == "zh"}
    count = 0
    for path in sorted(PRINTED.glob("*.csv")):
        layout = by_table[path.stem]
        lines = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
        for line in lines:
            key = (path.stem, line["row_key"], line["period"], line["measure"])
            row, column = layout.place(key)
            cell = layout.body[row].cells[column]
            printed_header = tuple(line["col_label_zh"].split(" > "))
            assert layout.columns[column].path[: len(printed_header)] == printed_header
            block = layout.columns[column].block
            label = "".join(
                other.text
                for position, other in enumerate(layout.body[row].cells)
                if isinstance(other, LabelCell) and layout.columns[position].block == block
            )
            printed_label = line["row_label_zh"].replace(" ", "").replace("全體", "整體")
            assert label.replace("、", "").endswith(printed_label.replace("、", "")), key
            if line["unit"] == "text":
                assert cell.text == line["printed"]
            count += 1
        headers = dict.fromkeys(line["col_label_zh"] for line in lines)
        ours = dict.fromkeys(
            " > ".join(column.path) for column in layout.columns if column.kind != "label"
        )
        assert [name for name in ours if name in headers] == [n for n in headers if n in ours]
    assert count == 1666


def test_every_book_cell_has_one_place_and_its_printed_form(layouts, database):
    with duckdb.connect(str(database), read_only=True) as connection:
        cells = {
            row[:4]: row[4:]
            for row in connection.execute(
                "select table_id, row_key, period, measure, printed_as, value, status "
                "from book_cell"
            ).fetchall()
        }
    for language in LANGUAGES:
        own = [layout for layout in layouts if layout.language == language]
        placed = [cell for layout in own for cell in layout.numbers()]
        assert len(placed) == len({cell.key for cell in placed}) == len(cells) == 1654
        for cell in placed:
            printed_as, value, status = cells[cell.key]
            assert (cell.value, cell.status) == (value, status)
            if language == "zh":
                assert cell.printed_as == printed_as
    assert sum(cell.is_estimate for layout in layouts for cell in layout.numbers()) == 2 * 58


def test_header_cells_fill_their_grid_without_gap_or_overlap(layouts):
    for layout in layouts:
        taken = [
            (level + down, cell.column + right)
            for level, row in enumerate(layout.header)
            for cell in row
            for down in range(cell.row_span)
            for right in range(cell.column_span)
        ]
        assert sorted(taken) == [
            (level, column)
            for level in range(len(layout.header))
            for column in range(len(layout.columns))
        ]


def test_addresses_of_the_workbook_lead_to_the_cell_and_back(layouts, database):
    with duckdb.connect(str(database), read_only=True) as connection:
        for layout in layouts:
            for cell in list(layout.numbers())[::40]:
                assert locate(connection, cell_address(layout, cell.key)) == cell.key


def test_the_workbook_holds_unrounded_numbers_that_show_as_the_book_prints(workbook, layouts):
    numbers = 0
    for layout in layouts:
        sheet = workbook[sheet_name(layout.table_id, layout.language)]
        for row, column, cell in cells_of(layout):
            found = sheet.cell(row, column)
            if cell is None:
                assert found.value is None
            elif isinstance(cell, NumberCell) and cell.value is not None:
                assert found.data_type == "n"
                assert found.value == pytest.approx(cell.value, rel=1e-15, abs=1.1e-10)
                assert rendered(found.value, found.number_format) == cell.shown_as
                numbers += 1
            elif isinstance(cell, NumberCell):
                assert (found.value, found.data_type) == ("N/A", "s")
            elif not (isinstance(cell, LabelCell) and cell.row_span == 0):
                assert (found.value, found.data_type) == (cell.text, "s")
    assert numbers == 2 * (1654 - 14)


def test_headers_titles_units_notes_and_sources_stand_around_the_numbers(workbook, layouts):
    for layout in layouts:
        sheet = workbook[sheet_name(layout.table_id, layout.language)]
        merged = {(r.min_row, r.min_col, r.max_row, r.max_col) for r in sheet.merged_cells.ranges}
        for level, row in enumerate(layout.header):
            for cell in row:
                top, left = SHEET_HEADER_ROW + level + 1, cell.column + 1
                assert (sheet.cell(top, left).value or "") == cell.text
                area = (top, left, top + cell.row_span - 1, left + cell.column_span - 1)
                assert area in merged or area[:2] == area[2:]
        assert sheet["A1"].value == layout.heading
        assert sheet.cell(2, len(layout.columns)).value == layout.unit_line
        below = SHEET_HEADER_ROW + len(layout.header) + len(layout.body) + 1
        lines = [*layout.note_lines, layout.source_line]
        assert [sheet.cell(below + n, 1).value for n in range(len(lines))] == lines
        frozen = sheet.cell(below - len(layout.body), layout.label_columns + 1).coordinate
        assert sheet.freeze_panes == frozen
        assert sheet.page_setup.paperSize == "9" or sheet.page_setup.paperSize == 9
        assert sheet.page_setup.fitToHeight == 0 and sheet.sheet_properties.pageSetUpPr.fitToPage


def test_the_contents_link_to_every_table_in_both_languages(workbook, layouts):
    sheet = workbook.worksheets[0]
    links = {link.location for row in sheet.iter_rows() for c in row if (link := c.hyperlink)}
    wanted = {f"'{sheet_name(x.table_id, x.language)}'!A1" for x in layouts}
    assert wanted <= links
    assert {"'來源 Provenance'!A1", "'推估 Estimates'!A1"} <= links
    # LibreOffice does not break the text of a link: what is too long is cut off.
    for language, column in (("zh", "B"), ("en", "C")):
        longest = max(displayed_width(x.heading) for x in layouts if x.language == language)
        assert sheet.column_dimensions[column].width > longest
    assert {location.split("'")[1] for location in links} <= set(workbook.sheetnames)


def test_every_table_names_its_files_and_every_estimate_its_reason(database, workbook):
    with duckdb.connect(str(database), read_only=True) as connection:
        sources, estimates = table_sources(connection), table_estimates(connection)
        estimated = connection.execute(
            "select distinct table_id from book_cell where status = 'E' order by 1"
        ).fetchall()
        tables = connection.execute("select table_id from book_table").fetchall()
    assert {(s.table_id,) for s in sources} == set(tables)
    assert all(re.fullmatch("[0-9a-f]{64}", s.sha256) and s.licence and s.citation for s in sources)
    assert all("estimates" not in s.file for s in sources)
    assert {s.source_id for s in sources if s.table_id == "T1-2-13"} == {"imf_weo", "uspto_counts"}
    assert {(e.table_id,) for e in estimates} == set(estimated)
    assert all(e.reason_zh and e.reason_en and e.rule and e.value is not None for e in estimates)
    shown = {
        row[7].value for row in workbook["來源 Provenance"].iter_rows(min_row=4) if row[7].value
    }
    assert {s.sha256 for s in sources} <= shown
    reasons = " ".join(str(row[7].value) for row in workbook["推估 Estimates"].iter_rows(min_row=4))
    assert all(e.reason_zh in reasons and e.reason_en in reasons for e in estimates)


def test_a_file_whose_name_is_part_of_anothers_feeds_no_table(database, tmp_path):
    """The file of exports is exports_total.csv; a count over records names its files by commas."""
    copied = tmp_path / "whitepaper.duckdb"
    shutil.copyfile(database, copied)
    copied.chmod(0o644)
    with duckdb.connect(str(copied)) as connection:
        for name in ("total.csv", "other.csv"):
            connection.execute(
                "insert into source_snapshot select * replace (? as file) from source_snapshot "
                "where file = 'exports_total.csv'",
                [name],
            )
        before = {s.file for s in table_sources(connection) if s.table_id == "T1-2-10"}
        connection.execute(
            "update indicator_observation set source_file = 'exports_total.csv, other.csv', "
            "source_row = null where source_file = 'exports_total.csv'"
        )
        after = {s.file for s in table_sources(connection) if s.table_id == "T1-2-10"}
    assert "exports_total.csv" in before and not before & {"total.csv", "other.csv"}
    assert after - before == {"other.csv"}


def test_libreoffice_shows_every_cell_as_the_book_prints_it(exported, layouts, tmp_path):
    soffice = shutil.which("soffice")
    if soffice is None:
        pytest.skip("LibreOffice is not installed")
    as_shown = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,true,false,false,-1"
    subprocess.run(
        [
            *(soffice, "--headless", f"-env:UserInstallation=file://{tmp_path}/profile"),
            *("--convert-to", as_shown, "--outdir", str(tmp_path / "csv")),
            str(exported / "workbook.xlsx"),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    seen = 0
    for layout in layouts:
        name = f"workbook-{sheet_name(layout.table_id, layout.language)}.csv"
        lines = list(csv.reader((tmp_path / "csv" / name).open(encoding="utf-8")))
        for row, column, cell in cells_of(layout):
            if isinstance(cell, NumberCell):
                assert lines[row - 1][column - 1].rstrip() == cell.shown_as, cell.key
                seen += 1
    assert seen == 2 * 1654


def test_two_exports_have_the_same_bytes(database, exported, refreshed, tmp_path):
    told = refreshed.run("export", *OWN, "--out", str(tmp_path / "again"))
    assert told.returncode == 0, told.stderr
    files = sorted(p.relative_to(exported) for p in exported.rglob("*") if p.is_file())
    again = sorted(
        p.relative_to(tmp_path / "again") for p in (tmp_path / "again").rglob("*") if p.is_file()
    )
    assert files == again and len(files) > 60
    for name in files:
        assert (exported / name).read_bytes() == (tmp_path / "again" / name).read_bytes(), name


def read_csv(path):
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))


def test_csv_and_parquet_hold_every_cell_unrounded(exported, database):
    with duckdb.connect(str(database), read_only=True) as connection:
        cells = {
            row[:4]: row[4]
            for row in connection.execute(
                "select table_id, row_key, period, measure, value from book_cell"
            ).fetchall()
        }
    found = {}
    for path in (exported / "csv").glob("T1-*.csv"):
        for row in read_csv(path):
            assert row["row_label_zh"] and row["column_header_en"] and row["unit_zh"]
            if row["unit_en"] != "text":
                key = (row["table_id"], row["row_key"], row["period"], row["measure"])
                found[key] = float(row["value"]) if row["value"] else None
    assert found == cells
    parquet = pl.read_parquet(exported / "parquet" / "book_cell.parquet")
    assert parquet.height == len(cells)
    observed = pl.read_parquet(exported / "parquet" / "indicator_observation.parquet")
    assert observed.height == len(read_csv(exported / "csv" / "indicator_observation.csv"))


def test_frictionless_finds_the_package_valid_and_would_find_it_broken(exported, tmp_path):
    from frictionless import Package, validate

    report = validate(str(exported / "datapackage.json"))
    assert report.valid, report.flatten(["name", "type", "message"])
    package = Package(str(exported / "datapackage.json"))
    assert all(field.description for r in package.resources for field in r.schema.fields)
    broken = tmp_path / "broken"
    shutil.copytree(exported / "csv", broken / "csv")
    description = json.loads((exported / "datapackage.json").read_text(encoding="utf-8"))
    wanted = {"indicator_observation", "dim_area", "dim_indicator", "dim_source"}
    description["resources"] = [r for r in description["resources"] if r["name"] in wanted]
    (broken / "datapackage.json").write_text(json.dumps(description), encoding="utf-8")
    areas = broken / "csv" / "dim_area.csv"
    text = areas.read_text(encoding="utf-8")
    areas.write_text(re.sub("(?m)^TWN,.*\n", "", text), encoding="utf-8")
    types = {error[0] for error in validate(str(broken / "datapackage.json")).flatten(["type"])}
    assert {"foreign-key", "hash-count"} <= types


def sdmx_structures(folder):
    """The structure message as pysdmx reads it, checked against SDMX's schema if that is here."""
    try:
        from pysdmx.io import read_sdmx

        return read_sdmx(folder / "structure.json", validate=True).structures
    except ImportError:
        import msgspec
        from pysdmx.io.json.sdmxjson2.messages import JsonStructureMessage
        from pysdmx.model import decoders

        content = (folder / "structure.json").read_bytes()
        return (
            msgspec.json.Decoder(JsonStructureMessage, dec_hook=decoders)
            .decode(content)
            .to_model()
            .structures
        )


def test_pysdmx_reads_every_observation_with_codes_that_the_structure_names(exported, database):
    from pysdmx.io import read_sdmx
    from pysdmx.model import Role
    from pysdmx.model.dataflow import DataStructureDefinition

    folder = exported / "sdmx"
    definitions = {
        item.id: item
        for item in sdmx_structures(folder)
        if isinstance(item, DataStructureDefinition)
    }
    rows = {}
    for path in sorted(folder.glob("*.csv")):
        (dataset,) = read_sdmx(path).data
        assert dataset.short_urn == f"Dataflow=WPW:{path.stem}(1.0.0)"
        data = dataset.data
        components = definitions[f"DSD_{path.stem}"].components
        assert set(data.columns) == {component.id for component in components}
        dimensions = [c.id for c in components if c.role == Role.DIMENSION]
        assert not data.duplicated(dimensions).any()
        for component in components:
            if component.local_codes is not None:
                codes = {item.id: item.name for item in component.local_codes}
                assert set(data[component.id]) <= set(codes)
                assert all(codes.values())
        rows[path.stem] = data
    with duckdb.connect(str(database), read_only=True) as connection:
        cells, cell_sum = connection.execute(
            "select count(*), sum(value) from book_cell"
        ).fetchone()
        observed, total = connection.execute(
            "select count(*), sum(value) from indicator_observation"
        ).fetchone()
    assert len(rows["BOOK"]) == cells
    assert rows["BOOK"]["OBS_VALUE"].astype(float).sum() == pytest.approx(cell_sum)
    dated, undated = rows["OBSERVATIONS"], rows["HORIZONS"]
    assert len(dated) + len(undated) == observed
    both = dated["OBS_VALUE"].astype(float).sum() + undated["OBS_VALUE"].astype(float).sum()
    assert both == pytest.approx(total)
    assert set(rows["BOOK"]["OBS_STATUS"]) == {"A", "P", "E", "M"}
    spans = dated[dated["TIME_PERIOD"].str.contains("/")]
    assert set(spans["TIME_PERIOD"]) >= {"2020-01-01/P5Y"} and set(spans["FREQ"]) <= {
        "A2",
        "A5",
        "_O",
    }


@pytest.fixture(scope="module")
def hostile(database, tmp_path_factory):
    """All of ours of a database whose labels mean harm."""
    directory = tmp_path_factory.mktemp("hostile")
    copy = writable_copy(database, directory / "hostile.duckdb")
    with duckdb.connect(str(copy)) as connection:
        for table, column in (
            ("book_row", "label_levels_zh"),
            ("book_row", "label_zh"),
            ("book_table", "title_zh"),
            ("book_text", "text_zh"),
            ("dim_source", "title_en"),
            ("source_snapshot", "note"),
        ):
            connection.execute(f"update {table} set {column} = $text", {"text": HOSTILE})
        connection.execute("update book_column set header_zh = $a || header_zh", {"a": HOSTILE})
        connection.execute("update book_table set notes_zh = $a", {"a": MARKUP})
        connection.execute("update book_row set label_levels_en = $a", {"a": RIGHT_TO_LEFT})
        connection.execute("update book_measure set suffix = '\"年;@'")
        connection.execute("update book_cell set printed_as = printed_as || '\"年;@'")
    export(copy, directory / "out", OWN)
    return directory / "out"


def test_nothing_in_the_workbook_is_a_formula_whatever_it_looks_like(exported, hostile):
    for path in (exported / "workbook.xlsx", hostile / "workbook.xlsx"):
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            sheets = [archive.read(name).decode() for name in names if "worksheets/sheet" in name]
            assert sheets and not any("<f>" in text or "<f " in text for text in sheets)
            assert not [n for n in names if "external" in n.lower() or n.endswith(".bin")]
            for name in names:
                if name.endswith(".rels"):
                    assert 'TargetMode="External"' not in archive.read(name).decode()
    book = openpyxl.load_workbook(hostile / "workbook.xlsx")
    label = book["T1-2-01"]["A5"]
    assert (label.value, label.data_type, label.quotePrefix) == (HOSTILE, "s", True)
    assert book["T1-2-01 en"]["A5"].value == "乙甲"
    number = book["T1-2-01"]["B5"]
    assert number.data_type == "n" and number.number_format.startswith('#,##0"')


def test_no_csv_cell_begins_a_formula(exported, hostile):
    guarded = 0
    for folder in (exported, hostile):
        for path in [*(folder / "csv").glob("*.csv"), *(folder / "sdmx").glob("*.csv")]:
            for row in csv.reader(path.open(encoding="utf-8-sig", newline="")):
                for text in row:
                    assert harmless(text) == text
                    guarded += text == "'" + HOSTILE
    assert guarded > 200


def test_harmless_leaves_numbers_and_stops_what_spreadsheets_run():
    assert [harmless(t) for t in ("-0.28", "+1,234", "4.59*", "-2.5*", "↑ 5.85", "a=b", "")] == [
        *("-0.28", "+1,234", "4.59*", "-2.5*", "↑ 5.85", "a=b", "")
    ]
    for text in ("=1+1", "+cmd", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "--1"):
        assert harmless(text) == "'" + text


def test_a_value_beside_a_half_is_written_as_the_half_that_the_book_takes_it_for():
    assert written_value(1.005, 2) == 1.005
    assert written_value(206.04, 0) == 206.04
    below = 2.34499999999
    assert rendered(below, "0.00") == "2.34"
    assert rendered(written_value(below, 2), "0.00") == "2.35"
    assert abs(written_value(below, 2) - below) < 1e-10
    # Within 15 digits a spreadsheet decides as the book does.
    assert written_value(9.5 * 1.01, 2) == 9.5 * 1.01


def test_a_text_that_no_cell_can_hold_whole_is_refused_instead_of_cut(database, tmp_path):
    copy = writable_copy(database, tmp_path / "long.duckdb")
    with duckdb.connect(str(copy)) as connection:
        connection.execute(
            "update book_table set notes_zh = repeat('註', 32768) where table_id = 'T1-1-01'"
        )
    with pytest.raises(PublicationError, match="32,767 characters at most, and '註"):
        export(copy, tmp_path / "out", ["workbook"], table_id="T1-1-01")
    assert not list((tmp_path / "out").iterdir())


def test_one_table_alone_can_be_exported(database, tmp_path):
    written = export(database, tmp_path / "one", table_id="t1-2-03")
    assert [str(p.relative_to(tmp_path / "one")) for p in written] == [
        *("T1-2-03.xlsx", "csv/T1-2-03.csv")
    ]
    names = openpyxl.load_workbook(tmp_path / "one" / "T1-2-03.xlsx").sheetnames
    assert names == ["目錄 Contents", "T1-2-03", "T1-2-03 en", "來源 Provenance"]


def test_what_cannot_be_exported_is_said_and_nothing_is_left(database, tmp_path):
    out = tmp_path / "out"
    for names, table, said in (
        (["pdf"], None, "Cannot export pdf. Parts: parquet"),
        (["sdmx"], "T1-2-03", "sdmx cannot be written for one table"),
        ([], "T9-9-99", "no table T9-9-99"),
    ):
        with pytest.raises(PublicationError, match=said):
            export(database, out, names, table_id=table)
    assert not out.exists()
    (tmp_path / "file").write_text("kept")
    with pytest.raises(PublicationError, match="is a file"):
        export(database, tmp_path / "file", ["csv"])
    copy = writable_copy(database, tmp_path / "old.duckdb")
    with duckdb.connect(str(copy)) as connection:
        connection.execute("drop table book_text")
    out.mkdir()
    (out / "mine.txt").write_text("kept")
    with pytest.raises(PublicationError, match="earlier version"):
        export(copy, out, ["parquet", "csv"])
    assert [path.name for path in out.iterdir()] == ["mine.txt"]


def test_the_command_tells_what_there_is_and_keeps_away_from_what_is_published(refreshed):
    listed = refreshed.run("export", "--list")
    assert listed.returncode == 0 and all(name in listed.stdout for name in PARTS)
    refused = refreshed.run("export", "csv", "--out", str(refreshed.published / "current" / "x"))
    assert refused.returncode == 1 and "nobody changes" in refused.stderr
    assert "Traceback" not in refused.stderr
