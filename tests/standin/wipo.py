"""WIPO's site after it moved: the addresses that everybody cites answer 404, unless a test says."""

from __future__ import annotations

import io
from dataclasses import dataclass, field

import openpyxl

from tests.standin.server import Asked, Reply, StandIn, publisher

FOLDER = "/export/sites/www/ipstats/en/statistics/patents/xls/"
HEADER = (
    *("Field_number", "Sector_en", "Sector_fr", "Sector_es", "Field_en", "Field_fr", "Field_es"),
    *("IPC_code", "Updated_on", "Remark"),
)


@dataclass
class Service:
    """The files that are there today; a test puts some."""

    files: dict[str, bytes] = field(default_factory=dict)


def service(standin: StandIn) -> Service:
    """The site of this stand-in, made at first use."""
    return standin.state.setdefault("wipo", Service())


@publisher("wipo")
def answer(asked: Asked, standin: StandIn) -> Reply:
    """A file, or the page that says that it is gone."""
    body = service(standin).files.get(asked.path.removeprefix(FOLDER))
    if body is None:
        return Reply(404, {"Content-Type": "text/html"}, b"<html>Page not found</html>")
    return Reply(headers={"Content-Type": "application/vnd.ms-excel"}, body=body)


def workbook(newest: str = "July 10, 2019") -> bytes:
    """The concordance as a workbook, with its title above the header."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "35 Fields of Technology"
    sheet.append(["IPC and Technology Concordance Table"])
    for row, cells in enumerate(_rules(newest), 7):
        for column, cell in enumerate(cells, 1):
            sheet.cell(row, column, cell)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _rules(newest: str) -> list[tuple[object, ...]]:
    rules: list[tuple[object, ...]] = [HEADER]
    for number in range(1, 36):
        rules.append((number, "Sector", "Secteur", "Sector", f"Field {number}", "x", "y", "H01L%"))
    rules.append((2, "Sector", "S", "S", "Field 2", "x", "y", "H04N   3/%", "January 1, 2013"))
    rules.append((3, "Sector", "S", "S", "Field 3", "x", "y", "H04N   7/%", newest, "Newly added"))
    return rules
