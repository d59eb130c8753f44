"""Which files feed a table of the book, and which of its numbers rest on estimates.

Read from what every cell is made from (cell_input, observation_input), not from declarations. Not
here: one cell's own history (publication.explanation).
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb


@dataclass(frozen=True, slots=True)
class TableSource:
    """A file that numbers of a table come from; sha256 and size are of the file as landed."""

    table_id: str
    source_id: str
    title_zh: str
    title_en: str
    publisher_zh: str
    publisher_en: str
    vintage: str
    file: str
    sha256: str
    basis: str
    obtained_how: str
    obtained_at: str
    url: str
    licence: str
    citation: str
    note: str


@dataclass(frozen=True, slots=True)
class TableEstimate:
    """An estimate of the editor that numbers of a table rest on; `value` is in `unit`."""

    table_id: str
    estimate_id: str
    indicator_zh: str
    indicator_en: str
    area_zh: str
    area_en: str
    period: str
    value: float | None
    unit_zh: str
    unit_en: str
    rule: str
    reason_zh: str
    reason_en: str
    decided_by: str
    decided_on: str


_USED = """
    with recursive

    used as (
        select distinct table_id, indicator_id, area_code, breakdown, input_period as period
        from cell_input
        union
        select
            used.table_id,
            made.input_indicator_id,
            made.input_area_code,
            made.input_breakdown,
            made.input_period
        from used
        inner join observation_input as made
            on
                used.indicator_id = made.indicator_id
                and used.area_code = made.area_code
                and used.breakdown = made.breakdown
                and used.period = made.period
    ),

    observation as (
        select
            used.table_id,
            seen.indicator_id,
            seen.area_code,
            seen.period,
            seen.value,
            seen.estimate_id,
            seen.source_id,
            seen.vintage,
            seen.source_file
        from used
        inner join indicator_observation as seen
            on
                used.indicator_id = seen.indicator_id
                and used.area_code = seen.area_code
                and used.breakdown = seen.breakdown
                and used.period = seen.period
    )
"""

_SOURCES = f"""{_USED},

    landed as (
        select distinct table_id, source_id, vintage, source_file
        from observation
        -- the file of an estimate is the edition's own
        where
            source_file is not null
            and estimate_id is null
    )

    select
        landed.table_id,
        landed.source_id,
        coalesce(source.title_zh, ''),
        coalesce(source.title_en, ''),
        coalesce(source.publisher_zh, ''),
        coalesce(source.publisher_en, ''),
        coalesce(landed.vintage, ''),
        coalesce(snapshot.file, landed.source_file) as file,
        coalesce(snapshot.sha256, ''),
        coalesce(snapshot.basis, ''),
        coalesce(snapshot.obtained_how, ''),
        coalesce(snapshot.obtained_at, ''),
        coalesce(snapshot.url, ''),
        coalesce(snapshot.licence, source.licence, ''),
        coalesce(snapshot.citation, source.citation, ''),
        coalesce(snapshot.note, '')
    from landed
    left join dim_source as source on landed.source_id = source.source_id
    -- a count over the records of several files names them all, as in publication.explanation
    left join source_snapshot as snapshot
        on
            landed.source_id = snapshot.source_id
            and landed.vintage = snapshot.vintage
            and (
                landed.source_file = snapshot.file
                or list_contains(string_split(landed.source_file, ', '), snapshot.file)
            )
    left join book_table on landed.table_id = book_table.table_id
    order by book_table.position, landed.source_id, landed.vintage, file
"""

_ESTIMATES = f"""{_USED},

    estimated as (
        select distinct table_id, estimate_id, indicator_id, area_code, period, value
        from observation
        where estimate_id is not null
    )

    select
        estimated.table_id,
        estimated.estimate_id,
        coalesce(indicator.name_zh, estimated.indicator_id),
        coalesce(indicator.name_en, estimated.indicator_id),
        coalesce(area.name_zh, estimated.area_code),
        coalesce(area.name_en, estimated.area_code),
        estimated.period,
        estimated.value,
        coalesce(indicator.unit_zh, ''),
        coalesce(indicator.unit_en, ''),
        coalesce(estimate.rule, ''),
        coalesce(estimate.reason_zh, ''),
        coalesce(estimate.reason_en, ''),
        coalesce(estimate.decided_by, ''),
        coalesce(estimate.decided_on, '')
    from estimated
    left join estimate on estimated.estimate_id = estimate.estimate_id
    left join dim_indicator as indicator on estimated.indicator_id = indicator.indicator_id
    left join dim_area as area on estimated.area_code = area.area_code
    left join book_table on estimated.table_id = book_table.table_id
    order by book_table.position, estimated.estimate_id
"""


def table_sources(connection: duckdb.DuckDBPyConnection) -> list[TableSource]:
    """The files behind each table, in the order of the book.

    Args:
        connection: an open `whitepaper.duckdb`.
    """
    return [TableSource(*row) for row in connection.execute(_SOURCES).fetchall()]


def table_estimates(connection: duckdb.DuckDBPyConnection) -> list[TableEstimate]:
    """The estimates behind each table, in the order of the book.

    Args:
        connection: an open `whitepaper.duckdb`.
    """
    return [TableEstimate(*row) for row in connection.execute(_ESTIMATES).fetchall()]
