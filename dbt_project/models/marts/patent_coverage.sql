-- What became of the records of the USPTO's bulk tables: how many are counted, and how many are not
-- and why. Nothing is left out that is not a row here.
with

edition as (
    select edition from {{ source('edition', 'edition') }}
),

rule as (
    select * from {{ ref('int_patents__rule') }}
),

record_count as (
    select * from {{ ref('stg_uspto_bulk__record_count') }}
),

patent as (
    select * from {{ ref('stg_uspto_bulk__patent') }}
),

granted as (
    select * from {{ ref('int_patents__granted') }}
),

origin as (
    select * from {{ ref('int_patents__origin') }}
),

by_field as (
    select * from {{ ref('int_patents__by_field') }}
),

highly_cited as (
    select * from {{ ref('int_patents__highly_cited') }}
),

by_origin as (
    select
        origin_number,
        is_counted_from_one,
        count(*) as patents
    from granted
    group by
        origin_number,
        is_counted_from_one
),

counted as (
    select
        'file' as subject,
        file_table as part,
        category,
        cast(null as varchar) as period,
        cast(records as double) as records
    from record_count

    union all

    select
        'utility_patent' as subject,
        'status' as part,
        'withdrawn' as category,
        cast(null as varchar) as period,
        cast(count(*) as double) as records
    from patent
    where is_withdrawn
    having count(*) > 0

    union all

    select
        'utility_patent' as subject,
        'first_named_inventor' as part,
        origin.reason as category,
        cast(null as varchar) as period,
        cast(sum(by_origin.patents) as double) as records
    from by_origin
    -- many to one
    inner join origin
        on by_origin.origin_number = origin.origin_number
    group by origin.reason

    union all

    select
        'utility_patent' as subject,
        'first_named_inventor' as part,
        'among these: inventors counted from 1, not from 0' as category,
        cast(null as varchar) as period,
        cast(sum(patents) as double) as records
    from by_origin
    where is_counted_from_one
    having count(*) > 0

    union all

    select
        'patent_of_window' as subject,
        'technology_field' as part,
        case when field_number = 0 then 'no field' else 'in a field' end as category,
        period,
        round(sum(grants), 6) as records
    from by_field
    where area_code = 'WLD'
    group by
        case when field_number = 0 then 'no field' else 'in a field' end,
        period

    union all

    select
        'patent_of_window' as subject,
        'highly_cited' as part,
        case when is_uncited then 'among these: never cited' else 'highly cited' end as category,
        period,
        case when is_uncited then uncited_patents else patents end as records
    from highly_cited
    cross join (values (true), (false)) as kinds (is_uncited)
    where area_code = 'WLD'
),

final as (
    select
        edition.edition,
        counted.subject,
        counted.part,
        counted.category,
        counted.period,
        counted.records
    from counted
    cross join edition
)

select * from final
