-- How many utility patents of the edition's window were cited how often, by year of grant and origin;
-- those never cited with 0.
with

rule as (
    select * from {{ ref('int_patents__rule') }}
),

granted as (
    select * from {{ ref('int_patents__granted') }}
),

received as (
    select * from {{ ref('int_patents__times_cited') }}
),

final as (
    select
        granted.grant_year,
        granted.origin_number,
        coalesce(received.times_cited, 0) as times_cited,
        count(*) as patents
    from granted
    -- one to one
    left join received
        on granted.patent_id = received.patent_id
    where
        granted.grant_year between (select rule.first_year from rule)
        and (select rule.last_year from rule)
    group by
        granted.grant_year,
        granted.origin_number,
        coalesce(received.times_cited, 0)
)

select * from final
