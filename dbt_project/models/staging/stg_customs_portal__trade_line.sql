-- One row per line of a customs portal query, with the partner decoded and the traps of adding
-- marked: letter codes and the protected partner stand beside lines that already hold them, and
-- year-to-date ranges stand beside full years.
-- A partner without a mapping keeps its name and gets area_code 'UNK', marked by is_area_mapped.
with

source as (
    select * from {{ source('customs_portal', 'trade_line') }}
),

area_alias as (
    select * from {{ ref('area_alias') }}
),

area as (
    select * from {{ ref('area') }}
),

final as (
    select
        source.flow as flow_zh,
        source.period_label as period_label_zh,
        source.period_from,
        source.period_to,
        source.period_kind,
        source.is_preliminary,
        source.goods_code,
        source.goods_name_zh,
        source.goods_name_en,
        coalesce(area_alias.area_code, area.area_code, 'UNK') as area_code,
        coalesce(area_alias.area_code, area.area_code) is not null as is_area_mapped,
        source.partner_name as partner_label_zh,
        source.value_usd_thousand,
        source.value_ntd_thousand,
        source.weight,
        source.weight_unit as weight_unit_zh,
        source.is_withheld,
        source.is_information_protected,
        source.period_kind <> 'range' and not source.is_information_protected as is_addable,
        source._vintage as vintage,
        source._source_file as source_file,
        source._source_row as source_row
    from source
    -- an alias names one area, a Chinese name too: both many to one
    left join area_alias
        on
            area_alias.source_id = 'customs_portal'
            and source.partner_name = area_alias.alias
    left join area
        on source.partner_name = area.name_zh
)

select * from final
