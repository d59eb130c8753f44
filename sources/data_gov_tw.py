"""Finds files of Taiwan's open data whose addresses move, by the number of their dataset.

Here: the order of asking (the owner's address, then the catalogue data.gov.tw) and the choice of a
resource by its format and description.
Not here: HTTP (`http`), the files' layouts (each publisher's module).

The catalogue is slow and, from abroad, often out of reach while the owner's host answers; but the
owner's addresses change, and then only the catalogue knows. It lists a dataset's resources in no
lasting order, so none is taken by its place. Its addresses hold raw Chinese.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from sources.contract import SourceError
from sources.fetching import Ask
from sources.retrying import download_until
from sources.roots import root

if TYPE_CHECKING:
    from sources.http import Client

_KEPT = "%/:?#[]@!$&'()*+,;=~"
"""What stands in an address as it is; a % is taken for one that encodes already."""


@dataclass(frozen=True)
class OpenFile:
    """A file of a dataset: where its owner has it now, and how to know it in the catalogue.

    Without a `dataset` it is in no catalogue.

    `described` are words that a description may hold; each narrows the choice if any resource has
    it. Resources whose description holds one of `not_described` are never taken.
    """

    dataset: int | None
    owner_url: Callable[[], str]
    purpose: str
    saved_as: str
    format: str = "CSV"
    described: tuple[str, ...] = ()
    not_described: tuple[str, ...] = ("說明", "欄位", "schema")


def asks_of(file: OpenFile) -> Sequence[Ask]:
    """The owner's address, then the catalogue's answer and the address in it."""
    owner = _ask(file, file.owner_url())
    return [owner] if file.dataset is None else [owner, _catalogue_ask(file)]


def fetch_open_file(
    client: Client, file: OpenFile, directory: Path, check: Callable[[Path], None]
) -> tuple[Path, str]:
    """Download a file from its owner, or else from where the catalogue says it is now.

    Args:
        check: raises SourceError when a file is not the one wanted, e.g. cannot be read.

    Returns:
        The file, and the address that it came from.

    Raises:
        SourceError: neither way gave the file; the message tells both reasons.
    """
    to = directory / file.saved_as
    owner = file.owner_url()
    try:
        path = download_until(client, _ask(file, owner), to)
        check(path)
    except SourceError as at_owner:
        to.unlink(missing_ok=True)
        if file.dataset is None:
            raise
        try:
            url = _look_up(client, file)
            if url == percent_encoded(owner):
                raise SourceError("The catalogue names the same address.") from at_owner
            path = download_until(client, _ask(file, url), to)
            check(path)
        except SourceError as in_catalogue:
            raise SourceError(
                f"{at_owner.what} By the catalogue: {in_catalogue.what}",
                expected=in_catalogue.expected or at_owner.expected,
                todo=in_catalogue.todo or at_owner.todo,
            ) from in_catalogue
        return path, url
    return path, owner


def choose(document: object, file: OpenFile) -> str:
    """Return the address of the wanted resource in a catalogue's answer, percent-encoded.

    Raises:
        SourceError: another layout, no resource of that format, or several that fit.
    """
    result = document.get("result") if isinstance(document, dict) else None
    resources = result.get("distribution") if isinstance(result, dict) else None
    if not isinstance(document, dict) or not isinstance(resources, list):
        raise SourceError(
            f"The catalogue's answer about dataset {file.dataset} has no distribution.",
            expected="{success, result: {distribution: [...]}}",
            todo=f"see https://data.gov.tw/dataset/{file.dataset}",
        )
    fitting = [
        resource
        for resource in resources
        if isinstance(resource, dict)
        and file.format in re.split(r"[^A-Z0-9]+", _text(resource, "resourceFormat").upper())
        and _text(resource, "resourceDownloadUrl")
        and not any(word in _description(resource) for word in file.not_described)
    ]
    for word in file.described:
        fitting = [r for r in fitting if word.casefold() in _description(r)] or fitting
    addresses = {percent_encoded(_text(r, "resourceDownloadUrl")) for r in fitting}
    if len(addresses) != 1:
        found = "; ".join(
            f"{_text(r, 'resourceFormat')} '{_text(r, 'resourceDescription')[:40]}'"
            for r in resources
            if isinstance(r, dict)
        )
        raise SourceError(
            f"Dataset {file.dataset} has {len(addresses) or 'no'} resources that fit ({found}).",
            expected=f"one {file.format} described by {', '.join(file.described) or 'anything'}",
            todo=f"see https://data.gov.tw/dataset/{file.dataset} and declare which one it is",
        )
    return addresses.pop()


def percent_encoded(url: str) -> str:
    """Return an address with everything but its marks and ASCII percent-encoded.

    >>> percent_encoded("https://www.cbc.gov.tw/public/經研處/a b.csv?x=1%20")
    'https://www.cbc.gov.tw/public/%E7%B6%93%E7%A0%94%E8%99%95/a%20b.csv?x=1%20'
    """
    return quote(url.strip(), safe=_KEPT)


def _look_up(client: Client, file: OpenFile) -> str:
    document: Any = client.get_json(_catalogue_ask(file))
    if isinstance(document, dict) and document.get("success") is False:
        raise SourceError(
            f"The catalogue does not know dataset {file.dataset}.",
            todo=f"see https://data.gov.tw/dataset/{file.dataset}",
        )
    url = choose(document, file)
    if urlsplit(url).scheme not in ("http", "https"):
        raise SourceError(
            f"The catalogue's address of dataset {file.dataset} is no web address.",
            todo=f"see https://data.gov.tw/dataset/{file.dataset}",
        )
    return url


def _ask(file: OpenFile, url: str) -> Ask:
    return Ask(url=percent_encoded(url), purpose=file.purpose, saved_as=file.saved_as)


def _catalogue_ask(file: OpenFile) -> Ask:
    return Ask(
        url=f"{root('data_gov_tw')}/dataset/{file.dataset}",
        purpose=f"dataset {file.dataset} in the catalogue",
        headers={"Accept": "application/json"},
        after="only if the owner's address fails; then the address that it names",
    )


def _description(resource: dict[str, Any]) -> str:
    return _text(resource, "resourceDescription").casefold()


def _text(resource: dict[str, Any], name: str) -> str:
    value = resource.get(name)
    if isinstance(value, list):  # resourceFormat has been seen as a list
        return ",".join(str(part) for part in value)
    return str(value or "").strip()
