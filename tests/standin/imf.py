"""The IMF's SDMX 3.0 service: flows, versions, attributes, and its bad habits.

Habits that are always there: another agency than IMF.RES is 204 with nothing; a version that is not
complete is 400; the answer has action R and ``STRUCTURE[;]``; attributes come only as asked for, or
as the version of the structure has them; CSV only when it is accepted.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from tests.standin.server import Asked, Reply, StandIn, publisher

POPULATION = {"TWN": 23_400_000, "CHN": 1_408_280_000, "TUV": 10_000, "G001": 8_000_000_000}
FIRST_YEAR, YEARS_AHEAD = 1980, 5


@dataclass
class Edition:
    """One edition of the outlook."""

    published: str
    updated: str
    version: str = "9.0.0"

    @property
    def year(self) -> int:
        """The year of the edition."""
        return int(self.published[:4])


@dataclass
class Service:
    """What the service does today; a test changes it."""

    flows: dict[str, Edition] = field(
        default_factory=lambda: {
            "WEO": Edition("2026-04-14T13:00:00Z", "2026-04-15T13:00:00Z"),
            "WEO_2025_OCT_VINTAGE": Edition(
                "2025-10-14T13:00:00Z", "2025-10-14T13:00:00Z", "1.0.0"
            ),
        }
    )
    attributes: bool = True
    """Whether the parameter of this name is understood; else 400."""
    default_attributes: tuple[str, ...] = ("SCALE", "UNIT", "COUNTRY_UPDATE_DATE")
    dates: bool = True
    divided_by: int = 1
    answers_with: str | None = None
    last_year: int | None = None


def service(standin: StandIn) -> Service:
    """The service of this stand-in, made at first use."""
    return standin.state.setdefault("imf", Service())


@publisher("imf")
def answer(asked: Asked, standin: StandIn) -> Reply:
    """Data in SDMX-CSV 2."""
    state = service(standin)
    found = re.fullmatch(r"/data/dataflow/([^/]+)/([^/]+)/([^/]+)/([^/]+)", asked.path)
    if found is None:
        return _refused(404, '{"statusCode":404,"message":"Resource not found"}')
    agency, flow, version, key = found.groups()
    if agency != "IMF.RES":
        return Reply(204)
    edition = state.flows.get(flow)
    if edition is None:
        return Reply(204)
    if version not in ("+", edition.version):
        return _refused(400, '{"message":"Invalid version"}')
    if "csv" not in asked.headers.get("accept", ""):
        return Reply(headers={"Content-Type": "application/json"}, body=b'{"data":{}}')
    attributes = asked.first("attributes")
    if attributes and not state.attributes:
        return _refused(400, '{"message":"Invalid parameter"}')
    text = _write(state, flow, edition, key, attributes, asked.first("lastNObservations") == "1")
    return Reply(
        headers={"Content-Type": "application/vnd.sdmx.data+csv;version=2.0.0"},
        body=text.encode(),
    )


def _write(
    state: Service, flow: str, edition: Edition, key: str, attributes: str, is_last_only: bool
) -> str:
    areas, indicator, frequency = key.split(".")
    columns = list(state.default_attributes)
    if attributes == "dataset":
        columns = ["PUBLICATION_DATE", "UPDATE_DATE", "FULL_DESCRIPTION"] if state.dates else []
    elif attributes:
        columns = attributes.split(",")
    reference = state.answers_with or f"IMF.RES:{flow}({edition.version})"
    dims = ("COUNTRY", "INDICATOR", "FREQUENCY", "TIME_PERIOD", "OBS_VALUE")
    lines = [",".join(["STRUCTURE[;]", "STRUCTURE_ID", "ACTION", *dims, *columns])]
    last = state.last_year or edition.year + YEARS_AHEAD
    for area in POPULATION if areas == "*" else areas.split("+"):
        for year in range(last if is_last_only else FIRST_YEAR, last + 1):
            facts = {
                "SCALE": "6",
                "UNIT": "PS",
                "COUNTRY_UPDATE_DATE": _american(edition.published) if state.dates else "",
                "LATEST_ACTUAL_ANNUAL_DATA": "FY2024/25" if area == "TUV" else "2024",
                "PUBLICATION_DATE": edition.published,
                "UPDATE_DATE": edition.updated,
                "FULL_DESCRIPTION": '"The outlook, in\ntwo lines."',
            }
            cells = [area, indicator, frequency, str(year), value(area, year, state.divided_by)]
            cells += [facts.get(name, "") for name in columns]
            lines.append(",".join(["dataflow", reference, "R", *cells]))
    return "\n".join(lines) + "\n"


def value(area: str, year: int, divided_by: int = 1) -> str:
    """The population of an area in a year; empty for one year that nobody knows."""
    if (area, year) == ("TUV", 1980):
        return ""
    return str((POPULATION[area] + (year - 2024) * 7) // divided_by)


def _american(published: str) -> str:
    year, month, day = published[:10].split("-")
    return f"{int(month)}/{int(day)}/{year}"


def _refused(status: int, text: str) -> Reply:
    return Reply(status, {"Content-Type": "application/json"}, text.encode(), ranges=False)
