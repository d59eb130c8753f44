-- Technology receipts and payments by partner economy; breakdown = the partner's area code. A
-- partner that is no economy of ours ('other countries') keeps the publisher's label. The total is
-- that of the industries (int_technology_trade).
with

technology_trade as (
    select
        'TWN' as area_code,
        case
            when area_code = 'UNK' then partner_label_zh
            else area_code
        end as breakdown,
        cast(reference_year as varchar) as period,
        receipts_ntd_thousand,
        payments_ntd_thousand,
        vintage,
        source_file,
        source_row
    from {{ ref('stg_moea_factory_survey__technology_trade_by_partner') }}
    where area_code <> 'WLD'
),

flow as (
    select
        'technology_receipts_by_partner' as indicator_id,
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
        'technology_payments_by_partner' as indicator_id,
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
