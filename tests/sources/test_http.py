"""The client over real sockets: a file arrives whole or not at all, and no key is ever shown."""

from __future__ import annotations

import gzip
import hashlib
import json
import logging
import os
import re
import signal
import ssl
import subprocess
import sys
import threading
import time
from dataclasses import replace
from email.utils import formatdate
from itertools import pairwise
from pathlib import Path

import httpx
import pytest

from sources import http
from sources.contract import SourceError
from sources.fetching import Ask
from sources.http import Client, Earlier, NotModified
from sources.limits import Limit
from tests.standin import server as habits
from tests.standin.fixtures import QUICK
from tests.standin.server import Reply, StandIn

ROOT = Path(__file__).resolve().parents[2]
BODY = b"REF_AREA,OBS_VALUE\r\n" + b"TWN,1.5\r\n" * 20_000
KEY = "k3y/with+signs&more"


@pytest.fixture
def standin():
    def answer(asked, standin):
        if asked.path == "/json":
            return Reply(200, {"Content-Type": "application/json"}, b'\xef\xbb\xbf{"a": [1]}')
        if asked.path == "/key":
            return Reply(200, {}, asked.headers.get("x-api-key", "none").encode())
        return Reply(200, {"Content-Type": "text/csv; charset=utf-8"}, BODY)

    with StandIn({"oecd": answer}) as running:
        yield running


@pytest.fixture
def ask(standin):
    return Ask(standin.root("oecd") + "/data/all", "observations")


@pytest.fixture
def to(tmp_path):
    return tmp_path / "in" / "data.csv"


def outcomes(client):
    return [exchange.outcome for exchange in client.exchanges]


def leftovers(client_state: Path):
    return sorted(
        path.name for path in (client_state / "partial").iterdir() if path.suffix != ".lock"
    )


def refused(client, ask, to, *words, **rules):
    """The download fails with one message that has these words, and leaves no file."""
    with pytest.raises(SourceError) as caught:
        client.download(ask, to, **rules)
    for word in words:
        assert word in str(caught.value)
    assert not to.exists()
    assert "127.0.0.1" in str(caught.value)
    assert caught.value.todo
    return str(caught.value)


def test_a_file_arrives_byte_for_byte_and_its_exchange_is_written_down(
    standin, client, ask, to, tmp_path
):
    client.download(ask, to, media=("text/csv",), expect_bytes=len(BODY))
    assert to.read_bytes() == BODY
    [exchange] = client.exchanges
    assert (exchange.status, exchange.outcome, exchange.bytes) == (200, "saved", len(BODY))
    assert exchange.sha256 == hashlib.sha256(BODY).hexdigest()
    assert exchange.headers["etag"]
    # Only so can lengths be checked and downloads continued.
    assert standin.requests[0].headers["accept-encoding"] == "identity"
    assert json.dumps(exchange.as_json())
    assert leftovers(tmp_path / "state") == []


def test_progress_ends_at_the_whole(ask, to, tmp_path):
    seen = []
    with Client(state=tmp_path / "s", on_progress=lambda *step: seen.append(step)) as client:
        client.download(ask, to)
    assert seen[-1] == ("data.csv", len(BODY), len(BODY))


def test_text_and_json_lose_their_byte_order_mark(client, standin):
    asked = Ask(standin.root("oecd") + "/json", "a list")
    assert client.get_json(asked) == {"a": [1]}
    assert outcomes(client) == ["read"]
    standin.behave("oecd", habits.html_instead())
    with pytest.raises(SourceError, match="web page"):
        client.get_json(asked)
    standin.behave("oecd", habits.changed(b'{"a": ['))
    with pytest.raises(SourceError, match="truncated"):
        client.get_json(asked)
    standin.behave("oecd", habits.changed(b"\xff\xfe\x00"))
    with pytest.raises(SourceError, match="not text in utf-8"):
        client.get_text(asked)


# --- answers that are none ------------------------------------------------------------------------


def test_no_content_is_refused_at_once(standin, client, ask, to):
    standin.behave("oecd", habits.nothing_204())
    refused(client, ask, to, "204 No Content", "version")
    assert len(client.exchanges) == 1


