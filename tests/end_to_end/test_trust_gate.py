"""An editor and the gate: a new finding stops the edition, a decided one passes, until it changes.

One story in three refreshes, because each takes its time.
"""

from __future__ import annotations

import csv
import io
import json
from datetime import date

import pytest
import yaml

from publication.errata import CSV_COLUMNS
from publication.release import is_intact, read_release

EDITION = "2025-26"


def clean_cells(checkout, count):
    """Keys and text of cells with a decimal point that agree with the evidence."""
    return checkout.query(
        f"""
        select table_id, row_key, period, measure, printed
        from reconciliation
        where verdict = 'exact' and regexp_full_match(printed, '[0-9]+[.][0-9]+')
        order by md5(concat(table_id, row_key, period, measure))
        limit {count}
        """
    )


def reprint(checkout, key, printed):
    """Change one printed cell, as a proof of the book might have it."""
    path = checkout.root / "editions" / EDITION / "printed" / f"{key[0]}.csv"
    path.chmod(0o644)
    rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"))))
    column = {name: number for number, name in enumerate(rows[0])}
    (row,) = [
        row
        for row in rows[1:]
        if (row[column["row_key"]], row[column["period"]], row[column["measure"]]) == key[1:]
    ]
    row[column["printed"]] = row[column["value"]] = printed
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    path.write_text(out.getvalue(), encoding="utf-8")


def wrong(printed, factor):
    places = len(printed.split(".")[1])
    return f"{float(printed) * factor + factor:.{places}f}"


@pytest.fixture
def named(checkout):
    return lambda key: " ".join(key)


def test_a_new_mismatch_stops_the_edition_until_it_is_decided_on_and_again_when_it_changes(
    checkout, named, tmp_path
):
    first, second = clean_cells(checkout, 2)
    keys = [first[:4], second[:4]]
    shipped = read_release(checkout.published, EDITION).directory

    for key, (*_, printed) in zip(keys, (first, second), strict=True):
        reprint(checkout, key, wrong(printed, 1.37))
    stopped = checkout.run("refresh")
    assert stopped.returncode == 1
    assert stopped.stdout == ""
    assert "errata.yml" in stopped.stderr
    assert any(named(key) in stopped.stderr for key in keys)
    assert read_release(checkout.published, EDITION).directory == shipped
    report = next(checkout.root.glob("data/builds/*/quality/report.md")).read_text("utf-8")
    assert all(named(key) in report for key in keys)

    draft = checkout.run("errata", "--draft")
    assert draft.returncode == 0, draft.stderr
    entries = yaml.safe_load(draft.stdout)["errata"]
    drafted = {
        (cell["table"], cell["row"], cell["period"], cell["measure"])
        for entry in entries
        for cell in entry["cells"]
    }
    assert set(keys) <= drafted
    for entry in entries:
        entry |= {
            "decision": "confirmed",
            "reason_en": "Misprint in the proof.",
            "reason_zh": "校樣誤植。",
            "decided_by": "the editor",
            "decided_on": date(2025, 6, 30),
        }
        entry["id"] = f"test-{entry['id']}"
    file = checkout.root / "editions" / EDITION / "errata.yml"
    decided = yaml.safe_load(file.read_text(encoding="utf-8"))["errata"]
    file.write_text(
        yaml.safe_dump({"errata": decided + entries}, allow_unicode=True), encoding="utf-8"
    )
    accepted = checkout.run("refresh")
    assert accepted.returncode == 0, accepted.stderr
    assert read_release(checkout.published, EDITION).directory != shipped
    in_sheet = checkout.query("select table_id, row_key, period, measure, triage from erratum")
    assert {(*key, "confirmed") for key in keys} <= set(in_sheet)

    sheet = tmp_path / "errata.csv"
    assert checkout.run("errata", "--csv", str(sheet)).returncode == 0
    lines = list(csv.DictReader(io.StringIO(sheet.read_text(encoding="utf-8-sig"))))
    assert tuple(lines[0]) == CSV_COLUMNS
    assert {line["state"] for line in lines} == {"confirmed"}
    assert keys[0] in {
        tuple(line[n] for n in ("table_id", "row_key", "period", "measure")) for line in lines
    }

    published = read_release(checkout.published, EDITION).directory
    reprint(checkout, keys[0], wrong(first[4], 1.73))
    reprint(checkout, keys[1], second[4])
    changed = checkout.run("refresh")
    assert changed.returncode == 1
    assert "errata.yml" in changed.stderr
    gate = max(
        checkout.root.glob("data/builds/*/quality/gate.json"), key=lambda p: p.stat().st_mtime
    )
    told = {"error": "", "warn": ""}
    for finding in json.loads(gate.read_text(encoding="utf-8"))["findings"]:
        for row in finding["failing_rows"]:
            told[finding["severity"]] += f"{row.get('message')}\n"
    assert f"{named(keys[0])}: " in told["error"]
    assert "has changed since: decide anew" in told["error"]
    assert f"nothing is found any more of {named(keys[1])}" in told["warn"]
    after = read_release(checkout.published, EDITION)
    assert after.directory == published
    assert is_intact(after)
