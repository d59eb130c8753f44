-- One row per IMD criterion, ranking, economy, year and kind of figure (rank or value), with the
-- criterion's name of the year decoded. A criterion that no table uses has a null criterion_key;
-- an economy without a mapping gets area_code 'UNK'.
with

source as (
    select * from {{ source('imd_wcy', 'criterion') }}
),

imd_criterion as (
    select * from {{ ref('imd_criterion') }}
),

area_alias as (
    select * from {{ ref('area_alias') }}
),

area as (
    select * from {{ ref('area') }}
),

final as (
    select
        imd_criterion.criterion_key,
        source.criterion_name as criterion_name_en,
        source.ranking as ranking_code,
        coalesce(area_alias.area_code, area.area_code, 'UNK') as area_code,
        source.area_name as publisher_area_name,
        cast(source.year as varchar) as period,
        source.data_type,
        source.value,
        source.economies,
        source._vintage as vintage,
        source._source_file as source_file,
        source._source_row as source_row
    from source
    -- a name has one meaning in a year: many to one
    left join imd_criterion
        on
            lower(trim(source.criterion_name)) = lower(imd_criterion.criterion_name)
            and source.ranking = imd_criterion.ranking
            and source.year between imd_criterion.first_year and imd_criterion.last_year
    -- an alias names one area: many to one
    left join area_alias
        on
            area_alias.source_id = 'imd_wcy'
            and trim(source.area_name) = area_alias.alias
    left join area
        on trim(source.area_name) = area.name_en
)

select * from final
