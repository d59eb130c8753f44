-- Figure 1-2-8: receipts and payments for the use of intellectual property and the ratio of the two.
with

charges as (
    select * from {{ ref('int_intellectual_property_charges__yearly') }}
),

measured as (
    select
        'TWN' as series_key,
        period as point_key,
        'ip_receipts_usd_100m' as measure,
        receipts_usd_100m as value,
        receipts_status as status
    from charges

    union all

    select
        'TWN' as series_key,
        period as point_key,
        'ip_payments_usd_100m' as measure,
        payments_usd_100m as value,
        payments_status as status
    from charges

    union all

    select
        'TWN' as series_key,
        period as point_key,
        'ip_balance_ratio' as measure,
        receipts_usd_100m / nullif(payments_usd_100m, 0) as value,
        {{ combined_status('receipts_usd_100m', 'receipts_status', 'payments_status') }} as status
    from charges
),

final as (
    {{ figure_values('F1-2-08', 'measured') }}
)

select * from final
