-- Utility patents of the edition's window by the technology field that the publisher gives them, and
-- by area: what the edition's rule would count if it rested on those. Field 0 holds the patents that
-- the publisher gives none. Empty where its fields were not landed.
with

rule as (
    select * from {{ ref('int_patents__rule') }}
),

granted as (
    select * from {{ ref('int_patents__granted') }}
),

origin as (
    select * from {{ ref('int_patents__origin') }}
),

publishers_field as (
    select * from {{ ref('stg_uspto_bulk__wipo_field') }}
),

cohort as (
    select
        granted.patent_id,
        granted.origin_number
    from granted
    where
        granted.grant_year between (select rule.first_year from rule)
        and (select rule.last_year from rule)
        and exists (select 1 from publishers_field)
),

field_of_patent as (
    select
        publishers_field.patent_id,
        publishers_field.field_number,
        min(publishers_field.field_sequence) as first_sequence
    from publishers_field
    where publishers_field.patent_id in (select cohort.patent_id from cohort)
    group by
        publishers_field.patent_id,
        publishers_field.field_number
),

placed as (
    select
        field_of_patent.patent_id,
        field_of_patent.field_number,
        case when rule.fields_counted = 'all'
            then count(*) over (partition by field_of_patent.patent_id)
            else 1
        end as fields,
        row_number() over (
            partition by field_of_patent.patent_id
            order by field_of_patent.first_sequence, field_of_patent.field_number
        ) as place
    from field_of_patent
    cross join rule
),

-- decimals, so that the sum is the same in whatever order it is made
weighted as (
    select
        cohort.origin_number,
        coalesce(placed.field_number, 0) as field_number,
        cast(
            case
                when rule.field_counting = 'whole' then 1
                else 1 / cast(coalesce(placed.fields, 1) as double)
            end as decimal(28, 12)
        ) as grants
    from cohort
    cross join rule
    -- one to many: all fields of a patent, or its first
    left join placed
        on
            cohort.patent_id = placed.patent_id
            and (rule.fields_counted = 'all' or placed.place = 1)
),

by_area as (
    {{ patents_by_field_and_area() }}
),

final as (
    select
        by_area.field_number,
        by_area.area_code,
        rule.period,
        cast(by_area.grants as double) as grants
    from by_area
    cross join rule
)

select * from final
