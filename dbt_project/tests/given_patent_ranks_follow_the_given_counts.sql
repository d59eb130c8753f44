{{ config(severity='warn') }}
-- One returned row: a field in which an area with fewer patents is given the better rank. Ranks
-- come from the file when they cannot be computed; then they must at least not contradict its
-- counts.
with

observation as (
    select * from {{ ref('indicator_observation') }}
),

ranked as (
    select
        patent_rank.breakdown as field_number,
        patent_rank.area_code,
        patent_rank.period,
        grants.value as grants,
        patent_rank.value as field_rank,
        patent_rank.source_file,
        patent_rank.source_row
    from observation as patent_rank
    -- one count per rank: one to one
    inner join observation as grants
        on
            grants.indicator_id = 'patents_granted_by_field'
            and patent_rank.breakdown = grants.breakdown
            and patent_rank.area_code = grants.area_code
            and patent_rank.period = grants.period
    where patent_rank.indicator_id = 'patent_rank_by_field'
),

wipo_field as (
    select * from {{ ref('wipo_field') }}
),

final as (
    select
        concat(
            'In field ', fewer.field_number, ' (', coalesce(wipo_field.name_en, 'unknown'), ') ',
            fewer.area_code, ' with ', cast(fewer.grants as bigint), ' patents is given rank ',
            cast(fewer.field_rank as bigint), ', ', more.area_code, ' with ',
            cast(more.grants as bigint), ' rank ', cast(more.field_rank as bigint),
            ': check both against the publisher, a row may be interchanged.'
        ) as message,
        fewer.source_file,
        fewer.source_row,
        fewer.field_number,
        fewer.area_code as area_with_fewer,
        more.area_code as area_with_more
    from ranked as fewer
    -- every pair of areas within a field
    inner join ranked as more
        on
            fewer.field_number = more.field_number
            and fewer.period = more.period
            and fewer.grants < more.grants
            and fewer.field_rank <= more.field_rank
    left join wipo_field
        on fewer.field_number = cast(wipo_field.field_number as {{ dbt.type_string() }})
)

select * from final
