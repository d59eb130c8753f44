-- One row per utility patent that was granted and not withdrawn, with the residence of its
-- first-named inventor: the one of the lowest sequence, whether that is 0 or 1.
--
-- The minimum of sequence and origin in one number, not arg_min: that would pass over a first-named
-- inventor without a place and take the second one's.
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

final as (
    select
        patent.patent_id,
        patent.grant_date,
        patent.grant_year,
        cast(coalesce(first_named.sequence_and_origin % 1000, 994) as integer) as origin_number,
        coalesce(first_named.sequence_and_origin // 1000, 0) > 0 as is_counted_from_one
    from patent
    -- a patent has one first-named inventor: one to one
    left join first_named
        on patent.patent_id = first_named.patent_id
    where not patent.is_withdrawn
)

select * from final
