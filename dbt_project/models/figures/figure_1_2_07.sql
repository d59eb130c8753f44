-- Figure 1-2-7: technology exports and imports of all industries and the ratio of the two.
with

survey as (
    select * from {{ ref('int_technology_trade__by_industry') }}
    where industry_key = 'all_industries'
),

measured as (
    select
        'TWN' as series_key,
        period as point_key,
        'tech_export_ntd_100m' as measure,
        receipts_ntd_100m as value,
        receipts_status as status
    from survey

    union all

    select
        'TWN' as series_key,
        period as point_key,
        'tech_import_ntd_100m' as measure,
        payments_ntd_100m as value,
        payments_status as status
    from survey

    union all

    select
        'TWN' as series_key,
        period as point_key,
        'tech_balance_ratio' as measure,
        receipts_ntd_100m / nullif(payments_ntd_100m, 0) as value,
        {{ combined_status('receipts_ntd_100m', 'receipts_status', 'payments_status') }} as status
    from survey
),

final as (
    {{ figure_values('F1-2-07', 'measured') }}
)

select * from final
