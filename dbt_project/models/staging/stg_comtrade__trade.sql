-- One row per line of UN Comtrade, with the traps of adding marked: breakdowns by second partner,
-- customs procedure, mode of supply and means of transport stand beside their totals.
-- Taiwan is not in it. 'Other Asia, nes' (490) keeps area_code 'UNK' and names Taiwan as what it is a
-- proxy for, so that nothing takes it for Taiwan without asking.
with

source as (
    select * from {{ source('comtrade', 'trade') }}
),

area as (
    select * from {{ ref('area') }}
),

final as (
    select
        source.frequency,
        source.period,
        coalesce(area.area_code, 'UNK') as area_code,
        case when source.reporter_code = 490 then 'TWN' end as proxy_for_area_code,
        source.reporter_code,
        source.reporter_name as reporter_name_en,
        source.flow_code,
        source.partner_code,
        case when source.partner_code = 490 then 'TWN' end as partner_proxy_for_area_code,
        source.partner_name as partner_name_en,
        source.classification_code,
        source.goods_code,
        source.goods_name as goods_name_en,
        source.net_weight_kg,
        source.cif_value_usd,
        source.fob_value_usd,
        source.primary_value_usd,
        source.partner2_code = 0
        and source.customs_code = 'C00'
        and source.supply_code = '0'
        and source.transport_code = 0 as is_total,
        source.proxy_note,
        source._vintage as vintage,
        source._source_file as source_file,
        source._source_row as source_row
    from source
    -- many to one
    left join area
        on source.reporter_iso = area.area_code
)

select * from final
