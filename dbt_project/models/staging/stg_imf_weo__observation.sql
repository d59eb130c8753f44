-- One row per WEO value in base units (persons, not millions), with the area decoded.
-- Web query files carry names only, database files codes: both are looked up.
-- An area without a mapping keeps its code and name and gets area_code 'UNK', marked by
-- is_area_mapped.
with

source as (
    select * from {{ source('imf_weo', 'observation') }}
),

area_alias as (
    select * from {{ ref('area_alias') }}
),

area as (
    select * from {{ ref('area') }}
),

final as (
    select
        coalesce(
            alias_of_code.area_code,
            area_by_code.area_code,
            alias_of_name.area_code,
            area_by_name.area_code,
            'UNK'
        ) as area_code,
        coalesce(
            alias_of_code.area_code,
            area_by_code.area_code,
            alias_of_name.area_code,
            area_by_name.area_code
        ) is not null as is_area_mapped,
        source.area_code as publisher_area_code,
        source.area_name as publisher_area_name,
        source.indicator_code,
        source.indicator_name,
        source.units as publisher_units,
        source.scale as publisher_scale,
        source.frequency,
        source.period,
        source.value * source.multiplier as value,
        source.multiplier,
        source.latest_actual_period,
        source._vintage as vintage,
        source._source_file as source_file,
        source._source_row as source_row
    from source
    -- codes, names and aliases each name one area: all many to one
    left join area_alias as alias_of_code
        on
            alias_of_code.source_id = 'imf_weo'
            and source.area_code = alias_of_code.alias
    left join area as area_by_code
        on source.area_code = area_by_code.area_code
    left join area_alias as alias_of_name
        on
            alias_of_name.source_id = 'imf_weo'
            and source.area_name = alias_of_name.alias
    left join area as area_by_name
        on source.area_name = area_by_name.name_en
)

select * from final
