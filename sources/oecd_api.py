"""Fetching from the OECD's SDMX service: REST v2, with v1 where v2 does not give what it should.

Here: addresses of data and of the content constraint, the proof that what came is the version asked
for and the current one, the release that it belongs to, halving the years where the service finds a
request too large (413).
Not here: HTTP (`http`), the limit of 60 downloads an hour (`limits`), the columns (`sdmx_csv`).

Traps. A version that is no longer the current one is still answered, with a frozen edition: so the
content constraint must name no newer one, and every row must name the one asked for. An empty
version would be the latest, whose dimensions may differ. Labels follow Accept-Language. The service
refuses VPNs and anonymised traffic. "No records" is 404.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from urllib.parse import quote

import polars as pl

from sources.containers import feed, guarded_parser
from sources.contract import Reader, SourceError
from sources.fetching import Ask, Fetched, Fetcher, Wish
from sources.releases import by_hand, day_fetched, name_vintage
from sources.roots import root

if TYPE_CHECKING:
    from sources.http import Client

Route = Literal["v2", "v1"]
Span = tuple[int, int] | None
"""First and last year; None = all that there are."""

ROUTES: tuple[Route, ...] = ("v2", "v1")
DATA_HEADERS = {
    "Accept": "application/vnd.sdmx.data+csv;version=1.0.0, text/csv;q=0.9",
    "Accept-Language": "en",
}
STRUCTURE_HEADERS = {
    "Accept": "application/vnd.sdmx.structure+xml;version=2.1, application/xml;q=0.9",
    "Accept-Language": "en",
}
FINAL = (403, 413, 429)
"""Statuses that v1 would answer likewise: refused, too large, too often."""
MOST_BYTES = 512 << 20
LATEST_WITHIN_YEARS = 4
"""A current edition reaches at least so near to its own release."""
LEAST_SHARE = 0.9
"""Of the observations that the constraint counts; flags without a value may not be counted."""


@dataclass(frozen=True)
class Part:
    """One request of a flow: the file it becomes and a value per dimension, '' for all."""

    file: str
    key: tuple[str, ...]
    purpose: str


@dataclass(frozen=True)
class Flow:
    """A dataflow, the version that its columns were read for, and what is asked of it."""

    agency: str
    id: str
    version: str
    parts: tuple[Part, ...]
    steps: str

    @property
    def reference(self) -> str:
        """As the files name it."""
        return f"{self.agency}:{self.id}({self.version})"

    @property
    def is_whole(self) -> bool:
        """Whether all observations are asked for."""
        return not any(any(part.key) for part in self.parts)


@dataclass(frozen=True)
class Constraint:
    """What the content constraint tells of a flow's data."""

    version: str
    valid_from: str | None = None
    observations: int | None = None


def fetcher(flow: Flow, read: Reader) -> Fetcher:
    """Return the fetcher of a flow; `read` is the reader of its source."""

    def plan(wish: Wish) -> Sequence[Ask]:
        return [_constraint_ask(flow), *(_data_ask(flow, part, "v2", None) for part in flow.parts)]

    def fetch(client: Client, wish: Wish, directory: Path) -> Fetched:
        with by_hand(flow.steps):
            constraint, note = read_current(client, flow)
            served = constraint.valid_from if constraint else None
            vintage = name_vintage(wish.vintage, served, publisher="The OECD") or day_fetched()
            files = _download(client, flow, wish, directory, lambda f: _check(f, flow, read))
            _check_whole(read(files)["observation"], flow, constraint, files)
        return Fetched(files, vintage, client.exchanges[-1].url, note)

    return Fetcher(plan=plan, fetch=fetch)


