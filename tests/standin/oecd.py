"""The OECD's SDMX service: REST v1 and v2, content constraints, and its bad habits.

Habits that are always there: an older version is answered with its frozen edition, labels follow
Accept-Language (French without one), no records is 404, an answer of more rows than
``standin.state["oecd"].largest`` is 413, more data downloads than `downloads` are 429.
Values are made up from the key and the year.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from tests.standin.server import Asked, Reply, StandIn, publisher

CSV, XML, TEXT = "application/vnd.sdmx.data+csv; version=1.0.0", "application/xml", "text/plain"


@dataclass(frozen=True)
class Flow:
    """A dataflow: its dimensions without time, its series (key -> unit_mult) and attributes."""

    agency: str
    id: str
    dimensions: tuple[str, ...]
    series: dict[str, str]
    attributes: tuple[str, ...]
    version: str = "1.3"
    older: tuple[str, ...] = ("1.0",)


MSTI = Flow(
    agency="OECD.STI.STP",
    id="DSD_MSTI@DF_MSTI",
    dimensions=(*("REF_AREA", "FREQ", "MEASURE", "UNIT_MEASURE", "PRICE_BASE", "TRANSFORMATION"),),
    series={
        f"{area}.A.{rest}": scale
        for area in ("TWN", "KOR", "OECD")
        for rest, scale in (
            ("G.USD_PPP.Q._Z", "6"),
            ("G.USD_PPP.Q.GY", "0"),
            ("T_RS.FTE._Z._Z", "0"),
        )
    },
    attributes=(
        *("OBS_STATUS", "OBS_STATUS_2", "OBS_STATUS_3", "AUX_OBS_STATUS", "CONF_STATUS"),
        *("UNIT_MULT", "BASE_PER", "DECIMALS"),
    ),
)
TABLE6 = Flow(
    agency="OECD.SDD.NAD",
    id="DSD_NAMAIN10@DF_TABLE6",
    dimensions=(
        *("FREQ", "REF_AREA", "SECTOR", "COUNTERPART_SECTOR", "TRANSACTION", "INSTR_ASSET"),
        *("ACTIVITY", "EXPENDITURE", "UNIT_MEASURE", "PRICE_BASE", "TRANSFORMATION"),
        "TABLE_IDENTIFIER",
    ),
    series={
        f"A.{area}.S1.S1.{transaction}._Z.{activity}._Z.XDC.{price}.N.T0301": "6"
        for area in ("DEU", "JPN")
        for transaction in ("B1G", "P1")
        for activity in ("C", "F")
        for price in ("V", "L")
    },
    attributes=("OBS_STATUS", "UNIT_MULT", "BASE_PER"),
    version="1.1",
)
FLOWS = {flow.id: flow for flow in (MSTI, TABLE6)}
FRENCH = {"TWN": "Taipei chinois", "KOR": "Corée", "A": "Annuelle", "6": "Millions"}
ENGLISH = {"TWN": "Chinese Taipei", "KOR": "Korea", "A": "Annual", "6": "Millions"}


@dataclass
class Service:
    """What the service does today; a test changes it."""

    routes: tuple[str, ...] = ("v2", "v1")
    valid_from: str | None = "2026-09-15T09:31:02.13Z"
    constraint: bool = True
    current: dict[str, str] = field(default_factory=dict)
    answers_with: str | None = None
    counts: int | None = None
    last_year: int = 2024
    largest: int = 100_000
    downloads: int = 60
    layout: str = "codes"
    moved_columns: bool = False
    always_french: bool = False
    served: int = 0


def service(standin: StandIn) -> Service:
    """The service of this stand-in, made at first use."""
    return standin.state.setdefault("oecd", Service())


@publisher("oecd")
def answer(asked: Asked, standin: StandIn) -> Reply:
    """Structure or data."""
    state = service(standin)
    if found := re.fullmatch(r"/contentconstraint/([^/]+)/CR_A_([^/]+)/", asked.path):
        return _constraint(found[1], found[2], state)
    v2 = re.fullmatch(r"/v2/data/dataflow/([^/]+)/([^/]+)/([^/]+)/([^/]*)", asked.path)
    v1 = re.fullmatch(r"(?:/v1)?/data/([^,]+),([^,]+),([^/]*)/([^/]*)", asked.path)
    found, route = (v2, "v2") if v2 else (v1, "v1")
    if found is None or route not in state.routes:
        return _refused(404, "There is no such resource.")
    state.served += 1
    if state.served > state.downloads:
        return replace(_refused(429, "Too many requests"), headers={"Retry-After": "1800"})
    flow = FLOWS.get(found[2])
    if flow is None or flow.agency != found[1]:
        return _refused(404, "Could not find Dataflow")
    return _data(asked, state, flow, found[3], found[4], route)


def _data(asked: Asked, state: Service, flow: Flow, version: str, key: str, route: str) -> Reply:
    version = version or state.current.get(flow.id, flow.version)
    if version not in (flow.version, *flow.older):
        return _refused(404, "Could not find Dataflow")
    version = state.answers_with or version
    rows = [
        (series, year)
        for series in flow.series
        if _matches(series, key, route)
        for year in _years(asked, state if version == flow.version else Service(last_year=2021))
    ]
    if not rows:
        return _refused(404, "NoRecordsFound")
    if len(rows) > state.largest:
        return _refused(413, "Request Entity Too Large")
    if "csv" not in asked.headers.get("accept", "") + asked.first("format"):
        return Reply(headers={"Content-Type": XML}, body=b"<GenericData/>")
    is_english = asked.headers.get("accept-language", "").startswith("en")
    is_english &= not state.always_french
    text = write(flow, rows, version, state, ENGLISH if is_english else FRENCH)
    return Reply(headers={"Content-Type": CSV}, body=text.encode())


def value(series: str, year: int, version: str) -> str:
    """An observation; another edition has other values."""
    number = sum(map(ord, series)) * 10 + year / 7 + (0.5 if version == "1.0" else 0)
    return f"{number:.6f}"


def write(
    flow: Flow, rows: list[tuple[str, int]], version: str, state: Service, words: dict[str, str]
) -> str:
    """The rows in a layout: codes, labels (in columns of their own), both (behind the ids)."""
    heads = [*flow.dimensions, "TIME_PERIOD", "OBS_VALUE", *flow.attributes]
    if state.moved_columns:
        heads = heads[::-1]
    reference = f"{flow.agency}:{flow.id}({version})"
    lines = []
    if state.layout == "codes":
        lines.append(["DATAFLOW", *heads])
    elif state.layout == "labels":
        start = ["STRUCTURE", "STRUCTURE_ID", "STRUCTURE_NAME", "ACTION"]
        lines.append([*start, *(cell for head in heads for cell in (head, head.capitalize()))])
    else:
        lines.append(["STRUCTURE", "STRUCTURE_ID", "ACTION", *(f"{h}: {h.lower()}" for h in heads)])
    for series, year in rows:
        cells = dict(zip(flow.dimensions, series.split("."), strict=True))
        cells |= {"TIME_PERIOD": str(year), "OBS_VALUE": value(series, year, version)}
        cells |= {"UNIT_MULT": flow.series[series], "BASE_PER": "2020" if ".Q." in series else ""}
        codes = [cells.get(head, "") for head in heads]
        if state.layout == "codes":
            lines.append([reference, *codes])
        elif state.layout == "labels":
            name = "Principaux indicateurs" if words is FRENCH else "Main indicators"
            labelled = [cell for code in codes for cell in (code, words.get(code, ""))]
            lines.append(["DATAFLOW", reference, name, "I", *labelled])
        else:
            labelled = [f"{code}: {words[code]}" if code in words else code for code in codes]
            lines.append(["DATAFLOW", f"{reference}: Indicators", "I", *labelled])
    return "".join(",".join(line) + "\r\n" for line in lines)


def _constraint(agency: str, flow: str, state: Service) -> Reply:
    if not state.constraint or flow not in FLOWS:
        return _refused(404, "No results found")
    known = FLOWS[flow]
    versions = [*known.older, state.current.get(flow, known.version)]
    count = state.counts or len(known.series) * (state.last_year - 1980)
    body = "".join(
        f'<s:ContentConstraint id="CR_A_{flow}" agencyID="{agency}" version="{version}"'
        f' type="Actual"{_valid_from(state, is_old=version in known.older)}>'
        "<c:Annotations><c:Annotation><c:AnnotationTitle>A</c:AnnotationTitle>"
        "<c:AnnotationType>ReleaseVersion</c:AnnotationType></c:Annotation>"
        f'<c:Annotation id="obs_count"><c:AnnotationTitle>{count}</c:AnnotationTitle>'
        "<c:AnnotationType>sdmx_metrics</c:AnnotationType></c:Annotation></c:Annotations>"
        f'<c:Name xml:lang="en">Availability (A) for {flow}</c:Name>'
        f'<s:ConstraintAttachment><s:Dataflow><Ref id="{flow}" version="{version}"'
        f' agencyID="{agency}" package="datastructure" class="Dataflow" /></s:Dataflow>'
        '</s:ConstraintAttachment><s:CubeRegion include="true"><c:KeyValue id="REF_AREA">'
        "<c:Value>TWN</c:Value></c:KeyValue></s:CubeRegion></s:ContentConstraint>"
        for version in versions
    )
    text = (
        '<?xml version="1.0" encoding="utf-8"?><m:Structure xmlns:m="m" xmlns:s="s" xmlns:c="c">'
        f"<m:Structures><s:Constraints>{body}</s:Constraints></m:Structures></m:Structure>"
    )
    return Reply(headers={"Content-Type": XML}, body=text.encode())


def _valid_from(state: Service, *, is_old: bool) -> str:
    if state.valid_from is None:
        return ""
    return f' validFrom="{"2022-03-01T00:00:00Z" if is_old else state.valid_from}"'


def _matches(series: str, key: str, route: str) -> bool:
    """Whether a key asks for a series; what stands for "all" differs between the routes."""
    everything, alternative = ("*", ",") if route == "v2" else ("", "+")
    return key == everything or all(
        wanted == everything or code in wanted.split(alternative)
        for code, wanted in zip(series.split("."), key.split("."), strict=True)
    )


def _years(asked: Asked, state: Service) -> range:
    first, last = int(asked.first("startPeriod", "0")), int(asked.first("endPeriod", "9999"))
    if span := re.fullmatch(r"ge:(\d+)\+le:(\d+)", asked.first("c[TIME_PERIOD]")):
        first, last = int(span[1]), int(span[2])
    return range(max(first, 1981), min(last, state.last_year) + 1)


def _refused(status: int, text: str) -> Reply:
    return Reply(status, {"Content-Type": TEXT}, text.encode(), ranges=False)
