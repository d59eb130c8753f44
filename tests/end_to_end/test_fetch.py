"""The whole path: asked over real sockets, landed, pinned, built, published, and traced back."""

from __future__ import annotations

import hashlib
import json
import signal
import subprocess
import time

import pytest

from publication.release import is_intact, read_release
from sources.snapshots import SIDECAR
from tests.standin import server as habits
from tests.standin.oecd import service

RELEASE = "2025-03-20"
PRINTED, REVISED = ",2019,34500,", ",2019,34500.25,"
"""Canada's expenditure of 2019, revised within what the book rounds away."""


@pytest.fixture(scope="module")
def checkout(refreshed, tmp_path_factory):
    """One for both tests: what the first one leaves, the second one's refresh has to stand."""
    return refreshed.copy(tmp_path_factory.mktemp("killed") / "checkout")


def test_a_refresh_killed_at_any_moment_leaves_what_was_published(checkout):
    """That the next one publishes, the test below shows."""
    before = read_release(checkout.published, "2025-26")
    for seconds in (2.0, 5.0, 8.0):
        process = subprocess.Popen(
            checkout.command("refresh", "--force"),
            cwd=checkout.root,
            env=checkout.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(seconds)
        process.send_signal(signal.SIGKILL)
        process.wait()
        release = read_release(checkout.published, "2025-26")
        assert release.directory == before.directory
        assert is_intact(release)


def test_what_a_publisher_serves_reaches_the_published_edition_and_is_traced_to_its_line(
    checkout, standin
):
    before = read_release(checkout.published, "2025-26")
    shipped = checkout.root / "editions" / "2025-26" / "raw" / "oecd_msti" / "book-2025-26"
    lines = next(shipped.glob("*.csv")).read_text(encoding="utf-8").splitlines(keepends=True)
    line = next(n for n, text in enumerate(lines, 1) if ",CAN," in text and PRINTED in text)
    lines[line - 1] = lines[line - 1].replace(PRINTED, REVISED)
    body = "".join(lines).encode()
    state = service(standin)
    state.valid_from, state.counts = f"{RELEASE}T09:00:00Z", len(lines) - 1
    whole = habits.changed(body, path="/data/")
    # The service is busy, hangs up half-way, and only then gives what was asked for.
    standin.behave(
        "oecd",
        habits.server_error_503(times=1, path="/data/"),
        habits.Behaviour(
            lambda asked, reply, s: habits.truncated().change(
                asked, whole.change(asked, reply, s), s
            ),
            times=1,
            path="/data/",
        ),
        whole,
    )

    fetched = checkout.run("fetch", "oecd_msti")
    assert fetched.returncode == 0, fetched.stderr
    assert f"vintage {RELEASE}: 356 rows of observation" in fetched.stdout
    snapshot = checkout.root / "data" / "raw" / "oecd_msti" / RELEASE
    sidecar = json.loads((snapshot / SIDECAR).read_text(encoding="utf-8"))
    outcomes = [request["outcome"] for request in sidecar["requests"]]
    assert any("503" in outcome for outcome in outcomes)
    assert any("continued at byte" in outcome for outcome in outcomes)
    [file] = sidecar["files"]
    assert (snapshot / file["name"]).read_bytes() == body
    assert file["sha256"] == hashlib.sha256(body).hexdigest()

    pins = checkout.root / "editions" / "2025-26" / "pins.yml"
    text = pins.read_text(encoding="utf-8")
    pinned = text.replace('oecd_msti: "book-2025-26"', f'oecd_msti: "{RELEASE}"')
    pins.write_text(pinned, encoding="utf-8")
    refreshed = checkout.run("refresh")
    assert refreshed.returncode == 0, refreshed.stderr
    assert "Published edition 2025-26" in refreshed.stdout
    assert read_release(checkout.published, "2025-26").directory != before.directory

    assert checkout.query(
        "select vintage, obtained_how, basis, sha256, url from source_snapshot "
        "where source_id = 'oecd_msti'"
    ) == [(RELEASE, "fetched", "publisher", file["sha256"], sidecar["url"])]
    assert checkout.query(
        "select count(*) from book_cell where table_id = 'T1-2-01' and row_key = 'CAN' "
        "and period = '2019' and value = 345.0025"
    ) == [(1,)]
    assert checkout.query(
        "select distinct source_file, source_row from indicator_observation "
        "where area_code = 'CAN' and period = '2019' and value = 34500.25"
    ) == [(file["name"], line)]

    again = checkout.run("fetch", "oecd_msti")
    assert again.returncode == 0, again.stderr
    assert f"nothing new since vintage {RELEASE}" in again.stdout
    assert checkout.run("refresh").stdout.startswith("Nothing has changed")