def read_current(client: Client, flow: Flow) -> tuple[Constraint | None, str | None]:
    """Ask which version of a flow is current and when its data were last changed.

    Returns:
        The constraint and None, or None and a note for the sidecar where the service does not say.

    Raises:
        SourceError: the version that we read is not the current one any more.
    """
    ask = _constraint_ask(flow)
    try:
        found = list(parse_constraints(client.get_text(ask), flow.id))
    except SourceError as error:
        if client.exchanges and client.exchanges[-1].status in FINAL:
            raise
        return None, f"The OECD did not tell the release of its data: {error.what}"
    current = max(found, key=lambda constraint: _numbers(constraint.version), default=None)
    if current is None:
        return None, "The OECD's content constraint does not name this flow."
    if _numbers(current.version) > _numbers(flow.version):
        raise SourceError(
            f"The OECD serves {flow.id} in version {current.version}; version {flow.version}, which"
            " is read here, would be answered with a frozen edition.",
            expected=f"version {flow.version} as the current one",
            todo="compare the dimensions of both versions, then raise the version in this source",
        )
    note = None if current.valid_from else "The OECD's content constraint has no date."
    return current, note


def parse_constraints(text: str, flow: str) -> Iterator[Constraint]:
    """Yield what a structure message (SDMX-ML 2.1 or 3.0) tells of a flow, per version.

    Raises:
        SourceError: the text is no XML.
    """
    found: list[dict[str, str]] = []
    reading = {"count": False, "title": False}

    def start(name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        if local in ("ContentConstraint", "DataConstraint"):
            found.append({"valid_from": attributes.get("validFrom", "")})
        elif not found:
            return
        elif local == "Annotation":
            reading["count"] = attributes.get("id") == "obs_count"
        elif local in ("AnnotationTitle", "AnnotationValue"):
            reading["title"] = reading["count"]
        elif local == "Ref" and attributes.get("class", "Dataflow") == "Dataflow":
            found[-1] |= {"flow": attributes.get("id", "")}
            found[-1]["version"] = attributes.get("version", "")

    def text_of(text: str) -> None:
        if reading["title"]:
            found[-1]["count"] = found[-1].get("count", "") + text
        elif found and (urn := re.search(r"Dataflow=[^:]+:([^(]+)\(([^)]+)\)", text)):
            found[-1] |= {"flow": urn[1], "version": urn[2]}

    def end(name: str) -> None:
        if name.rpartition(":")[2] in ("AnnotationTitle", "AnnotationValue"):
            reading["title"] = False

    parser = guarded_parser("the content constraint")
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = text_of
    feed(parser, text.encode(), "the content constraint", final=True)
    for facts in found:
        if facts.get("flow") == flow:
            day = re.match(r"(19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}", facts["valid_from"])
            count = facts.get("count", "").strip()
            yield Constraint(
                facts["version"], day[0] if day else None, int(count) if count.isdecimal() else None
            )


def _download(
    client: Client,
    flow: Flow,
    wish: Wish,
    directory: Path,
    check: Callable[[Sequence[Path]], None],
) -> list[Path]:
    """Download all parts by v2; by v1 where that fails or gives something else."""
    before = len(client.exchanges)
    try:
        return _by_route(client, flow, "v2", wish, directory, check)
    except SourceError as error:
        # No answer at all, by the limit or the network, is no fault of the route.
        status = client.exchanges[-1].status if len(client.exchanges) > before else None
        if status is None or status in FINAL:
            raise
        first = error
    try:
        return _by_route(client, flow, "v1", wish, directory, check)
    except SourceError as error:
        raise SourceError(
            f"{error.what} (REST v2 before: {first.what})",
            file=error.file,
            place=error.place,
            expected=error.expected,
            todo=error.todo,
        ) from error


def _by_route(
    client: Client,
    flow: Flow,
    route: Route,
    wish: Wish,
    directory: Path,
    check: Callable[[Sequence[Path]], None],
) -> list[Path]:
    files: list[Path] = []
    waiting: list[tuple[Part, Span]] = [(part, None) for part in flow.parts]
    while waiting:
        part, span = waiting.pop(0)
        ask = _data_ask(flow, part, route, span)
        path = directory / str(ask.saved_as)
        try:
            client.download(ask, path, max_bytes=MOST_BYTES)
        except SourceError:
            halves = _halves(span, wish)
            if not halves or client.exchanges[-1].status != 413:
                raise
            waiting[:0] = [(part, half) for half in halves]
            continue
        check([path])
        files.append(path)
    return files


def _halves(span: Span, wish: Wish) -> list[tuple[int, int]]:
    first, last = span or (wish.first_year, min(wish.last_year, datetime.now(UTC).year))
    if first >= last:
        return []
    middle = (first + last) // 2
    return [(first, middle), (middle + 1, last)]


def _check(files: Sequence[Path], flow: Flow, read: Reader) -> None:
    """Prove that a file can be read and is of the version asked for, in every row."""
    found = read(files)["observation"]["dataflow"][0]
    if found != flow.reference:
        raise SourceError(
            f"The OECD answered with {found}.",
            file=files[0],
            expected=flow.reference,
            todo="do not use the file: another version is another, perhaps frozen, edition",
        )


def _check_whole(
    frame: pl.DataFrame, flow: Flow, constraint: Constraint | None, files: Sequence[Path]
) -> None:
    """Hold the observations against what the content constraint tells of them.

    Where it does not tell the release, today stands for it: an old edition is old all the same.
    """
    served = constraint.valid_from if constraint else None
    last = str(frame["time_period"].max())
    needed = (int(served[:4]) if served else datetime.now(UTC).year) - LATEST_WITHIN_YEARS
    if int(last[:4]) < needed:
        raise SourceError(
            f"The last period is {last}, but the data were last changed on {served}."
            if served
            else f"The last period is {last}, and the OECD does not tell of which release it is.",
            file=files[-1],
            expected=f"observations to {needed} or later",
            todo="do not use the file: it is of an old, frozen edition",
        )
    if constraint is None:
        return
    counted = constraint.observations or 0
    if flow.is_whole and frame.height < LEAST_SHARE * counted:
        raise SourceError(
            f"{frame.height:,} observations came; the content constraint counts {counted:,}.",
            file=files[-1],
            expected="all of them",
            todo="fetch again: the answer was incomplete",
        )


def _constraint_ask(flow: Flow) -> Ask:
    return Ask(
        url=f"{root('oecd')}/contentconstraint/{flow.agency}/CR_A_{_path(flow.id)}/",
        purpose=f"current version and date of {flow.id}",
        headers=STRUCTURE_HEADERS,
    )


def _data_ask(flow: Flow, part: Part, route: Route, span: Span) -> Ask:
    """The request of one part, for all years or for some."""
    stem, _, suffix = part.file.rpartition(".")
    saved_as = part.file if span is None else f"{stem}_{span[0]}-{span[1]}.{suffix}"
    query = ["dimensionAtObservation=AllDimensions"]
    if route == "v2":
        key = ".".join(value or "*" for value in part.key) if any(part.key) else "*"
        address = f"v2/data/dataflow/{flow.agency}/{_path(flow.id)}/{flow.version}/{key}"
        if span is not None:  # c[TIME_PERIOD]=ge:1981+le:2003
            query.append(f"c%5BTIME_PERIOD%5D=ge:{span[0]}%2Ble:{span[1]}")
    else:
        key = ".".join(part.key) if any(part.key) else ""
        address = f"data/{flow.agency},{_path(flow.id)},{flow.version}/{key}"
        query.append("format=csvfile")
        if span is not None:
            query += [f"startPeriod={span[0]}", f"endPeriod={span[1]}"]
    years = "" if span is None else f", {span[0]} to {span[1]}"
    return Ask(
        url=f"{root('oecd')}/{address}?{'&'.join(query)}",
        purpose=f"{part.purpose}{years} (REST {route}; limit 60 downloads an hour)",
        headers=DATA_HEADERS,
        saved_as=saved_as,
    )


def _path(flow: str) -> str:
    return quote(flow, safe="@")


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"[0-9]+", version))
