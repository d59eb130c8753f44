-- One returned row: a table whose row numbers do not run from 1 to the number of its lines, or in
-- which a promised row has none.
with

cell as (
    select * from {{ ref('book_cell') }}
),

by_table as (
    select
        edition,
        table_id,
        min(row_no) as first_row,
        max(row_no) as last_row,
        count(distinct row_no) as numbers,
        count(*) - count(row_no) as unnumbered
    from cell
    group by
        edition,
        table_id
),

final as (
    select
        concat(
            table_id, ' has ', numbers, ' row numbers from ', coalesce(cast(first_row as varchar),
            '?'),
            ' to ', coalesce(cast(last_row as varchar), '?'), ' and ', unnumbered,
            ' cells without one: see the row order in its model.'
        ) as message,
        cast(null as varchar) as source_file,
        cast(null as bigint) as source_row,
        table_id
    from by_table
    where
        first_row is distinct from 1
        or last_row is distinct from numbers
        or unnumbered > 0
)

select * from final