def test_an_empty_answer_is_asked_for_again_and_then_refused(standin, client, ask, to):
    standin.behave("oecd", habits.empty_200(times=1))
    client.download(ask, to)
    assert outcomes(client) == ["broken: It answered 200 with nothing in it.", "saved"]
    standin.behave("oecd", habits.empty_200())
    to.unlink()
    refused(client, ask, to, "nothing in it", "Asked 7 times")


def test_a_web_page_in_place_of_data_is_refused_whatever_it_is_called(standin, client, ask, to):
    standin.behave("oecd", habits.html_instead())
    refused(client, ask, to, "web page", "verify")
    refused(client, ask, to, "text/html", "Expected: text/csv", media=("text/csv",))


def test_an_error_in_few_words_is_quoted_when_fewer_bytes_came_than_an_answer_has(
    standin, client, ask, to
):
    standin.behave("oecd", habits.parameter_error_200())
    refused(client, ask, to, "'Parameter error'", min_bytes=100)


@pytest.mark.parametrize("code", [400, 401, 403, 404, 406, 413, 202])
def test_a_refusal_is_not_repeated_and_its_words_are_passed_on(standin, client, ask, to, code):
    standin.behave("oecd", habits.status(code, b"No\x1b[31m such\nflow."))
    message = refused(client, ask, to, str(code), "such flow.")
    assert "\x1b" not in message and "\n" not in message
    assert len(client.exchanges) == 1


def test_a_size_that_differs_from_the_metadata_is_refused(client, ask, to):
    refused(client, ask, to, f"{len(BODY):,} bytes came", "7", expect_bytes=7)


def test_more_than_the_source_can_be_is_refused_before_it_is_read(standin, client, ask, to):
    refused(client, ask, to, "larger", "at most 1,000 bytes", max_bytes=1000)
    standin.behave("oecd", habits.truncated_chunks(at=1.0))
    refused(client, ask, to, "larger", max_bytes=1000)


# --- broken transfers -----------------------------------------------------------------------------


@pytest.mark.parametrize("habit", [habits.truncated, habits.reset])
def test_a_broken_download_is_continued_where_it_ended(standin, client, ask, to, habit):
    standin.behave("oecd", habit(times=1))
    client.download(ask, to)
    assert to.read_bytes() == BODY
    asked = standin.asked("oecd")[1].headers
    start = int(re.fullmatch(r"bytes=(\d+)-", asked["range"])[1])
    assert 0 < start <= len(BODY) // 2
    assert asked["if-range"].startswith('"')
    assert outcomes(client)[1] == f"saved, continued at byte {start}"


def test_a_download_is_begun_anew_when_the_publisher_changed_the_file_meanwhile(
    standin, client, ask, to
):
    newer = BODY.replace(b"1.5", b"2.5")
    standin.behave("oecd", habits.truncated(times=1), habits.changed(newer))
    client.download(ask, to)
    assert to.read_bytes() == newer


def test_a_server_that_ignores_ranges_gives_the_whole_and_not_one_and_a_half(
    standin, client, ask, to
):
    standin.behave("oecd", habits.truncated(times=1), habits.ignores_ranges())
    client.download(ask, to)
    assert to.read_bytes() == BODY


def test_a_continuation_from_another_byte_is_not_appended(standin, client, ask, to):
    def elsewhere(asked, reply, standin):
        headers = {"Content-Range": f"bytes 10-{len(BODY) - 1}/{len(BODY)}"}
        return Reply(206, headers, BODY[10:]) if "range" in asked.headers else reply

    standin.behave("oecd", habits.truncated(times=1), habits.Behaviour(elsewhere))
    client.download(ask, to)
    assert to.read_bytes() == BODY


def test_a_continuation_that_brings_a_piece_only_is_continued_again(standin, client, ask, to):
    def piecemeal(asked, reply, s):
        if "range" not in asked.headers:
            return reply
        start = int(asked.headers["range"][6:-1])
        piece = BODY[start : start + 50_000]
        place = f"bytes {start}-{start + len(piece) - 1}/{len(BODY)}"
        return Reply(206, {"Content-Range": place}, piece)

    standin.behave("oecd", habits.truncated(times=1), habits.Behaviour(piecemeal))
    client.download(ask, to)
    assert to.read_bytes() == BODY
    assert len(client.exchanges) == 3


