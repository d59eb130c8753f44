-- One returned row: an indicator, area or source that the edition's own files name and no dimension
-- has: a slip of the pen in a gap, an estimate, a panel or a provisional mark would do nothing.
with

named as (
    select
        'estimates.yml (estimates)' as source_file,
        indicator_id,
        area_code
    from {{ source('edition', 'estimate') }}
    union all
    select
        'estimates.yml (gaps)' as source_file,
        indicator_id,
        area_code
    from {{ source('edition', 'publisher_gap') }}
    union all
    select
        'provisional marks' as source_file,
        indicator_id,
        cast(null as varchar) as area_code
    from {{ source('edition', 'provisional') }}
    union all
    select
        'tables' as source_file,
        indicator_id,
        cast(null as varchar) as area_code
    from {{ source('edition', 'measure') }}
    union all
    select
        concat('panel ', panel_id) as source_file,
        cast(null as varchar) as indicator_id,
        area_code
    from {{ source('edition', 'panel') }}
),

final as (
    select distinct
        case
            when named.indicator_id is not null and indicator.indicator_id is null
                then concat(
                    'The edition names the indicator "', named.indicator_id, '", which is not in ',
                    'dim_indicator: correct it in ', named.source_file, '.'
                )
            else concat(
                'The edition names the area "', named.area_code, '", which is not in dim_area: ',
                'correct it in ', named.source_file, '.'
            )
        end as message,
        named.source_file,
        cast(null as bigint) as source_row
    from named
    -- one member per code: many to one
    left join {{ ref('dim_indicator') }} as indicator
        on named.indicator_id = indicator.indicator_id
    left join {{ ref('dim_area') }} as area
        on named.area_code = area.area_code
    where
        (named.indicator_id is not null and indicator.indicator_id is null)
        or (named.area_code is not null and area.area_code is null)
)

select * from final
