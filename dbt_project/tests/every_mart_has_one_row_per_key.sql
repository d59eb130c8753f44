-- One returned row: a key that stands twice in a mart. A file that has the same statistic twice
-- with two values, or two codes that lead to one area, show up here.
with

observation_key as (
    select
        'indicator_observation' as mart,
        concat_ws(', ', indicator_id, area_code, breakdown, period) as row_id,
        count(*) as copies,
        min(value) as lowest,
        max(value) as highest,
        min(source_file) as source_file,
        min(source_row) as source_row
    from {{ ref('indicator_observation') }}
    group by edition, indicator_id, area_code, breakdown, period
),

book_cell_key as (
    select
        'book_cell' as mart,
        concat_ws(', ', table_id, row_key, period, measure) as row_id,
        count(*) as copies,
        min(value) as lowest,
        max(value) as highest,
        cast(null as varchar) as source_file,
        cast(null as bigint) as source_row
    from {{ ref('book_cell') }}
    group by edition, table_id, row_key, period, measure
),

printed_cell_key as (
    select
        'printed_cell' as mart,
        concat_ws(', ', table_id, row_key, period, measure) as row_id,
        count(*) as copies,
        min(value) as lowest,
        max(value) as highest,
        cast(null as varchar) as source_file,
        cast(null as bigint) as source_row
    from {{ ref('printed_cell') }}
    group by edition, table_id, row_key, period, measure
),

every_key as (
    select * from observation_key
    union all
    select * from book_cell_key
    union all
    select * from printed_cell_key
),

final as (
    select
        concat(
            mart, ' has ', copies, ' rows for (', row_id, '), with values from ', lowest, ' to ',
            highest, ': keep one of them in the file, or map one of the codes elsewhere.'
        ) as message,
        source_file,
        source_row,
        mart,
        row_id
    from every_key
    where copies > 1
)

select * from final
