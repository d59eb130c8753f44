-- One row per place of inventors as listed; some are listed twice.
-- A code without a mapping keeps its letters and gets area_code 'UNK', marked by is_area_mapped.
with

source as (
    select * from {{ source('uspto_bulk', 'location') }}
),

area_alias as (
    select * from {{ ref('area_alias') }}
),

area as (
    select * from {{ ref('area') }}
),

final as (
    select
        source.location_id,
        source.location_key,
        source.country_code as publisher_area_code,
        coalesce(area_alias.area_code, area.area_code, 'UNK') as area_code,
        coalesce(area_alias.area_code, area.area_code) is not null as is_area_mapped
    from source
    -- an alias names one area, an ISO 3166 alpha-2 code too: both many to one
    left join area_alias
        on
            area_alias.source_id = 'uspto_bulk'
            and source.country_code = area_alias.alias
    left join area
        on source.country_code = area.iso2
)

select * from final
