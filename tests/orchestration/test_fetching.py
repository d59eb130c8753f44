"""`whitepaper fetch`: what is new is landed with its requests, and nothing by halves."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

import orchestration.fetching as fetching
from orchestration.fetching import Manner, fetch
from orchestration.workspace import Workspace, only_one
from sources import get_source
from sources.contract import SourceError
from sources.fetching import Ask, Fetched, Fetcher
from sources.http import Unavailable
from sources.roots import root
from sources.snapshots import SIDECAR
from tests.standin import server as habits
from tests.standin.fixtures import QUICK
from tests.standin.server import Reply, StandIn

ROOT = Path(__file__).resolve().parents[2]
EDITION = "2025-26"
HEADER = (
    "DATAFLOW,REF_AREA,FREQ,MEASURE,UNIT_MEASURE,PRICE_BASE,TRANSFORMATION,TIME_PERIOD,OBS_VALUE,"
    "OBS_STATUS,OBS_STATUS_2,OBS_STATUS_3,AUX_OBS_STATUS,CONF_STATUS,UNIT_MULT,BASE_PER,DECIMALS\n"
)


def msti(years=range(2000, 2024)):
    row = "OECD.STI.STP:DSD_MSTI@DF_MSTI(1.3),TWN,A,G,PT_B1GQ,_Z,_Z,{},{},A,,,,,0,,1\n"
    rows = (row.format(year, year / 1000) for year in years)
    return (HEADER + "".join(rows)).encode()


def fetch_msti(client, wish, directory):
    ask = Ask(root("oecd") + "/msti", "observations")
    return Fetched(
        [client.download(ask, directory / "msti.csv")], wish.vintage or "2025-03", ask.url
    )


FETCHER = Fetcher(
    plan=lambda wish: [
        Ask(
            root("oecd") + "/msti?api_key=abc",
            "observations",
            headers={"Accept-Language": "en"},
            secret_header={"X-KEY": "TEST_KEY"},
            saved_as="msti.csv",
        )
    ],
    fetch=fetch_msti,
)


@pytest.fixture
def standin(monkeypatch):
    served = {"body": msti()}

    def answer(asked, standin):
        return Reply(200, {"Content-Type": "text/csv"}, standin.state["body"])

    with StandIn({"oecd": answer}) as running:
        running.state |= served
        for name, value in running.environment().items():
            monkeypatch.setenv(name, value)
        yield running


@pytest.fixture
def fetcher(monkeypatch):
    """The fetcher of oecd_msti in these tests; `use` replaces it."""

    def use(fetcher):
        source = replace(get_source("oecd_msti"), fetcher=fetcher)
        other = fetching.get_source

        def get(source_id):
            return source if source_id == "oecd_msti" else other(source_id)

        monkeypatch.setattr(fetching, "get_source", get)

    use(FETCHER)
    return use


@pytest.fixture
def workspace(tmp_path):
    return Workspace(ROOT, tmp_path / "data")


def run(workspace, *source_ids, **manner):
    return list(fetch(workspace, source_ids, EDITION, Manner(patience=QUICK, **manner)))


def landed(workspace):
    raw = workspace.raw
    return sorted(str(p.relative_to(raw)) for p in raw.rglob("*")) if raw.exists() else []


def test_what_is_new_is_landed_with_every_request_in_its_sidecar(standin, fetcher, workspace):
    standin.behave("oecd", habits.server_error_503(times=1))
    [outcome] = run(workspace, "oecd_msti")
    assert outcome.status == "landed"
    sidecar = json.loads((workspace.raw / "oecd_msti" / "2025-03" / SIDECAR).read_text())
    assert sidecar["obtained_how"] == "fetched"
    assert sidecar["url"] == standin.root("oecd") + "/msti"
    assert [(r["status"], r["outcome"]) for r in sidecar["requests"]] == [
        (503, "broken: It answered 503."),
        (200, "saved"),
    ]
    assert sidecar["requests"][1]["sha256"] == sidecar["files"][0]["sha256"]
    assert outcome.snapshot.requests == tuple(sidecar["requests"])
    assert "24 rows of observation" in outcome.text
    assert '`oecd_msti: "2025-03"`' in outcome.text
    assert not (workspace.cache / "http" / "incoming" / "oecd_msti").exists()


def test_a_second_fetch_asks_on_condition_and_finds_nothing_new(standin, fetcher, workspace):
    run(workspace, "oecd_msti")
    before = landed(workspace)
    [outcome] = run(workspace, "oecd_msti")
    assert (outcome.status, landed(workspace)) == ("unchanged", before)
    assert [request.outcome for request in outcome.requests] == ["not modified"]
    assert "nothing new since vintage 2025-03" in outcome.text


def test_other_bytes_under_the_same_vintage_are_refused(standin, fetcher, workspace):
    run(workspace, "oecd_msti")
    before = landed(workspace)
    standin.state["body"] = msti().replace(b",2.023,", b",2.024,")
    [outcome] = run(workspace, "oecd_msti")
    assert outcome.status == "failed"
    assert "is there already with other bytes" in outcome.text
    assert landed(workspace) == before


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (HEADER.encode(), "no rows"),
        (msti()[:-30], "msti.csv"),
        (msti().replace(b"OBS_VALUE", b"WERT"), "OBS_VALUE"),
        (b"Parameter error ", "msti.csv"),
    ],
)
def test_an_answer_that_cannot_be_believed_is_not_landed_but_kept_to_be_looked_at(
    standin, fetcher, workspace, body, words
):
    standin.state["body"] = body
    [outcome] = run(workspace, "oecd_msti")
    assert outcome.status == "failed"
    assert words in outcome.text
    assert landed(workspace) == []
    kept = workspace.cache / "http" / "incoming" / "oecd_msti" / "msti.csv"
    assert str(kept.parent) in outcome.text
    assert kept.read_bytes() == body
    journal = json.loads((workspace.cache / "http" / "journal" / "oecd_msti.json").read_text())
    assert words in journal["error"]
    assert journal["requests"][0]["outcome"] == "saved"


def test_less_than_the_vintage_before_is_refused_unless_a_reason_is_given(
    standin, fetcher, workspace
):
    run(workspace, "oecd_msti")
    standin.state["body"] = msti(range(2000, 2010))
    [outcome] = run(workspace, "oecd_msti", vintage="2025-09")
    assert outcome.status == "failed"
    assert "has less than 2025-03" in outcome.text
    [outcome] = run(workspace, "oecd_msti", vintage="2025-09", accept_loss="they dropped it")
    assert outcome.status == "landed"


def test_a_publisher_that_gives_another_vintage_than_asked_for_is_refused(
    standin, fetcher, workspace
):
    fetcher(
        replace(
            FETCHER,
            fetch=lambda client, wish, to: fetch_msti(client, replace(wish, vintage="1.0"), to),
        )
    )
    [outcome] = run(workspace, "oecd_msti", vintage="1.3")
    assert "gave oecd_msti 1.0, not 1.3" in outcome.text
    assert landed(workspace) == []


def test_one_source_failing_does_not_stop_the_others(standin, fetcher, workspace, monkeypatch):
    monkeypatch.setattr(fetching, "SOURCE_IDS", ("oecd_msti", "imd_wcy"))
    standin.behave("oecd", habits.status(500))
    outcomes = run(workspace)
    assert [(o.source_id, o.status) for o in outcomes] == [
        ("oecd_msti", "failed"),
        ("imd_wcy", "by hand"),
    ]
    assert "whitepaper land imd_wcy" in outcomes[1].text


def test_a_full_disk_fails_one_source_in_words(standin, fetcher, workspace, monkeypatch):
    def full(*args):
        raise OSError(28, "No space left on device", "msti.csv")

    fetcher(replace(FETCHER, fetch=full))
    [outcome] = run(workspace, "oecd_msti")
    assert outcome.status == "failed"
    assert "No space left on device" in outcome.text


def test_without_its_key_a_named_source_fails_and_an_unnamed_one_is_left_out(
    standin, fetcher, workspace, monkeypatch
):
    monkeypatch.delenv("TEST_KEY", raising=False)
    monkeypatch.setattr(fetching, "SOURCE_IDS", ("oecd_msti",))
    fetcher(replace(FETCHER, secrets=("TEST_KEY",)))
    assert [o.status for o in run(workspace)] == ["no key"]
    [outcome] = run(workspace, "oecd_msti")
    assert outcome.status == "failed"
    assert "TEST_KEY is not set" in outcome.text
    assert standin.requests == []


def test_a_dry_run_shows_what_would_be_asked_without_keys_and_asks_nothing(
    standin, fetcher, workspace, monkeypatch
):
    monkeypatch.setenv("TEST_KEY", "s3cret")
    [outcome] = run(workspace, "oecd_msti", dry_run=True)
    assert f"GET {standin.root('oecd')}/msti?api_key=…" in outcome.text
    assert "Accept-Language: en" in outcome.text
    assert "X-KEY: from TEST_KEY" in outcome.text
    assert "s3cret" not in outcome.text
    assert standin.requests == []
    assert not workspace.data.exists()


def test_an_unknown_source_stops_before_anything_is_asked(standin, fetcher, workspace):
    with pytest.raises(SourceError, match="no source 'oecd_msit'"):
        run(workspace, "oecd_msti", "oecd_msit")
    assert standin.requests == []


def test_a_source_is_fetched_by_one_process_at_a_time(standin, fetcher, workspace):
    lock = workspace.cache / "http" / "fetching" / "oecd_msti"
    with only_one(lock, "A fetch of oecd_msti"):
        [outcome] = run(workspace, "oecd_msti")
    assert "A fetch of oecd_msti is already under way" in outcome.text
    assert standin.requests == []


# --- the command ----------------------------------------------------------------------------------


def command(standin, tmp_path, *arguments, **more):
    return {
        "args": [sys.executable, "-m", "orchestration.cli", "fetch", *arguments],
        "cwd": ROOT,
        "env": {
            **os.environ,
            **standin.environment(),
            "WHITEPAPER_DATA": str(tmp_path / "data"),
            "PYTHONPATH": str(ROOT),
        },
        "text": True,
        **more,
    }


def test_the_command_exits_with_1_when_a_source_fails_and_says_why_on_stderr(tmp_path):
    with StandIn() as standin:
        standin.behave("cbc", habits.status(403, b"no robots"))
        result = subprocess.run(
            **command(standin, tmp_path, "cbc_bop", "imd_wcy", capture_output=True), check=False
        )
    assert result.returncode == 1
    assert "imd_wcy: by hand" in result.stdout
    assert "cbc_bop: failed" in result.stderr
    assert "no robots" in result.stderr
    assert "Traceback" not in result.stderr
    assert "\x1b" not in result.stderr + result.stdout


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGKILL])
def test_an_interrupted_fetch_lands_nothing_and_says_so_once(tmp_path, ending):
    with StandIn() as standin:
        standin.behave("cbc", habits.slow_drip(size=50, seconds=0.3))
        process = subprocess.Popen(
            **command(standin, tmp_path, "cbc_bop", stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        )
        while not standin.asked("cbc"):
            time.sleep(0.05)
        time.sleep(0.5)
        process.send_signal(ending)
        out, told = process.communicate(timeout=20)
        assert out == ""
        if ending == signal.SIGINT:
            assert process.returncode == 130
            assert told.strip().splitlines()[-1].startswith("Interrupted. Nothing was landed")
            assert "Traceback" not in told
        raw = tmp_path / "data" / "raw"
        assert not raw.exists() or not list(raw.rglob(SIDECAR))
        standin.behave("cbc")
        again = subprocess.run(
            **command(standin, tmp_path, "cbc_bop", capture_output=True), check=False
        )
        assert again.returncode == 0, again.stderr
        assert list(raw.rglob(SIDECAR))


@pytest.mark.parametrize("is_interrupted", [False, True])
def test_on_a_terminal_bars_are_drawn_and_taken_away_and_the_cursor_comes_back(
    tmp_path, is_interrupted
):
    with StandIn() as standin:
        standin.behave("cbc", habits.slow_drip(size=1000, seconds=0.1))
        terminal, other_end = pty.openpty()
        process = subprocess.Popen(
            **command(standin, tmp_path, "cbc_bop", stdout=other_end, stderr=other_end)
            | {"text": False}
        )
        os.close(other_end)
        shown, is_sent = b"", False
        # At its end Linux answers the reader of a terminal with an error, not with nothing.
        with contextlib.suppress(OSError):
            while piece := os.read(terminal, 4096):
                shown += piece
                if is_interrupted and not is_sent and b"kB" in shown:
                    process.send_signal(signal.SIGINT)
                    is_sent = True
        os.close(terminal)
        assert process.wait() == (130 if is_interrupted else 0)
    told = b"Interrupted. Nothing" if is_interrupted else b"cbc_bop: landed"
    assert b"kB" in shown.partition(told)[0]
    assert b"kB" not in shown.partition(told)[2]
    assert shown.rindex(b"\x1b[?25h") > shown.rindex(b"\x1b[?25l")


def test_a_vintage_belongs_to_one_source(tmp_path):
    with StandIn() as standin:
        result = subprocess.run(
            **command(standin, tmp_path, "--vintage", "1", capture_output=True), check=False
        )
    assert result.returncode == 2
    assert "belong to one SOURCE" in result.stderr


def test_a_key_that_an_answer_quotes_is_in_no_error_and_no_journal(
    standin, fetcher, workspace, monkeypatch
):
    def quoting(client, wish, directory):
        key = os.environ["TEST_KEY"]
        raise Unavailable(f"It says 'bad key {key}'.", expected=f"not {key}", todo=f"see {key}")

    monkeypatch.setenv("TEST_KEY", "s3cret/key+1")
    fetcher(Fetcher(plan=FETCHER.plan, fetch=quoting, secrets=("TEST_KEY",)))
    [outcome] = run(workspace, "oecd_msti")
    journal = (workspace.cache / "http/journal/oecd_msti.json").read_text()
    assert "bad key …" in outcome.text
    assert "bad key …" in journal
    assert "s3cret" not in outcome.text + journal
    with pytest.raises(Unavailable) as raised:
        fetching.fetch_source(workspace, "oecd_msti", EDITION, Manner(patience=QUICK))
    assert "s3cret" not in repr(raised.value)
