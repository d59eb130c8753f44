-- What other landed vintages of a pinned source would have the book say: one row per cell that the
-- source feeds and vintage. The changes are of that vintage against the pinned one.
with

vintage_cell as (
    select * from {{ source('edition', 'vintage_cell') }}
),

vintage as (
    select * from {{ source('edition', 'vintage') }}
),

book_cell as (
    select * from {{ ref('book_cell') }}
),

-- a vintage changes nothing in cells that its source does not feed
fed_cell as (
    select distinct
        input.table_id,
        input.row_key,
        input.period,
        input.measure,
        indicator.source_id
    from {{ ref('cell_input') }} as input
    -- an indicator has one source: many to one
    inner join {{ ref('dim_indicator') }} as indicator
        on input.indicator_id = indicator.indicator_id
),

final as (
    select
        vintage_cell.edition,
        vintage_cell.table_id,
        vintage_cell.row_key,
        vintage_cell.period,
        vintage_cell.measure,
        vintage_cell.source_id,
        vintage_cell.vintage,
        vintage.obtained_at,
        vintage_cell.value,
        vintage_cell.printed_as,
        vintage_cell.status,
        book_cell.value as pinned_value,
        book_cell.printed_as as pinned_printed_as,
        vintage_cell.value - book_cell.value as change,
        100 * (vintage_cell.value / nullif(book_cell.value, 0) - 1) as change_pct
    from vintage_cell
    -- one row per cell and source, one vintage, one cell of the book: all many to one
    inner join fed_cell
        on
            vintage_cell.table_id = fed_cell.table_id
            and vintage_cell.row_key = fed_cell.row_key
            and vintage_cell.period = fed_cell.period
            and vintage_cell.measure = fed_cell.measure
            and vintage_cell.source_id = fed_cell.source_id
    inner join book_cell
        on
            vintage_cell.table_id = book_cell.table_id
            and vintage_cell.row_key = book_cell.row_key
            and vintage_cell.period = book_cell.period
            and vintage_cell.measure = book_cell.measure
    left join vintage
        on
            vintage_cell.source_id = vintage.source_id
            and vintage_cell.vintage = vintage.vintage
)

select * from final
