{{ config(materialized='view') }}
-- The origin of inventors who have no place, by the place that their patent names; none where that
-- was not landed, or the edition does not want it.
--
-- The few that want one first, then their raw inventors, then the places of these: there are tens of
-- millions, and neither table is held as a whole.
with

rule as (
    select * from {{ ref('int_patents__rule') }}
),

inventor as (
    select * from {{ ref('stg_uspto_bulk__inventor') }}
),

place as (
    select * from {{ ref('int_patents__place') }}
),

raw_inventor as (
    select * from {{ ref('stg_uspto_bulk__raw_inventor') }}
),

raw_location as (
    select * from {{ ref('stg_uspto_bulk__raw_location') }}
),

raw_origin as (
    select * from {{ ref('int_patents__origin') }}
    where raw_area_code is not null
),

without_place as (
    select
        inventor.patent_id,
        inventor.inventor_sequence
    from inventor
    -- many to one
    left join place
        on inventor.location_key = place.location_key
    where
        coalesce(place.origin_number, 992) between 991 and 993
        and (select rule.place_fallback from rule) = 'raw_location'
),

wanted as (
    select
        raw_inventor.patent_id,
        raw_inventor.inventor_sequence,
        max(raw_inventor.raw_location_id) as raw_location_id
    from raw_inventor
    where
        exists (
            select 1
            from without_place
            where
                raw_inventor.patent_id = without_place.patent_id
                and raw_inventor.inventor_sequence = without_place.inventor_sequence
        )
    group by
        raw_inventor.patent_id,
        raw_inventor.inventor_sequence
),

-- a raw place that is listed twice counts once, with the last code in the alphabet
wanted_location as (
    select
        raw_location.raw_location_id,
        max(coalesce(raw_location.publisher_area_code, '')) as raw_area_code
    from raw_location
    where raw_location.raw_location_id in (select wanted.raw_location_id from wanted)
    group by raw_location.raw_location_id
),

final as (
    select
        wanted.patent_id,
        wanted.inventor_sequence,
        raw_origin.origin_number
    from wanted
    -- a raw place stands once, a code is one origin: both many to one
    inner join wanted_location
        on wanted.raw_location_id = wanted_location.raw_location_id
    inner join raw_origin
        on wanted_location.raw_area_code = raw_origin.raw_area_code
)

select * from final
