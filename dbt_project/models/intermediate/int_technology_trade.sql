-- Technology receipts and payments by industry. A census year without a survey has no rows. An
-- industry without a key keeps the publisher's label as its breakdown.
with

technology_trade as (
    select
        'TWN' as area_code,
        coalesce(industry_key, industry_label_zh) as breakdown,
        cast(reference_year as varchar) as period,
        receipts_ntd_thousand,
        payments_ntd_thousand,
        vintage,
        source_file,
        source_row
    from {{ ref('stg_moea_factory_survey__technology_trade_by_industry') }}
),

flow as (
    select
        'technology_receipts' as indicator_id,
        area_code,
        breakdown,
        period,
        receipts_ntd_thousand as value,
        vintage,
        source_file,
        source_row
    from technology_trade
    where receipts_ntd_thousand is not null

    union all

    select
        'technology_payments' as indicator_id,
        area_code,
        breakdown,
        period,
        payments_ntd_thousand as value,
        vintage,
        source_file,
        source_row
    from technology_trade
    where payments_ntd_thousand is not null
),

final as (
    {{ publisher_observations('flow', 'moea_factory_survey') }}
)

select * from final
