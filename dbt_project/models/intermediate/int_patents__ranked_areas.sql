-- Utility patents of each area and year with its place among the areas of that year, by each route.
-- Aggregates and unknown areas do not compete and are left out. The status is that of a book cell.
with

published as (
    select * from {{ ref('int_patents__published') }}
    where indicator_id = 'patents_granted'
),

microdata as (
    select * from {{ ref('int_patents__microdata') }}
    where indicator_id = 'patents_granted'
),

area as (
    select * from {{ ref('area') }}
    where kind not in ('aggregate', 'unknown')
),

patents as (
    select
        'published' as route,
        *
    from published

    union all

    select
        'microdata' as route,
        *
    from microdata
),

final as (
    select
        patents.route,
        patents.area_code,
        patents.period,
        patents.value as grants,
        rank() over (
            partition by patents.route, patents.period order by patents.value desc
        ) as position_in_period,
        {{ observation_key('patents') }} as observation_key,
        list({{ observation_key('patents') }}) over (
            partition by patents.route, patents.period
        ) as ranked_keys,
        {{ book_status('patents.value', 'patents.estimate_id', 'patents.status') }} as status
    from patents
    -- an area code is one area: many to one
    inner join area
        on patents.area_code = area.area_code
)

select * from final
