-- One row per area and grant year of the USPTO's published counts.
-- A code without a mapping keeps its letters and gets area_code 'UNK', marked by is_area_mapped.
with

source as (
    select * from {{ source('uspto_counts', 'grants_by_area_year') }}
),

area_alias as (
    select * from {{ ref('area_alias') }}
),

area as (
    select * from {{ ref('area') }}
),

final as (
    select
        coalesce(area_alias.area_code, area.area_code, 'UNK') as area_code,
        coalesce(area_alias.area_code, area.area_code) is not null as is_area_mapped,
        source.area_code as publisher_area_code,
        source.area_name as publisher_area_name,
        source.grant_year,
        source.grants,
        source._vintage as vintage,
        source._source_file as source_file,
        source._source_row as source_row
    from source
    -- an alias names one area, an ISO 3166 alpha-2 code too: both many to one
    left join area_alias
        on
            area_alias.source_id = 'uspto_counts'
            and source.area_code = area_alias.alias
    left join area
        on source.area_code = area.iso2
)

select * from final
