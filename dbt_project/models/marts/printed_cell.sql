-- The cells as they stand in the printed book, text cells included; where the edition declares a
-- correction of print, as they will stand, with what is in the book beside it.
with

printed_cell as (
    select * from {{ source('edition', 'printed_cell') }}
),

final as (
    select
        edition,
        table_id,
        row_no,
        row_key,
        coalesce(period, '') as period,
        measure,
        unit,
        printed,
        value,
        coalesce(flag, '') as flag,
        correction_id,
        printed_in_book
    from printed_cell
)

select * from final
