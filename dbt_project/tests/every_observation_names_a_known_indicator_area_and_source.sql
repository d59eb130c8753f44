-- One returned row: an observation whose indicator, area or source is in no dimension.
with

observation as (
    select * from {{ ref('indicator_observation') }}
),

indicator as (
    select * from {{ ref('dim_indicator') }}
),

area as (
    select * from {{ ref('dim_area') }}
),

publisher as (
    select * from {{ ref('dim_source') }}
),

named as (
    select
        observation.indicator_id,
        observation.area_code,
        observation.source_id,
        observation.period,
        observation.source_file,
        observation.source_row,
        indicator.indicator_id is not null as has_indicator,
        area.area_code is not null as has_area,
        publisher.source_id is not null as has_source
    from observation
    -- each dimension has one row per code: all many to one
    left join indicator
        on observation.indicator_id = indicator.indicator_id
    left join area
        on observation.area_code = area.area_code
    left join publisher
        on observation.source_id = publisher.source_id
),

final as (
    select
        concat(
            'The observation of ', coalesce(indicator_id, '(none)'), ' for ',
            coalesce(area_code, '(none)'), ' in ', coalesce(period, '(none)'),
            case when has_indicator then '' else ' has an indicator not in dim_indicator' end,
            case when has_area then '' else ' has an area not in dim_area' end,
            case
                when not has_source
                    then concat(' has the source "', source_id, '", not in dim_source')
                else ''
            end,
            ': add it to the seed or to the register of sources.'
        ) as message,
        source_file,
        source_row
    from named
    where not (has_indicator and has_area and has_source)
)

select * from final
