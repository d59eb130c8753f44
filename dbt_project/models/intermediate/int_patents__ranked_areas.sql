-- Utility patents of each area and year with its place among the areas of that year. Aggregates and
-- unknown areas do not compete and are left out. The status is that of a book cell.
with

patents as (
    select * from {{ ref('int_patents') }}
    where indicator_id = 'patents_granted'
),

area as (
    select * from {{ ref('area') }}
    where kind not in ('aggregate', 'unknown')
),

final as (
    select
        patents.area_code,
        patents.period,
        patents.value as grants,
        rank() over (partition by patents.period order by patents.value desc) as position_in_period,
        {{ observation_key('patents') }} as observation_key,
        list({{ observation_key('patents') }}) over (partition by patents.period) as ranked_keys,
        {{ book_status('patents.value', 'patents.estimate_id', 'patents.status') }} as status
    from patents
    -- an area code is one area: many to one
    inner join area
        on patents.area_code = area.area_code
)

select * from final
