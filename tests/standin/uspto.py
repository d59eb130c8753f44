"""The USPTO's Open Data Portal: product metadata, and zips behind signed links of five seconds.

Habits: 401 without a key, 403 for a route that is not known, 404 as JSON for an unknown product;
the metadata list files that nobody asked for, in any order.
"""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import dataclass, field

from sources.uspto_tables import KINDS, NEEDED_FILES
from tests.standin.server import Asked, Reply, StandIn, publisher

KEY = "stand-in-uspto-key"
LINK_SECONDS = 5.0


VALUES = {
    "patent_id": "1000{:04d}",
    "citation_patent_id": "900{:04d}",
    "patent_type": "utility",
    "patent_date": "2020-01-07",
    "withdrawn": "0",
    "inventor_sequence": "{}",
    "ipc_sequence": "{}",
    "location_id": "place {}",
    "disambig_country": "TW",
    "section": "H",
    "ipc_class": "01",
    "subclass": "L",
    "main_group": "2{}",
    "wipo_field_sequence": "{}",
    "wipo_field_id": "8",
}
"""What stands in a column, by the number of the record; elsewhere its name and the number."""


def zipped(table: str, records: int = 3, member: str | None = None) -> bytes:
    """A zip with a small table: every text quoted, a tab, a quote and a line feed inside quotes."""
    columns = [*KINDS[table].needed, "an_extra_column"]
    rows = ["\t".join(f'"{name}"' for name in columns)]
    rows += [
        "\t".join(f'"{VALUES.get(name, name[:6] + " {}").format(n)}"' for name in columns[:-1])
        + '\t"a ""tab""\t\nhere"'
        for n in range(records)
    ]
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        info = zipfile.ZipInfo(member or f"{table}.tsv", (2026, 8, 14, 0, 0, 0))
        info.compress_type = zipfile.ZIP_DEFLATED
        archive.writestr(info, "\n".join(rows) + "\n")
    return content.getvalue()


def release(records: int = 3) -> dict[str, bytes]:
    """The zips that counting needs, by name."""
    return {f"{table}.tsv.zip": zipped(table, records) for table in NEEDED_FILES}


@dataclass
class Portal:
    """The product as it is now."""

    last_modified: str = "2026-08-14 10:11:12"
    files: dict[str, bytes] = field(
        default_factory=lambda: {f"{table}.tsv.zip": zipped(table) for table in KINDS}
    )
    wrong_sizes: dict[str, int] = field(default_factory=dict)
    redirects: bool = True

    def metadata(self, base: str) -> dict[str, object]:
        """The envelope, with files that lead the list for no reason."""
        files = f"{base}/datasets/products/files/PVGPATDIS"
        names = ["g_persistent_inventor.tsv.zip", *sorted(self.files)]
        return {
            "count": 1,
            "bulkDataProductBag": [
                {
                    "productIdentifier": "PVGPATDIS",
                    "productFrequencyText": "QUARTERLY",
                    "lastModifiedDateTime": self.last_modified,
                    "productFileTotalQuantity": len(names),
                    "productFileBag": {
                        "count": len(names),
                        "fileDataBag": [
                            {
                                "fileName": name,
                                "fileSize": self.wrong_sizes.get(
                                    name, len(self.files.get(name, b"12345"))
                                ),
                                "fileDataFromDate": "1976-01-01",
                                "fileTypeText": "Data",
                                "fileDownloadURI": f"{files}/{name}",
                            }
                            for name in names
                        ],
                    },
                }
            ],
        }


@publisher("uspto")
def answer(asked: Asked, standin: StandIn) -> Reply:
    """Answer with metadata, or lead to a signed link."""
    portal: Portal = standin.state.setdefault("uspto", Portal())
    headers = {"Content-Type": "application/json"}
    if asked.headers.get("x-api-key") != KEY:
        return Reply(401, headers, b'{"message":"Unauthorized"}')
    if asked.path == "/datasets/products/pvgpatdis":
        assert not asked.query, "dates filter this product oddly"
        body = json.dumps(portal.metadata(standin.root("uspto"))).encode()
        return Reply(200, headers, body, ranges=False)
    if asked.path.startswith("/datasets/products/files/PVGPATDIS/"):
        name = asked.path.rpartition("/")[2]
        if name not in portal.files:
            return Reply(404, headers, b'{"code":404,"message":"Not Found"}')
        zip_headers = {"Content-Type": "application/zip"}
        reply = Reply(200, zip_headers, portal.files[name])
        if not portal.redirects:
            return reply
        return Reply(302, {"Location": standin.link(reply, LINK_SECONDS)})
    return Reply(403, headers, b'{"message":"Missing Authentication Token"}')
