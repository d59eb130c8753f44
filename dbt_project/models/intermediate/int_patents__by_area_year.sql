-- Utility patents granted by area of the first-named inventor and year, counted from the bulk
-- tables, the world included.
with

granted as (
    select * from {{ ref('int_patents__granted') }}
),

origin as (
    select * from {{ ref('int_patents__origin') }}
),

counted as (
    select
        grant_year,
        origin_number,
        count(*) as grants
    from granted
    group by
        grant_year,
        origin_number
),

final as (
    select
        counted.grant_year,
        origin.area_code,
        cast(sum(counted.grants) as bigint) as grants
    from counted
    -- many to one
    inner join origin
        on counted.origin_number = origin.origin_number
    group by
        counted.grant_year,
        origin.area_code

    union all

    select
        grant_year,
        'WLD' as area_code,
        cast(sum(grants) as bigint) as grants
    from counted
    group by grant_year
)

select * from final
