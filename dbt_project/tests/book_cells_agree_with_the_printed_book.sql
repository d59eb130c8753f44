{{ config(severity='warn') }}
-- One returned row: a cell whose computed value, rounded as printed, is not the printed one, or
-- whose preliminary mark differs. A warning: either the book errs or the vintage is another; why is
-- said in the reconciliation.
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

compared as (
    select
        printed_cell.table_id,
        printed_cell.row_no,
        printed_cell.row_key,
        printed_cell.period,
        printed_cell.measure,
        printed_cell.printed,
        book_cell.printed_as,
        printed_cell.value as printed_value,
        cast({{ round_half_away('book_cell.value',
        'book_cell.decimals') }} as double) as book_value,
        printed_cell.flag = 'p' as is_printed_preliminary,
        coalesce(book_cell.printed_as like '%*', false) as is_computed_preliminary
    from printed_cell
    -- one computed cell per printed cell: one to one
    inner join book_cell
        on
            printed_cell.edition = book_cell.edition
            and printed_cell.table_id = book_cell.table_id
            and printed_cell.row_key = book_cell.row_key
            and printed_cell.period = book_cell.period
            and printed_cell.measure = book_cell.measure
),

final as (
    select
        concat(
            table_id, ', row ', row_key, ', ', measure, ' ', period, ': the book prints "', printed,
            '", we compute "', printed_as, '".'
        ) as message,
        cast(null as varchar) as source_file,
        cast(null as bigint) as source_row,
        table_id,
        row_key,
        period,
        measure,
        printed,
        printed_as
    from compared
    where
        abs(printed_value - book_value) > 1e-9
        or (printed_value is null) <> (book_value is null)
        or is_printed_preliminary <> is_computed_preliminary
    order by
        table_id,
        row_no,
        measure,
        period
)

select * from final
