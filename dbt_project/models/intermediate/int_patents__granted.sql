-- One row per utility patent that was granted and not withdrawn, with the residence of its
-- first-named inventor: the one of the lowest sequence, whether that is 0 or 1.
--
-- The minimum of sequence and origin in one number, not arg_min: that would pass over a first-named
-- inventor without a place and take the second one's. The raw place of the same inventor is looked
-- up only where there is none; the few that want one come first: there are tens of millions.
with

patent as (
    select * from {{ ref('stg_uspto_bulk__patent') }}
),

inventor as (
    select * from {{ ref('stg_uspto_bulk__inventor') }}
),

place as (
    select * from {{ ref('int_patents__place') }}
),

rule as (
    select * from {{ ref('int_patents__rule') }}
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

first_named as (
    select
        inventor.patent_id,
        min(
            cast(inventor.inventor_sequence as bigint) * 1000
            + case
                when inventor.location_id is null then 993
                else coalesce(place.origin_number, 992)
            end
        ) as sequence_and_origin
    from inventor
    -- a place stands once: many to one
    left join place
        on inventor.location_id = place.location_id
    group by inventor.patent_id
),

without_place as (
    select
        inventor.patent_id,
        inventor.inventor_sequence
    from inventor
    -- many to one
    left join place
        on inventor.location_id = place.location_id
    where
        coalesce(place.origin_number, 992) between 991 and 993
        and (select rule.place_fallback from rule) = 'raw_location'
),

raw_place as (
    select
        raw_inventor.patent_id,
        raw_inventor.inventor_sequence,
        max(raw_origin.origin_number) as origin_number
    from raw_inventor
    inner join without_place
        on
            raw_inventor.patent_id = without_place.patent_id
            and raw_inventor.inventor_sequence = without_place.inventor_sequence
    -- a raw place has one code, a code one origin: both many to one
    inner join raw_location
        on raw_inventor.raw_location_id = raw_location.raw_location_id
    inner join raw_origin
        on coalesce(raw_location.publisher_area_code, '') = raw_origin.raw_area_code
    group by
        raw_inventor.patent_id,
        raw_inventor.inventor_sequence
),

final as (
    select
        patent.patent_id,
        patent.grant_date,
        patent.grant_year,
        cast(
            coalesce(raw_place.origin_number, first_named.sequence_and_origin % 1000, 994)
            as integer
        ) as origin_number,
        coalesce(first_named.sequence_and_origin // 1000, 0) > 0 as is_counted_from_one
    from patent
    -- a patent has one first-named inventor: one to one
    left join first_named
        on patent.patent_id = first_named.patent_id
    -- only without a place of its own, as all raw places are: one to one
    left join raw_place
        on
            patent.patent_id = raw_place.patent_id
            and first_named.sequence_and_origin // 1000 = raw_place.inventor_sequence
            and first_named.sequence_and_origin % 1000 between 991 and 993
    where not patent.is_withdrawn
)

select * from final
