"""The download folder of World Population Prospects: a gzip per revision; others are not there."""

from __future__ import annotations

import gzip
import re
from dataclasses import dataclass, field

from tests.standin.server import Asked, Reply, StandIn, publisher

HEADER = (
    "SortOrder,LocID,Notes,ISO3_code,ISO2_code,SDMX_code,LocTypeID,LocTypeName,ParentID,Location,"
    "VarID,Variant,Time,TPopulation1Jan,TPopulation1July,PopDensity"
)
LOCATIONS = {
    (900, "", 1): "World",
    (158, "TWN", 4): '"China, Taiwan Province of China"',
    (384, "CIV", 4): "Côte d'Ivoire",
    (516, "NAM", 4): "Namibia",
}


@dataclass
class Service:
    """What the folder holds today; a test changes it."""

    revisions: list[int] = field(default_factory=lambda: [2024])
    locations: dict[tuple[int, str, int], str] = field(default_factory=lambda: dict(LOCATIONS))
    variant: str = "Medium"
    last_year: int = 2100
    body: bytes | None = None


def service(standin: StandIn) -> Service:
    """The folder of this stand-in, made at first use."""
    return standin.state.setdefault("un_wpp", Service())


@publisher("un_wpp")
def answer(asked: Asked, standin: StandIn) -> Reply:
    """One file of the folder."""
    state = service(standin)
    folder = "/assets/Excel Files/1_Indicator (Standard)/CSV_FILES/"
    name = re.fullmatch(
        re.escape(folder) + r"WPP(\d{4})_Demographic_Indicators_Medium\.csv\.gz", asked.path
    )
    if name is None or int(name[1]) not in state.revisions:
        return Reply(404, {"Content-Type": "text/html"}, b"<html>404</html>", ranges=False)
    body = write(state) if state.body is None else state.body
    return Reply(headers={"Content-Type": "application/x-gzip"}, body=body)


def write(state: Service) -> bytes:
    """The compressed CSV, with a byte order mark as the publisher writes it."""
    lines = [HEADER]
    for (number, code, kind), location in state.locations.items():
        for year in range(1950, state.last_year + 1):
            persons = f"{number * 10 + (year - 1950) / 8:.3f},{number * 10 + (year - 1949) / 8:.3f}"
            # Namibia's code NA must stay a code, not become a missing value.
            short = "NA" if code == "NAM" else code[:2]
            start = f"1,{number},,{code},{short},{number},{kind},Country/Area,900,{location}"
            lines.append(f"{start},2,{state.variant},{year},{persons},1.5")
    return gzip.compress(("\n".join(lines) + "\n").encode("utf-8-sig"), mtime=0)
