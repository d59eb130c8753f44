{{ config(materialized='view') }}
-- One row per place of inventors: a place that is listed twice counts once, with the last country
-- code in the alphabet where the two differ.
with

location as (
    select * from {{ ref('stg_uspto_bulk__location') }}
),

origin as (
    select * from {{ ref('int_patents__origin') }}
),

once as (
    select
        location_key,
        max(publisher_area_code) as publisher_area_code
    from location
    group by location_key
),

-- a code is one area, mapped or not: the same in all its rows
code as (
    select
        publisher_area_code,
        max(area_code) as area_code
    from location
    where publisher_area_code is not null
    group by publisher_area_code
),

final as (
    select
        once.location_key,
        case
            when once.publisher_area_code is null then 991
            else coalesce(origin.origin_number, 990)
        end as origin_number
    from once
    -- a code is one area, an area one origin: both many to one
    left join code
        on once.publisher_area_code = code.publisher_area_code
    left join origin
        on
            code.area_code = origin.area_code
            and origin.reason = 'area known'
)

select * from final
