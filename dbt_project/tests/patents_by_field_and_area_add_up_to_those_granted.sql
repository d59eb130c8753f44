-- One returned row: a sum over the parts that is not the whole: areas of a year, or fields of the
-- window where each patent counts once, unknown areas and patents without a field among them.
with

rule as (
    select * from {{ ref('int_patents__rule') }}
),

granted as (
    select * from {{ ref('int_patents__granted') }}
),

by_area_year as (
    select * from {{ ref('int_patents__by_area_year') }}
),

by_field as (
    select * from {{ ref('int_patents__by_field') }}
),

of_year as (
    select
        grant_year,
        count(*) as patents
    from granted
    group by grant_year
),

whole as (
    select
        concat('the areas of ', cast(of_year.grant_year as varchar)) as part,
        of_year.patents,
        coalesce(sum(by_area_year.grants), 0) as counted
    from of_year
    -- one to many
    left join by_area_year
        on
            of_year.grant_year = by_area_year.grant_year
            and by_area_year.area_code <> 'WLD'
    group by
        of_year.grant_year,
        of_year.patents

    union all

    select
        concat('the fields of ', rule.period) as part,
        (
            select coalesce(sum(of_year.patents), 0)
            from of_year
            where of_year.grant_year between rule.first_year and rule.last_year
        ) as patents,
        coalesce(sum(by_field.grants), 0) as counted
    from rule
    left join by_field
        on by_field.area_code <> 'WLD'
    where
        rule.field_counting = 'fractional'
        or rule.fields_counted = 'first'
    group by
        rule.period,
        rule.first_year,
        rule.last_year
),

final as (
    select
        concat(
            'Of ', patents, ' patents, ', part, ' add up to ', counted,
            ': see int_patents__granted and what is made from it.'
        ) as message,
        cast(null as varchar) as source_file,
        cast(null as bigint) as source_row
    from whole
    where abs(patents - counted) > 0.000001 * greatest(1, patents)
)

select * from final
