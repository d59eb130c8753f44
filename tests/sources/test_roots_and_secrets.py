"""Where publishers are asked, and what of an address or a key may be shown."""

from __future__ import annotations

import pytest

from sources.contract import SourceError
from sources.roots import ROOTS, is_loopback, publisher_of, root
from sources.secret import shown_link, shown_url, without_secrets


def test_every_publisher_is_asked_over_an_encrypted_connection():
    assert all(base.startswith("https://") and not base.endswith("/") for base in ROOTS.values())


def test_the_environment_moves_a_root(monkeypatch):
    monkeypatch.setenv("WHITEPAPER_ROOT_OECD", "http://127.0.0.1:1234/oecd/")
    assert root("oecd") == "http://127.0.0.1:1234/oecd"
    assert publisher_of("http://127.0.0.1:1234/oecd/data/x") == "oecd"
    assert publisher_of("http://127.0.0.1:1234/oecd2/data/x") is None
    assert root("imf") == ROOTS["imf"]


@pytest.mark.parametrize(
    "value",
    [
        *("file:///etc/passwd", "ftp://x", "x", "http://", "http://h:port/", "http://h/?a=1"),
        *("http://user:pw@h/", "http://h/a b", "http://h/#x", "http://[::1"),
    ],
)
def test_a_root_that_is_no_address_is_refused_without_showing_it(monkeypatch, value):
    monkeypatch.setenv("WHITEPAPER_ROOT_OECD", value)
    with pytest.raises(SourceError, match="WHITEPAPER_ROOT_OECD") as caught:
        root("oecd")
    assert "pw" not in str(caught.value)


def test_an_unknown_root_is_named():
    with pytest.raises(SourceError, match="no root 'oced'"):
        root("oced")


def test_keys_are_taken_out_of_addresses_and_what_is_asked_for_stays():
    url = "https://me:pw@h/x?api_key=K1&subscription-key=K2&X-Amz-Signature=ab%2Fc&c[TIME]=ge:2000"
    assert shown_url(url) == (
        "https://h/x?api_key=…&subscription-key=…&X-Amz-Signature=…&c[TIME]=ge:2000"
    )
    assert shown_url("https://h/資料?sys=220&funid=i8121") == "https://h/資料?sys=220&funid=i8121"
    assert shown_url("https://h/x?a=s3cret", {"s3cret"}) == "https://h/x?a=…"
    assert shown_link("https://u:p@h/file.zip?Expires=5&Signature=x") == "https://h/file.zip?…"


def test_a_key_is_found_in_every_form_and_texts_cannot_garble_a_terminal():
    text = "k/y k%2Fy\n\x1b[31mred"
    assert without_secrets(text, {"k/y"}) == "… …  [31mred"


def test_a_name_that_looks_like_loopback_is_not_taken_for_it():
    assert all(is_loopback(host) for host in ("localhost", "127.0.0.1", "127.8.8.8", "::1"))
    assert not any(
        is_loopback(host) for host in ("127.evil.example", "localhost.evil", "", "10.0.0.1")
    )
