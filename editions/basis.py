"""By which of two routes a table is computed: from published figures, or from microdata.

Here: reading `basis` of edition.yml, and which sources a route needs. Not here: the routes
(dbt_project, int_exports__cells and the like), how far they lie apart (basis_comparison).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import cast, get_args

from editions.model import Basis
from editions.strict_yaml import Section, suggest

PUBLISHED: Mapping[str, tuple[str, ...]] = {
    "T1-2-09": ("mof_trade_statistics",),
    "T1-2-10": ("mof_trade_statistics",),
    "T1-2-11": ("mof_trade_statistics",),
    "T1-2-13": ("uspto_counts",),
    "T1-2-14": ("uspto_counts",),
}
MICRODATA: Mapping[str, tuple[str, ...]] = {
    "T1-2-09": ("customs_portal", "mof_goods_classification"),
    "T1-2-10": ("customs_portal", "mof_goods_classification"),
    "T1-2-11": ("customs_portal", "mof_goods_classification"),
    "T1-2-13": ("uspto_bulk",),
    "T1-2-14": ("uspto_bulk",),
}
"""The sources that a table needs by each route; the tables that have two routes."""

SCHEME = "exports.technology_level_scheme"
SCHEMES = ("technology_level", "oecd_2011_via_isic")
"""The classifications by which T1-2-09 can be counted: the ministry's, or the public one, which
ships with the models and needs no source."""


def read_basis(
    top: Section, parameters: Mapping[str, str], pins: Collection[str]
) -> dict[str, Basis]:
    """Return the basis of every table that has two routes; 'published' where none is declared.

    Raises:
        EditionError: a table without two routes, another word, or a route whose sources are not
            pinned: a table would be printed without numbers.
    """
    if (scheme := parameters.get(SCHEME, SCHEMES[0])) not in SCHEMES:
        raise top.error(
            f"'{scheme}' is no classification of technology levels",
            key=f"parameters > {SCHEME.replace('.', ' > ')}",
            todo=suggest(scheme, SCHEMES),
        )
    declared: dict[str, Basis] = dict.fromkeys(MICRODATA, "published")
    if not top.has("basis"):
        return declared
    section = top.section("basis")
    for table_id in section.names():
        if table_id not in MICRODATA:
            raise section.error(
                f"'{table_id}' has no second route",
                key=table_id,
                todo=suggest(table_id, sorted(MICRODATA)),
            )
        basis = cast(Basis, section.choice(table_id, get_args(Basis)))
        declared[table_id] = basis
        needed = (MICRODATA if basis == "microdata" else PUBLISHED)[table_id]
        if table_id == "T1-2-09" and basis == "microdata" and parameters.get(SCHEME) == SCHEMES[1]:
            needed = ("customs_portal",)
        what = "published figures" if basis == "published" else basis
        missing = [source_id for source_id in needed if source_id not in pins]
        if missing:
            raise section.error(
                f"{table_id} is to be computed from {what}, but pins.yml has no "
                + " and no ".join(missing),
                key=table_id,
                todo=f"land it (`whitepaper land {missing[0]} FILE --vintage V`) and pin the "
                "vintage, or choose the other basis",
            )
    return declared
