-- Receipts and payments for the use of intellectual property side by side, one row per year, USD
-- 100m: the bank's yearly value, or else the sum of four quarters.
with

charges as (
    select
        indicator_id,
        regexp_extract(period, '^[0-9]{4}') as year,
        period,
        value / 100 as value_usd_100m,
        {{ book_status('value', 'estimate_id', 'status') }} as status
    from {{ ref('int_intellectual_property_charges') }}
    where regexp_matches(period, '^[0-9]{4}(-Q[1-4])?$')
),

yearly as (
    select
        indicator_id,
        year,
        coalesce(
            max(case when period = year then value_usd_100m end),
            case
                when count(case when period <> year then value_usd_100m end) = 4
                    then sum(case when period <> year then value_usd_100m end)
            end
        ) as value_usd_100m,
        coalesce(
            max(case when period = year then status end),
            max(case when period <> year then status end)
        ) as status
    from charges
    group by indicator_id, year
),

final as (
    select
        year as period,
        {{ side_by_side('value_usd_100m', 'ip_charges_receipts') }} as receipts_usd_100m,
        {{ side_by_side('status', 'ip_charges_receipts') }} as receipts_status,
        {{ side_by_side('value_usd_100m', 'ip_charges_payments') }} as payments_usd_100m,
        {{ side_by_side('status', 'ip_charges_payments') }} as payments_status
    from yearly
    where value_usd_100m is not null
    group by year
)

select * from final
