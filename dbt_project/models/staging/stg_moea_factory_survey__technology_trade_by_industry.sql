-- One row per industry and survey year of the MOEA factory survey, with the industry decoded.
with

source as (
    select * from {{ source('moea_factory_survey', 'technology_trade_by_industry') }}
),

industry_alias as (
    select * from {{ ref('industry_alias') }}
),

final as (
    select
        source.reference_year,
        source.industry_code,
        source.industry_name as industry_label_zh,
        industry_alias.industry_key,
        source.receipts_ntd_thousand,
        source.payments_ntd_thousand,
        source._vintage as vintage,
        source._source_file as source_file,
        source._source_row as source_row
    from source
    -- an alias names one industry: many to one
    left join industry_alias
        on
            industry_alias.source_id = 'moea_factory_survey'
            and source.industry_name = industry_alias.alias
)

select * from final
