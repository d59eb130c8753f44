"""The refresh as an editor meets it: it publishes, says that nothing changed, or stops clearly."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import shutil
import signal
import subprocess
import time
from dataclasses import replace

import pytest

from orchestration import ingest
from orchestration.dbt import build_marts, prepare
from orchestration.workspace import Workspace
from publication.release import is_intact, read_release
from sources import SOURCE_IDS
from tests.shared import Built

VINTAGE = "book-2025-26"
FILE = re.compile(r"[\w.]+\.(?:csv|xlsx)")


def raw(checkout, source, name=None):
    directory = checkout.root / "editions" / "2025-26" / "raw" / source / VINTAGE
    return directory / name if name else directory


def replace_bytes(path, change):
    """Change a file of a snapshot as if it had been landed like this: the sidecar agrees."""
    path.chmod(0o644)
    content = change(path.read_bytes())
    path.write_bytes(content)
    sidecar = path.parent / "snapshot.json"
    sidecar.chmod(0o644)
    facts = json.loads(sidecar.read_text(encoding="utf-8"))
    for file in facts["files"]:
        if file["name"] == path.name:
            file["size_bytes"] = len(content)
            file["sha256"] = hashlib.sha256(content).hexdigest()
    sidecar.write_text(json.dumps(facts, ensure_ascii=False), encoding="utf-8")


def msti(checkout):
    return next(raw(checkout, "oecd_msti").glob("*.csv"))


def lines_of(path):
    return path.read_text(encoding="utf-8").splitlines(keepends=True)


def assert_stopped(checkout, *words):
    """The refresh fails with one message that has these words, and what was published stands."""
    before = read_release(checkout.published, "2025-26")
    result = checkout.run("refresh")
    assert result.returncode == 1
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    for word in words:
        assert word in result.stderr
    after = read_release(checkout.published, "2025-26")
    assert after.directory == before.directory
    assert is_intact(after)
    return result.stderr


def test_a_second_refresh_says_that_nothing_has_changed_and_publishes_nothing(refreshed):
    before = read_release(refreshed.published, "2025-26")
    result = refreshed.run("refresh")
    assert result.returncode == 0
    assert result.stdout.startswith("Nothing has changed since edition 2025-26 was published")
    assert read_release(refreshed.published, "2025-26").directory == before.directory


def test_one_changed_character_in_a_snapshot_is_noticed(checkout):
    path = msti(checkout)
    path.chmod(0o644)
    path.write_bytes(path.read_bytes().replace(b"TWN", b"TWM", 1))
    assert_stopped(checkout, path.name, "sha256")


def test_faults_of_several_sources_are_told_at_once_each_with_its_file_and_line(checkout):
    """Each of them alone is tried in tests/sources; here all that an editor sees of them."""
    lines = lines_of(msti(checkout))
    value = lines[4].split(",")[8]
    no_number = lines[4].replace(value, "12x")
    replace_bytes(msti(checkout), lambda b: b.replace(lines[4].encode(), no_number.encode()))
    twice = raw(checkout, "wef_grr", "risk_ranks.csv")
    count = len(lines_of(twice))
    replace_bytes(twice, lambda b: b + b.splitlines(keepends=True)[2])
    encoded = raw(checkout, "eu_hydrogen", "stage_targets.csv")
    replace_bytes(encoded, lambda b: b.decode().encode("utf-16"))
    header = raw(checkout, "uspto_counts", "grants_by_area_year.csv")
    replace_bytes(header, lambda b: b.replace(b"area_code", b"area", 1))
    truncated = next(raw(checkout, "moea_factory_survey").glob("*.xlsx"))
    replace_bytes(truncated, lambda b: b[: len(b) // 2])
    message = assert_stopped(checkout, "oecd_msti: ", "wef_grr: ", "moea_factory_survey: ")
    told = {file: line for line in message.splitlines() for file in FILE.findall(line)}
    for path, *words in (
        (msti(checkout), "line 5", "12x"),
        (twice, "line 3", f"line {count + 1}"),
        (encoded,),
        (header, "area_code"),
        (truncated,),
    ):
        assert all(word in told[path.name] for word in words), told


def test_a_year_missing_for_one_economy_and_one_missing_altogether_are_named(checkout):
    kept = [
        line
        for line in lines_of(msti(checkout))
        if ",2021," not in line and not (",JPN," in line and ",2019," in line)
    ]
    replace_bytes(msti(checkout), lambda _: "".join(kept).encode())
    assert_stopped(checkout, "T1-2-01 promises gerd_constant_ppp of JPN for 2019", "oecd_msti")
    gate = next(checkout.root.glob("data/builds/*/quality/gate.json"))
    found = [
        row.get("message", "")
        for finding in json.loads(gate.read_text(encoding="utf-8"))["findings"]
        for row in finding["failing_rows"]
    ]
    whole = 'T1-2-01 promises gerd_ppp2015_usd_100m for "2021", and oecd_msti has not one value'
    assert any(message.startswith(whole) for message in found)


def test_an_unknown_country_is_named_with_its_line(refreshed, edition_built, tmp_path):
    """Up to what the gate is given; what it makes of it is tried in tests/expectations."""
    lines = lines_of(msti(refreshed))
    lines.append(lines[1].replace(lines[1].split(",")[1], "XQZ", 1))
    file = tmp_path / "msti.csv"
    file.write_text("".join(lines), encoding="utf-8")
    workspace = Workspace(refreshed.root, tmp_path / "data")
    ingest.land(workspace, "oecd_msti", [file], "2025-03", "2025-26")
    edition = ingest.edition_of(workspace, "2025-26")
    edition = replace(edition, pins={**edition.pins, "oecd_msti": "2025-03"})
    build = workspace.build("unknown")
    shutil.copytree(edition_built.directory, build.directory)
    ingest.ingest_source(workspace, edition, build, "oecd_msti")
    unknown = edition_built.results["every_area_of_oecd_msti_is_known"]
    (row,) = Built(build.directory).rows(unknown["compiled_code"])
    assert unknown["status"] == "pass"
    assert 'oecd_msti has the area "XQZ" (1 rows)' in row["message"]
    assert (row["source_file"], row["source_row"]) == (file.name, len(lines))


def test_a_pin_to_a_vintage_that_was_never_landed_says_what_there_is(checkout):
    pins = checkout.root / "editions" / "2025-26" / "pins.yml"
    pins.write_text(pins.read_text().replace(f'oecd_msti: "{VINTAGE}"', 'oecd_msti: "2031-01"'))
    assert_stopped(checkout, "2031-01", "oecd_msti", VINTAGE)


def test_an_estimate_with_a_misspelt_rule_names_file_and_key(checkout):
    estimates = checkout.root / "editions" / "2025-26" / "estimates.yml"
    estimates.write_text(
        estimates.read_text(encoding="utf-8").replace("rule: interpolate", "rule: interpolated", 1),
        encoding="utf-8",
    )
    assert_stopped(checkout, "estimates.yml", "interpolated")


def test_a_statement_that_an_editor_would_not_sign_stops_the_refresh(checkout, edition_built):
    checkout.take_models_from(edition_built)
    suites = checkout.root / "expectations" / "suites.py"
    text = suites.read_text(encoding="utf-8")
    unknown = text.replace('_TABLE_ID = r"^T', '_TABLE_ID = r"^X')
    assert unknown != text
    suites.write_text(unknown, encoding="utf-8")
    message = assert_stopped(checkout, "book_cell", "Rule:")
    assert "AssetCheckFailed" not in message


def test_a_data_directory_that_cannot_be_made_is_named(refreshed):
    result = subprocess.run(
        refreshed.command("refresh"),
        cwd=refreshed.root,
        env={**refreshed.environment, "WHITEPAPER_DATA": "/dev/null/data"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 1
    assert "/dev/null/data" in result.stderr
    assert "Traceback" not in result.stderr


LABELLED = (
    ["STRUCTURE", "STRUCTURE_ID", "STRUCTURE_NAME", "ACTION"],
    ["DATAFLOW", None, "Principaux indicateurs de la science et de la technologie", "I"],
)


def with_french_labels(path):
    """The same observations in the 36-column layout, beside growth and index rows."""
    with path.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    codes = [name for name in rows[0] if name != "DATAFLOW"]
    decoys = [
        {**row, "TRANSFORMATION": form, "OBS_VALUE": "7.7", "UNIT_MULT": "0", "BASE_PER": base}
        for row in rows
        if row["PRICE_BASE"] == "Q" and row["MEASURE"] == "G"
        for form, base in (("GY", "2020"), ("IX", "2007"))
    ]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(LABELLED[0] + [x for code in codes for x in (code, f"Libellé {code.lower()}")])
    for row in reversed(rows + decoys):
        start = [LABELLED[1][0], row["DATAFLOW"], *LABELLED[1][2:]]
        labels = ["" if c in ("TIME_PERIOD", "OBS_VALUE") else "étiquette, « x »" for c in codes]
        writer.writerow(
            start + [x for pair in zip([row[c] for c in codes], labels, strict=True) for x in pair]
        )
    return out.getvalue().encode("utf-8")


def test_a_landed_file_with_labels_in_french_gives_the_same_tables(
    refreshed, edition_built, workspace_at, tmp_path
):
    landed = tmp_path / "MSTI_fr.csv"
    landed.write_bytes(with_french_labels(msti(refreshed)))
    workspace = workspace_at(tmp_path / "data")
    for told in ("Landed oecd_msti 2025-03", "had been landed before"):
        result = refreshed.answer(
            *("land", "oecd_msti", str(landed), "--vintage", "2025-03"),
            WHITEPAPER_DATA=str(workspace.data),
        )
        assert result.returncode == 0, result.stderr
        assert told in result.stdout
    edition = ingest.edition_of(workspace, "2025-26")
    edition = replace(edition, pins={**edition.pins, "oecd_msti": "2025-03"})
    build = workspace.build("french").open()
    for source_id in SOURCE_IDS:
        ingest.ingest_source(workspace, edition, build, source_id)
    ingest.ingest_edition(workspace, edition, build, with_other_vintages=False)
    run = build_marts(workspace, prepare(workspace), build, ["book_cell", "source_snapshot"])
    assert run.faults() == []
    cells = (
        "select table_id, row_key, period, measure, printed_as, status, unit "
        "from book_cell where table_id like 'T1-2-0%' order by all"
    )
    assert Built(build.directory).rows(cells) == edition_built.rows(cells)
    assert Built(build.directory).rows(
        "select file, basis from source_snapshot where source_id = 'oecd_msti'"
    ) == [{"file": "MSTI_fr.csv", "basis": "publisher"}]


def test_other_bytes_under_a_landed_vintage_are_refused(refreshed, tmp_path):
    file = tmp_path / "MSTI.csv"
    content = msti(refreshed).read_bytes()
    for text, code in ((content, 0), (b"".join(content.splitlines(keepends=True)[:-1]), 1)):
        file.write_bytes(text)
        result = refreshed.answer(
            *("land", "oecd_msti", str(file), "--vintage", "v1"),
            WHITEPAPER_DATA=str(tmp_path / "data"),
        )
        assert result.returncode == code, result.stderr
    assert "other bytes" in result.stderr


def test_a_file_of_another_publisher_is_not_landed(refreshed, tmp_path):
    result = refreshed.answer(
        *("land", "cbc_bop", str(msti(refreshed)), "--vintage", "v1"),
        WHITEPAPER_DATA=str(tmp_path),
    )
    assert result.returncode == 1
    assert msti(refreshed).name in result.stderr
    assert not (tmp_path / "raw" / "cbc_bop").exists()


@pytest.mark.parametrize("sign", [".lock", "warehouse.duckdb", "target/run_results.json"])
def test_an_interrupted_refresh_says_so_and_changes_nothing(checkout, edition_built, sign):
    """Interrupted while the first step, dbt, or the gate is at work: `sign` is the step's file."""
    if sign == "target/run_results.json":
        checkout.take_models_from(edition_built)
    before = read_release(checkout.published, "2025-26")
    process = subprocess.Popen(
        checkout.command("refresh", "--force"),
        cwd=checkout.root,
        env=checkout.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    builds = checkout.root / "data" / "builds"
    while not list(builds.glob(f"*/{sign}")):
        assert process.poll() is None, process.communicate()
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    out, told = process.communicate(timeout=60)
    assert process.returncode == 130
    assert out == ""
    assert told.strip().startswith("Interrupted before it had finished.")
    assert len(told.strip().splitlines()) == 1
    assert read_release(checkout.published, "2025-26").directory == before.directory
    assert "stopped before it had finished" in checkout.run("status").stdout


def test_status_tells_pins_estimates_verdict_and_what_is_missing(refreshed):
    text = refreshed.answer("status").stdout
    assert "Gate: pass" in text
    assert re.search(r"oecd_msti\s+book-2025-26\s+transcribed\s+2025-06-30\s+\d+ days", text)
    assert "CHE 2020 (interpolate)" in text
    assert "researchers_fte: ISR, 5 periods, shown as N/A" in text
    assert "cbc_bop: not pinned" in text


def test_sql_answers_and_refuses_to_write_or_to_leave_the_database(refreshed, tmp_path):
    answer = refreshed.answer("sql", "--csv", "select count(*) as cells from book_cell")
    assert answer.stdout.splitlines() == ["cells", "1654"]
    for forbidden in (
        "create table intruder as select 1",
        "select * from read_csv('/etc/hostname')",
        f"copy book_cell to '{tmp_path}/stolen.csv'",
        "set enable_external_access = true",
    ):
        result = refreshed.answer("sql", forbidden)
        assert result.returncode == 1, forbidden
        assert "Traceback" not in result.stderr
    assert not (tmp_path / "stolen.csv").exists()


@pytest.mark.parametrize(
    "arguments", [["refresh", "--edition", "1999-00"], ["land", "nobody", "x"]]
)
def test_words_that_name_nothing_are_answered_with_what_there_is(refreshed, arguments):
    result = refreshed.answer(*arguments)
    assert result.returncode == 1
    assert "2025-26" in result.stderr or "oecd_msti" in result.stderr
