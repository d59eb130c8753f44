-- One row per partner and survey year of the MOEA factory survey, with the partner decoded.
-- A partner without a mapping keeps its name and gets area_code 'UNK', marked by is_area_mapped.
with

source as (
    select * from {{ source('moea_factory_survey', 'technology_trade_by_partner') }}
),

area_alias as (
    select * from {{ ref('area_alias') }}
),

area as (
    select * from {{ ref('area') }}
),

final as (
    select
        source.reference_year,
        coalesce(area_alias.area_code, area.area_code, 'UNK') as area_code,
        coalesce(area_alias.area_code, area.area_code) is not null as is_area_mapped,
        source.partner_name as partner_label_zh,
        source.receipts_ntd_thousand,
        source.payments_ntd_thousand,
        source._vintage as vintage,
        source._source_file as source_file,
        source._source_row as source_row
    from source
    -- an alias names one area, a Chinese name too: both many to one
    left join area_alias
        on
            area_alias.source_id = 'moea_factory_survey'
            and source.partner_name = area_alias.alias
    left join area
        on source.partner_name = area.name_zh
)

select * from final
