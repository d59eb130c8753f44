-- One returned row: a numeric cell of the printed book that we do not compute. Cells of text (no
-- number, not marked N/A) are not expected.
with

printed_cell as (
    select * from {{ ref('printed_cell') }}
    where
        value is not null
        or flag = 'na'
),

book_cell as (
    select * from {{ ref('book_cell') }}
),

-- a table without one computed value is another test's:
-- every_promised_cell_has_a_value_or_a_declared_gap
filled_table as (
    select distinct
        edition,
        table_id
    from book_cell
    where value is not null
),

final as (
    select
        concat(
            'The book prints "', printed_cell.printed, '" in ', printed_cell.table_id, ', row ',
            printed_cell.row_key, ', ', printed_cell.measure, ' ', printed_cell.period,
            ', and no such cell is computed: the model lacks the row or the column, or the ',
            'source lost it.'
        ) as message,
        cast(null as varchar) as source_file,
        cast(null as bigint) as source_row,
        printed_cell.table_id,
        printed_cell.row_key,
        printed_cell.period,
        printed_cell.measure,
        printed_cell.printed
    from printed_cell
    -- a table is filled or not, and one computed cell per printed cell: many to one, one to one
    inner join filled_table
        on
            printed_cell.edition = filled_table.edition
            and printed_cell.table_id = filled_table.table_id
    left join book_cell
        on
            printed_cell.edition = book_cell.edition
            and printed_cell.table_id = book_cell.table_id
            and printed_cell.row_key = book_cell.row_key
            and printed_cell.period = book_cell.period
            and printed_cell.measure = book_cell.measure
    where book_cell.table_id is null
)

select * from final