def test_a_transfer_that_never_ends_right_is_refused_and_kept_for_next_time(
    standin, client, ask, to, tmp_path
):
    standin.behave("oecd", habits.truncated())
    refused(client, ask, to, "broke off", "Asked 5 times")
    assert len(leftovers(tmp_path / "state")) == 2
    standin.behave("oecd")
    with Client(state=tmp_path / "state", patience=QUICK) as later:
        later.download(ask, to)
    assert to.read_bytes() == BODY
    assert "continued at byte" in later.exchanges[0].outcome
    assert leftovers(tmp_path / "state") == []


def test_chunks_without_an_end_are_not_taken_for_the_whole(standin, client, ask, to):
    standin.behave("oecd", habits.truncated_chunks())
    refused(client, ask, to, "broke off")


@pytest.mark.parametrize("less", [7, len(BODY) // 2])
def test_more_bytes_than_announced_are_noticed(standin, client, ask, to, less):
    standin.behave("oecd", habits.wrong_length(less))
    refused(client, ask, to, "but sent more")


def test_more_bytes_than_announced_are_noticed_when_they_come_later(standin, client, ask, to):
    def afterthought(asked, reply, s):
        size = len(BODY) - 90
        return replace(reply, announce=size, pace=(size, 0.05), ranges=False)

    standin.behave("oecd", habits.Behaviour(afterthought))
    refused(client, ask, to, "but sent more")


def test_a_line_end_after_the_body_as_old_servers_add_is_no_lie(standin, client, ask, to):
    standin.behave("oecd", habits.wrong_length(less=2))
    client.download(ask, to)
    assert to.read_bytes() == BODY.removesuffix(b"\r\n")
    standin.behave("oecd", habits.wrong_length(less=3))
    to.unlink()
    refused(client, ask, to, "but sent more")
    standin.behave("oecd", habits.wrong_length(less=9 * 3 + 2))
    refused(client, ask, to, "but sent more")


def test_a_drip_is_broken_off_after_two_attempts(standin, client, ask, to):
    standin.behave("oecd", habits.slow_drip())
    begun = time.monotonic()
    refused(client, ask, to, "bytes a second")
    assert time.monotonic() - begun < 5
    assert len(client.exchanges) == 2


def test_headers_that_drip_are_broken_off(standin, tmp_path, ask, to):
    standin.behave("oecd", habits.slow_headers())
    begun = time.monotonic()
    with Client(state=tmp_path, patience=replace(QUICK, header=0.5)) as client:
        refused(client, ask, to, "Nothing came")
    assert time.monotonic() - begun < 5


def test_an_encoding_that_is_none_is_refused(standin, client, ask, to, tmp_path):
    standin.behave("oecd", habits.garbage_encoding())
    refused(client, ask, to, "cannot be unpacked")
    assert leftovers(tmp_path / "state") == []


def test_an_encoding_that_was_not_asked_for_is_undone(standin, client, ask, to):
    standin.behave("oecd", habits.gzip_unasked())
    client.download(ask, to)
    assert to.read_bytes() == BODY


def test_a_gzip_file_that_the_server_calls_encoded_stays_a_gzip_file(standin, client, ask, to):
    to = to.with_suffix(".csv.gz")
    standin.behave("oecd", habits.gzip_unasked())
    client.download(ask, to)
    assert gzip.decompress(to.read_bytes()) == BODY
    twice = habits.Behaviour(
        lambda a, r, s: replace(
            r,
            body=gzip.compress(gzip.compress(BODY)),
            headers={"Content-Encoding": "gzip"},
        )
    )
    standin.behave("oecd", twice)
    client.download(ask, to)
    assert gzip.decompress(to.read_bytes()) == BODY


def test_an_answer_that_unpacks_to_more_than_the_source_can_be_is_refused(
    standin, client, ask, to, tmp_path
):
    standin.behave("oecd", habits.gzip_unasked())
    refused(client, ask, to, "larger", max_bytes=len(BODY) - 1)
    assert not any(name.endswith(".unpacked") for name in leftovers(tmp_path / "state"))


def test_a_disk_without_room_is_noticed_before_the_download(client, ask, to, monkeypatch):
    usage = __import__("shutil").disk_usage("/")
    monkeypatch.setattr("shutil.disk_usage", lambda path: usage._replace(free=1000))
    with pytest.raises(SourceError, match="1,000 bytes free"):
        client.download(ask, to)


def test_a_service_that_is_not_there_is_named(client, to, tmp_path):
    closed = StandIn({})
    with closed:
        root = closed.root("oecd")
    refused(client, Ask(root, "observations"), to, "No connection", "Asked 5 times")


def test_a_refusal_whose_words_drip_is_not_waited_for(standin, client, ask, to, monkeypatch):
    monkeypatch.setattr("sources.http.HEARING_SECONDS", 0.3)

    def refuse_slowly(asked, reply, s):
        return Reply(403, {}, b"no " * 1000, pace=(3, 0.1), ranges=False)

    standin.behave("oecd", habits.Behaviour(refuse_slowly))
    begun = time.monotonic()
    refused(client, ask, to, "403", "'no no")
    assert time.monotonic() - begun < 3


# --- come back later ------------------------------------------------------------------------------


def test_retry_after_is_waited_for_in_seconds_and_as_a_date(standin, ask, to, tmp_path):
    in_three = formatdate(time.time() + 3, usegmt=True)
    for wish, least in ((2, 1.9), (in_three, 1.5)):
        slept = []
        standin.behave("oecd", habits.too_many_429(retry_after=wish))
        state = tmp_path / str(wish)
        with Client(state=state, patience=QUICK, sleep=slept.append) as client:
            client.download(ask, to)
        assert least <= sum(slept) <= least + 1.6
        assert "answered 429" in outcomes(client)[0]


def test_a_wish_to_be_left_alone_for_long_is_passed_on_and_kept_across_commands(
    standin, ask, to, tmp_path
):
    standin.behave("oecd", habits.too_many_429(retry_after=3600))
    later = pytest.raises(SourceError, match=r"may not be asked again before 20.* \(in 60 min\)")
    with Client(state=tmp_path, patience=QUICK) as client, later:
        client.download(ask, to)
    with Client(state=tmp_path, patience=QUICK) as client, pytest.raises(SourceError):
        client.download(ask, to)
    assert len(standin.requests) == 1


def test_a_server_in_trouble_is_asked_again(standin, client, ask, to):
    standin.behave("oecd", habits.server_error_503(times=2))
    client.download(ask, to)
    assert outcomes(client) == ["broken: It answered 503."] * 2 + ["saved"]


def test_a_limit_holds_across_clients(standin, ask, to, tmp_path):
    slept = []
    limits = {"127.0.0.1": Limit(((2, 4.0),))}
    for _ in range(3):
        with Client(state=tmp_path, patience=QUICK, limits=limits, sleep=slept.append) as client:
            client.download(ask, to)
    assert sum(slept) == pytest.approx(4.0, abs=1.0)


def test_one_request_at_a_time_where_the_publisher_wants_it(standin, ask, tmp_path):
    standin.behave("oecd", habits.slow_drip(size=20_000, seconds=0.05))
    running, most = [], []
    answer = standin._answers["oecd"]

    def counted(asked, s):
        running.append(1)
        most.append(len(running) - standin.state.get("done", 0))
        return answer(asked, s)

    standin._answers["oecd"] = counted
    done = []

    def fetch(number):
        with Client(state=tmp_path, patience=QUICK) as client:
            one = replace(ask, url=f"{ask.url}?{number}")
            client.download(one, tmp_path / f"{number}.csv")
            done.append(client.exchanges[0])

    threads = [threading.Thread(target=fetch, args=(n,)) for n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    times = sorted((asked.at, asked.raw_query) for asked in standin.requests)
    gaps = [after - before for (before, _), (after, _) in pairwise(times)]
    assert len(done) == 3
    assert min(gaps) > 0.3


def test_the_same_file_is_not_downloaded_twice_at_once(standin, ask, to, tmp_path):
    standin.behave("oecd", habits.slow_drip(size=20_000, seconds=0.1))
    with Client(state=tmp_path, patience=QUICK) as first, Client(state=tmp_path) as second:
        thread = threading.Thread(target=first.download, args=(ask, to))
        thread.start()
        while not standin.requests:
            time.sleep(0.01)
        with pytest.raises(SourceError, match="Another process is downloading the same file"):
            second.download(ask, to.with_name("other.csv"))
        thread.join()
    assert to.read_bytes() == BODY


# --- only if modified -----------------------------------------------------------------------------


def test_what_was_not_modified_is_taken_from_the_earlier_file(standin, client, ask, to, tmp_path):
    client.download(ask, to)
    earlier = Earlier(to, client.exchanges[0].sha256, client.exchanges[0].headers["etag"])
    again = tmp_path / "again.csv"
    with Client(state=tmp_path / "t", earlier={ask.url: earlier}) as later:
        later.download(ask, again)
    assert outcomes(later) == ["not modified"]
    assert later.exchanges[0].headers["etag"] == earlier.etag
    assert again.read_bytes() == BODY

    to.write_bytes(b"altered")
    again.unlink()
    with Client(state=tmp_path / "u", earlier={ask.url: earlier}) as later:
        later.download(ask, again)
    assert outcomes(later)[-1] == "saved"
    assert again.read_bytes() == BODY

    standin.behave("oecd", habits.changed(b"a,b\n1,2\n"))
    with Client(state=tmp_path / "v", earlier={ask.url: earlier}) as later:
        later.download(ask, again)
    assert again.read_bytes() == b"a,b\n1,2\n"


def test_not_modified_without_a_condition_is_no_answer(standin, client, ask, to):
    standin.behave("oecd", habits.not_modified_unasked())
    with pytest.raises(NotModified, match="no condition"):
        client.download(ask, to)


# --- redirects and keys ---------------------------------------------------------------------------


@pytest.fixture
def secret_ask(standin, monkeypatch):
    monkeypatch.setenv("TEST_API_KEY", KEY)
    return Ask(
        standin.root("oecd") + "/key", "one file", secret_header={"X-API-KEY": "TEST_API_KEY"}
    )


def test_a_link_that_expires_is_followed_at_once_and_does_not_get_the_key(
    standin, client, secret_ask, to
):
    standin.behave("oecd", habits.expiring_redirect(seconds=1))
    client.download(secret_ask, to)
    assert to.read_bytes() == KEY.encode()
    first, second = standin.requests
    assert first.headers["x-api-key"] == KEY
    assert "x-api-key" not in second.headers
    [exchange] = client.exchanges
    told = json.dumps(exchange.as_json())
    assert re.fullmatch(r"http://localhost:\d+/_link/\w+/file\?…", exchange.redirected_to)
    assert "sig-" not in told and KEY not in told


def test_an_expired_link_is_asked_for_anew(standin, client, secret_ask, to):
    standin.behave(
        "oecd",
        habits.expiring_redirect(late=True, times=1),
        habits.expiring_redirect(),
    )
    client.download(secret_ask, to)
    assert [exchange.status for exchange in client.exchanges] == [403, 200]


def test_a_key_stays_with_its_publisher_when_that_redirects_within_its_host(
    standin, client, secret_ask, to
):
    standin.behave("oecd", habits.redirect_to(standin.root("oecd") + "/key?moved", times=1))
    client.download(secret_ask, to)
    assert standin.requests[1].headers["x-api-key"] == KEY


@pytest.mark.parametrize(
    ("location", "words"),
    [
        ("", "no address"),
        ("ftp://x/y", "no address"),
        ("http://[::1", "no HTTP"),
        ("/oecd/key", "circle"),
    ],
)
def test_a_redirect_that_cannot_be_followed_is_refused(
    standin, client, secret_ask, to, location, words
):
    standin.behave("oecd", habits.redirect_to(location))
    refused(client, secret_ask, to, words)


def test_redirects_without_end_are_refused(standin, client, ask, to):
    def further(asked, reply, s):
        return Reply(302, {"Location": f"{ask.url}?{len(s.requests)}"})

    standin.behave("oecd", habits.Behaviour(further))
    refused(client, ask, to, "more than 3 times")
    assert len(standin.requests) == 4


def test_a_key_is_never_shown_whatever_goes_wrong(
    standin, client, secret_ask, to, caplog, monkeypatch
):
    caplog.set_level(logging.DEBUG)
    echo = f"bad key {KEY}".encode()
    standin.behave("oecd", habits.status(403, echo))
    messages = [refused(client, secret_ask, to, "403", "bad key …")]
    standin.behave("oecd", habits.truncated())
    messages.append(refused(client, secret_ask, to))
    standin.behave("oecd", habits.redirect_to(f"https://127.0.0.1:1/x?key={KEY}"))
    messages.append(refused(client, secret_ask, to))
    told = "\n".join(messages) + json.dumps([e.as_json() for e in client.exchanges]) + caplog.text
    assert KEY not in told
    assert "k3y" not in told
    monkeypatch.setenv("TEST_API_KEY", KEY + "\nX-Other: 1")
    with pytest.raises(SourceError) as caught:
        client.download(secret_ask, to)
    assert "k3y" not in str(caught.value)


def test_without_its_key_nothing_is_asked(standin, client, secret_ask, to, monkeypatch, tmp_path):
    monkeypatch.delenv("TEST_API_KEY")
    with pytest.raises(SourceError, match="TEST_API_KEY is not set"):
        client.download(secret_ask, to)
    assert standin.requests == []
    file = tmp_path / "key"
    file.write_text("other-key\n")
    monkeypatch.setenv("TEST_API_KEY_FILE", str(file))
    client.download(secret_ask, to)
    assert to.read_bytes() == b"other-key"


def test_a_key_is_not_sent_without_encryption(client, secret_ask, to):
    with pytest.raises(SourceError, match="without encryption"):
        client.download(replace(secret_ask, url="http://example.invalid/x"), to)


# --- connections ----------------------------------------------------------------------------------


def test_hosts_of_odd_chains_are_verified_all_the_same(monkeypatch):
    strict = ssl.VERIFY_X509_STRICT | ssl.VERIFY_X509_PARTIAL_CHAIN  # as from Python 3.13 on
    make = httpx.create_ssl_context

    def make_strict(**options):
        context = make(**options)
        context.verify_flags |= strict
        return context

    monkeypatch.setattr(httpx, "create_ssl_context", make_strict)
    lenient, usual = (http._tls(lenient=flag, trust_env=True) for flag in (True, False))
    assert usual.verify_flags & strict == strict
    assert lenient.verify_flags & strict == ssl.VERIFY_X509_PARTIAL_CHAIN
    for context in (lenient, usual):
        assert context.verify_mode == ssl.CERT_REQUIRED
        assert context.check_hostname


def test_a_proxy_of_the_environment_is_used_but_not_for_loopback(
    standin, client, ask, to, monkeypatch
):
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{standin.port}")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    elsewhere = Ask("http://publisher.invalid/oecd/data/all", "observations")
    client.download(elsewhere, to)
    assert to.read_bytes() == BODY
    assert standin.requests[0].headers["host"] == "publisher.invalid"
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    client.download(ask, to)


# --- killed ---------------------------------------------------------------------------------------

FETCH = """
import sys
from pathlib import Path
from sources.fetching import Ask
from sources.http import Client
with Client(state=Path(sys.argv[2])) as client:
    client.download(Ask(sys.argv[1], "observations"), Path(sys.argv[3]))
"""


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGINT])
def test_a_killed_download_leaves_no_file_and_is_continued(standin, ask, to, tmp_path, ending):
    standin.behave("oecd", habits.slow_drip(size=30_000, seconds=0.3))
    process = subprocess.Popen(
        [sys.executable, "-c", FETCH, ask.url, str(tmp_path / "state"), str(to)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stderr=subprocess.DEVNULL,
    )
    partial = tmp_path / "state" / "partial"
    while not any(path.stat().st_size for path in partial.glob("*.part")):
        time.sleep(0.02)
    process.send_signal(ending)
    process.wait()
    assert not to.exists()
    standin.behave("oecd")
    with Client(state=tmp_path / "state") as client:
        client.download(ask, to)
    assert to.read_bytes() == BODY
    assert "continued at byte" in client.exchanges[0].outcome


def test_a_name_that_is_not_known_is_asked_once_more_and_no_longer(to, tmp_path):
    # `.invalid` is never resolved (RFC 2606): no packet leaves this machine.
    ask = Ask("https://publisher.invalid/data", "observations")
    with (
        Client(state=tmp_path / "state", patience=QUICK) as client,
        pytest.raises(SourceError, match="Asked 2 times"),
    ):
        client.download(ask, to)
    assert len(client.exchanges) == 2
