-- The columns that each table promises: measure by period, with the printed header.
with

measure_period as (
    select * from {{ source('edition', 'measure_period') }}
),

final as (
    select
        edition,
        table_id,
        measure,
        coalesce(period, '') as period,
        position,
        header_zh,
        header_en
    from measure_period
)

select * from final
