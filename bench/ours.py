"""Our own results from a build's database, in the form of `references.results`.

Here: what is asked of the finished marts. Not here: making them (`orchestration`), comparing.
"""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from bench.measuring import PYTHON, Measured
from bench.references.results import as_text, digest_of

PATENTS = {
    "grants": """
        select area_code, grant_year, grants
        from int_patents__by_area_year where area_code <> 'WLD'
    """,
    "fields": """
        select field_number, area_code, printf('%.6f', grants), rank_among_all_areas
        from int_patents__by_field where area_code <> 'WLD'
    """,
    "cited": """
        select area_code, printf('%.6f', patents), printf('%.6f', share_pct)
        from int_patents__highly_cited where area_code <> 'WLD' and patents > 0
    """,
}
CUSTOMS = {
    "goods6s": """
        select left(period, 4), left(goods_code, 6), sum(value_ntd_thousand)
        from int_customs__goods
        group by all
    """,
    "partners": """
        select year, partner_label_zh, value_ntd_thousand from int_customs__by_partner
    """,
}


PATENT_MARTS = (PYTHON, "-m", "bench.e2e", "patents")
CUSTOMS_MARTS = (PYTHON, "-m", "bench.e2e", "customs")
"""The whole way from landed files to finished marts, without gate and publication."""


def digests_of(made: Measured, questions: Mapping[str, str]) -> dict[str, str]:
    """Return the digest of each result in the database whose path a run printed last."""
    database = made.output.strip().splitlines()[-1]
    with duckdb.connect(database, read_only=True) as connection:
        return {
            name: digest_of(as_text(connection.execute(sql).fetchall()))
            for name, sql in questions.items()
        }
