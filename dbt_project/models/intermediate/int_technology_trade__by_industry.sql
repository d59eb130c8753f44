-- Technology receipts and payments side by side, one row per industry and survey year, NTD 100m.
with

technology_trade as (
    select
        indicator_id,
        breakdown,
        period,
        value / 100000 as value_ntd_100m,
        {{ observation_key() }} as observation_key,
        {{ book_status('value', 'estimate_id', 'status') }} as status
    from {{ ref('int_technology_trade') }}
),

final as (
    select
        breakdown as industry_key,
        period,
        {{ side_by_side('value_ntd_100m', 'technology_receipts') }} as receipts_ntd_100m,
        {{ side_by_side('status', 'technology_receipts') }} as receipts_status,
        {{ side_by_side('observation_key', 'technology_receipts') }} as receipts_key,
        {{ side_by_side('value_ntd_100m', 'technology_payments') }} as payments_ntd_100m,
        {{ side_by_side('status', 'technology_payments') }} as payments_status,
        {{ side_by_side('observation_key', 'technology_payments') }} as payments_key
    from technology_trade
    group by breakdown, period
)

select * from final
