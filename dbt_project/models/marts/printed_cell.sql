-- The cells as they stand in the printed book, text cells included.
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
        coalesce(flag, '') as flag
    from printed_cell
)

select * from final
