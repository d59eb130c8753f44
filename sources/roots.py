"""Where each publisher's service answers, and how to point a fetcher elsewhere.

Here: the base addresses, one line each, and `WHITEPAPER_ROOT_<NAME>`, which replaces one (a mirror,
or a stand-in on loopback). Not here: what is asked below a root (each publisher's `*_api` module),
sending (`sources.http`).
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from ipaddress import ip_address
from urllib.parse import urlsplit

from sources.contract import SourceError

ROOTS: Mapping[str, str] = {
    "oecd": "https://sdmx.oecd.org/public/rest",
    "imf": "https://api.imf.org/external/sdmx/3.0",
    "nstatdb": "https://nstatdb.dgbas.gov.tw/dgbasAll",
    "cbc": "https://cpx.cbc.gov.tw/API/DataAPI",
    "un_wpp": "https://population.un.org/wpp",
    "comtrade": "https://comtradeapi.un.org",  # without a key: previews of 500 records
    "comtrade_key": "https://comtradeapi.un.org",
    "customs_opendata": "https://opendata.customs.gov.tw/data",
    "mof_web02": "https://web02.mof.gov.tw/njswww",
    "mof_service": "https://service.mof.gov.tw/public/data",
    "data_gov_tw": "https://data.gov.tw/api/v2/rest",
    "uspto": "https://api.uspto.gov/api/v1",
    "wipo": "https://www.wipo.int",
}
PREFIX = "WHITEPAPER_ROOT_"


def root(name: str) -> str:
    """The base address of a publisher's service, without a slash at its end.

    Raises:
        SourceError: no such root, or the environment replaces it by something that is no http(s)
            address.
    """
    if name not in ROOTS:
        raise SourceError(
            f"There is no root '{name}'.",
            expected="one of " + ", ".join(ROOTS),
            todo="add it to sources/roots.py",
        )
    variable = PREFIX + name.upper()
    given = os.environ.get(variable, "").strip()
    if not given:
        return ROOTS[name]
    if not _is_base_address(given):
        # The value is not shown: it may carry a password.
        raise SourceError(
            f"The environment variable {variable} is not a base address.",
            expected="http://host[:port]/path or https://…, without user, query or fragment",
            todo=f"set it right, or unset it to use {ROOTS[name]}",
        )
    return given.rstrip("/")


def publisher_of(url: str) -> str | None:
    """The name of the root that this address lies under (the longest, the first of equals)."""
    under = [
        (len(base), -position, name)
        for position, name in enumerate(ROOTS)
        if url.startswith(base := root(name)) and url[len(base) : len(base) + 1] in ("", "/", "?")
    ]
    return max(under)[2] if under else None


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine itself."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False  # a name, perhaps one that only looks like an address


def _is_base_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        _ = parts.port  # raises when it is no number
    except ValueError:
        return False
    return (
        parts.scheme in ("http", "https")
        and bool(parts.hostname)
        and parts.username is None
        and not parts.query
        and not parts.fragment
        and text.isprintable()
        and " " not in text
    )
