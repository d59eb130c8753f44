-- One row per UN location, variant and year. Regions and income groups have no area of ours; a
-- country without a mapping gets area_code 'UNK'.
with

source as (
    select * from {{ source('un_wpp', 'demographic_indicator') }}
),

area_alias as (
    select * from {{ ref('area_alias') }}
),

area as (
    select * from {{ ref('area') }}
),

final as (
    select
        source.loc_id as location_code,
        coalesce(area_alias.area_code, area.area_code, 'UNK') as area_code,
        source.location as location_name_en,
        -- 4 is a country or area, other codes are groups of them
        coalesce(source.loc_type_id = 4, area.kind = 'country', false) as is_country,
        source.variant as variant_name_en,
        cast(source.time as varchar) as period,
        source.population_1jan_thousand,
        source.population_1july_thousand,
        source._vintage as vintage,
        source._source_file as source_file,
        source._source_row as source_row
    from source
    -- an alias names one area: many to one
    left join area_alias
        on
            area_alias.source_id = 'un_wpp'
            and source.location = area_alias.alias
    left join area
        on source.iso3_code = area.area_code
)

select * from final
