-- One row per utility patent that was granted and not withdrawn, with the residence of its
-- first-named inventor: the one of the lowest sequence, whether that is 0 or 1.
--
-- The minimum of sequence and origin in one number, not arg_min: that would pass over a first-named
-- inventor without a place and take the second one's. Patents and inventors in one grouping, not in
-- a join: that holds 8 million keys once instead of twice.
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

raw_place as (
    select * from {{ ref('int_patents__raw_place') }}
),

patent_and_inventor as (
    select
        patent_id,
        grant_date,
        cast(null as integer) as sequence_and_origin
    from patent
    where not is_withdrawn

    union all

    select
        inventor.patent_id,
        cast(null as date) as grant_date,
        inventor.inventor_sequence * 1000
        + case
            when inventor.location_key is null then 993
            else coalesce(place.origin_number, 992)
        end as sequence_and_origin
    from inventor
    -- a place stands once: many to one
    left join place
        on inventor.location_key = place.location_key
),

patent_with_first_named as (
    select
        patent_id,
        max(grant_date) as grant_date,
        min(sequence_and_origin) as sequence_and_origin
    from patent_and_inventor
    group by patent_id
    having max(grant_date) is not null
),

final as (
    select
        first_named.patent_id,
        first_named.grant_date,
        cast(extract(year from first_named.grant_date) as integer) as grant_year,
        cast(
            coalesce(raw_place.origin_number, first_named.sequence_and_origin % 1000, 994)
            as integer
        ) as origin_number,
        coalesce(first_named.sequence_and_origin // 1000, 0) > 0 as is_counted_from_one
    from patent_with_first_named as first_named
    -- only without a place of its own, as all raw places are: one to one
    left join raw_place
        on
            first_named.patent_id = raw_place.patent_id
            and first_named.sequence_and_origin // 1000 = raw_place.inventor_sequence
            and first_named.sequence_and_origin % 1000 between 991 and 993
)

select * from final
