"""Asks the USPTO's Open Data Portal for the bulk tables, as seldom as can be.

Here: the product's metadata, which release is new, the count of downloads per file and year, the
size of each zip.
Not here: HTTP, among it the signed links that live five seconds (`http`), the waits between
requests (`limits`), what is in a zip (`uspto_bulk`).

A file may be downloaded 20 times a year per key. So the small metadata come first; a zip of the
release that we keep already, landed or only downloaded before another one failed, is not asked for
again; and every attempt is counted in a ledger beside the other limits, which survives the process.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sources.contract import SourceError
from sources.fetching import Ask, Exchange, Fetched, Fetcher, Wish
from sources.limits import Ledger, Limit
from sources.roots import root

if TYPE_CHECKING:
    from sources.http import Client

KEY = "USPTO_API_KEY"
KEY_HEADER = "X-API-KEY"
PRODUCT = "PVGPATDIS"

TABLES = (
    "g_patent",
    "g_inventor_disambiguated",
    "g_inventor_not_disambiguated",
    "g_location_disambiguated",
    "g_location_not_disambiguated",
    "g_ipc_at_issue",
    "g_wipo_technology",
    "g_us_patent_citation",
)
"""What counting grants by area and technology field, and citations, needs."""

DOWNLOADS_A_YEAR = 20
YEAR_SECONDS = 366 * 86400.0
LARGEST_ZIP = 16 << 30

_STAMP = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[ T](\d{2}):(\d{2})(?::(\d{2}))?)?")
_NAME = re.compile(r"[0-9A-Za-z_.-]+")


@dataclass(frozen=True)
class BulkFile:
    """A file of the product, as its metadata tell."""

    name: str
    size_bytes: int
    url: str


@dataclass(frozen=True)
class Release:
    """A release of the product: its stamp as the name of a vintage, and its files."""

    vintage: str
    files: Mapping[str, BulkFile]


def plan(wish: Wish) -> Sequence[Ask]:
    """The metadata, then one zip per table."""
    after = "only if the metadata show a newer release than the one we keep"
    names = [f"{table}.tsv.zip" for table in TABLES]
    return [_metadata_ask(), *(_file_ask(name, _address(name), after) for name in names)]


def fetch(client: Client, wish: Wish, directory: Path) -> Fetched:
    """Look whether the release is new; download, one at a time, what is not kept already.

    Raises:
        SourceError: no key; the metadata have another layout or lack a table; a wished vintage is
            not the one on offer; a file has been downloaded 20 times this year; HTTP fails.
    """
    release = read_release(client.get_json(_metadata_ask()))
    if wish.vintage not in (None, release.vintage):
        raise SourceError(
            f"The portal offers the release {release.vintage} only, not {wish.vintage}.",
            expected="the newest release",
            todo=f"fetch without a vintage, or with {release.vintage}",
        )
    wanted = [_file_of(release, table) for table in TABLES]
    waiting = client.state / "uspto" / release.vintage
    for other in waiting.parent.glob("*"):
        if other != waiting:
            shutil.rmtree(other)
    files = [_get(client, release, file, waiting, directory) for file in wanted]
    return Fetched(files, release.vintage, _metadata_ask().url)


def read_release(document: object) -> Release:
    """Return the release that a product's metadata describe.

    Raises:
        SourceError: another layout, another product, or no time of modification.
    """
    bag = document.get("bulkDataProductBag") if isinstance(document, dict) else None
    products = [p for p in bag if isinstance(p, dict)] if isinstance(bag, list) else []
    found = [p for p in products if str(p.get("productIdentifier", "")).upper() == PRODUCT]
    if len(found) != 1:
        raise SourceError(
            f"The metadata describe {len(found) or 'no'} product {PRODUCT}.",
            expected="{count, bulkDataProductBag: [{productIdentifier, ...}]}",
            todo=f"see https://data.uspto.gov/bulkdata/datasets/{PRODUCT.lower()}",
        )
    product = found[0]
    stamp = _STAMP.match(str(product.get("lastModifiedDateTime", "")).strip())
    if not stamp:
        raise SourceError(
            f"lastModifiedDateTime is {str(product.get('lastModifiedDateTime'))[:40]!r}.",
            expected="a time such as 2026-08-14 10:11:12",
            todo="see the product's page; without it no release can be told from another",
        )
    clock = f"T{stamp[2]}{stamp[3]}{stamp[4] or '00'}" if stamp[2] else ""
    return Release(stamp[1] + clock, _files_of(product))


def _files_of(product: dict[str, Any]) -> dict[str, BulkFile]:
    bag = product.get("productFileBag")
    entries = bag.get("fileDataBag") if isinstance(bag, dict) else None
    files: dict[str, BulkFile] = {}
    for entry in entries if isinstance(entries, list) else []:
        name = entry.get("fileName") if isinstance(entry, dict) else None
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            continue
        size = entry.get("fileSize")
        if isinstance(size, str) and size.strip().isdigit():
            size = int(size)
        if not isinstance(size, int) or isinstance(size, bool) or size <= 0:
            raise SourceError(
                f"The size of {name} is {str(size)[:40]!r} in the metadata.",
                expected="a number of bytes, against which the download is checked",
                todo="fetch again later; nothing was downloaded",
            )
        files[name] = BulkFile(name, size, _address(name, entry.get("fileDownloadURI")))
    return files


def _file_of(release: Release, table: str) -> BulkFile:
    file = release.files.get(f"{table}.tsv.zip")
    if file is None:
        raise SourceError(
            f"The release {release.vintage} has no {table}.tsv.zip; nothing was downloaded.",
            expected=", ".join(sorted(release.files)[:40]) or "at least one file",
            todo="see whether the table was renamed, and declare it",
        )
    return file


def _get(client: Client, release: Release, file: BulkFile, waiting: Path, directory: Path) -> Path:
    """Put a file into the directory: the landed one, the one that waits, or a download."""
    to = directory / file.name
    waits = waiting / file.name
    kept = client.kept(file.url)
    if kept is not None and kept.path.parent.name == release.vintage and _copy(kept.path, file, to):
        waits.unlink(missing_ok=True)
    elif not _copy(waits, file, to):
        _download(client, file, waits)
        _copy(waits, file, to)
    return to


def _download(client: Client, file: BulkFile, to: Path) -> None:
    ledger = Ledger(
        client.state / "uspto_files",
        longest_wait=0.0,
        limits={file.name: Limit(((DOWNLOADS_A_YEAR, YEAR_SECONDS),))},
    )
    before = len(client.exchanges)
    try:
        with ledger.turn(file.name):
            client.download(
                _file_ask(file.name, file.url),
                to,
                expect_bytes=file.size_bytes,
                max_bytes=LARGEST_ZIP,
            )
    finally:
        # Each attempt that was led to a link counts for the portal.
        for _ in _led_to_a_link(client.exchanges[before:])[1:]:
            with suppress(SourceError), ledger.turn(file.name):
                pass


def _led_to_a_link(exchanges: Sequence[Exchange]) -> list[Exchange]:
    return [exchange for exchange in exchanges if exchange.redirected_to or exchange.bytes]


def _copy(kept: Path, file: BulkFile, to: Path) -> bool:
    """Put the file that we keep of this release at `to`, if it has the size; say whether."""
    if not kept.is_file() or kept.stat().st_size != file.size_bytes:
        return False
    to.parent.mkdir(parents=True, exist_ok=True)
    to.unlink(missing_ok=True)
    try:
        os.link(kept, to)
    except OSError:  # another file system
        shutil.copyfile(kept, to)
    return True


def _metadata_ask() -> Ask:
    # The dates of the data must not be sent: they filter this product's files oddly.
    return Ask(
        url=f"{root('uspto')}/datasets/products/{PRODUCT.lower()}",
        purpose=f"metadata of the product {PRODUCT}",
        headers={"Accept": "application/json"},
        secret_header={KEY_HEADER: KEY},
    )


def _file_ask(name: str, url: str, after: str | None = None) -> Ask:
    return Ask(
        url=url,
        purpose=f"bulk table {name}",
        secret_header={KEY_HEADER: KEY},
        saved_as=name,
        after=after,
    )


def _address(name: str, told: object = None) -> str:
    """Where a file is: as the metadata tell, if that is the portal itself; the key goes there."""
    if isinstance(told, str) and told.startswith(root("uspto") + "/"):
        return told
    return f"{root('uspto')}/datasets/products/files/{PRODUCT}/{name}"


FETCHER = Fetcher(plan=plan, fetch=fetch, secrets=(KEY,))
