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

-- under a second name: what is read twice under one is held in memory, 23 million rows
read_again as (
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
        read_again.patent_id,
        read_again.inventor_sequence
    from read_again
    -- many to one
    left join place
        on read_again.location_id = place.location_id
    where
        coalesce(place.origin_number, 992) between 991 and 993
        and (select rule.place_fallback from rule) = 'raw_location'
),

-- the raw inventors of these first, then their places: neither is held as a whole
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

raw_place as (
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
