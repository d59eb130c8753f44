-- How many utility patents of the edition's window were cited how often, by cohort and origin.
-- Citing patents are utility patents that were granted and not withdrawn, each counted once, within
-- the citation window where the edition declares one. Patents never cited are there with 0.
--
-- The patents of the window first: making all pairs distinct would need gigabytes.
with

rule as (
    select * from {{ ref('int_patents__rule') }}
),

granted as (
    select * from {{ ref('int_patents__granted') }}
),

citation as (
    select * from {{ ref('stg_uspto_bulk__citation') }}
),

cohort as (
    select
        granted.patent_id,
        granted.grant_date,
        granted.grant_year,
        granted.origin_number
    from granted
    inner join rule
        on granted.grant_year between rule.first_year and rule.last_year
),

citation_of_cohort as (
    select distinct
        citation.cited_patent_id,
        citation.citing_patent_id
    from citation
    where citation.cited_patent_id in (select cohort.patent_id from cohort)
),

received as (
    select
        citation_of_cohort.cited_patent_id,
        count(*) as times_cited
    from citation_of_cohort
    cross join rule
    -- a patent is granted once: both many to one
    inner join granted as citing
        on citation_of_cohort.citing_patent_id = citing.patent_id
    inner join cohort as cited
        on citation_of_cohort.cited_patent_id = cited.patent_id
    where
        rule.citation_years is null
        or citing.grant_date < cited.grant_date + to_years(rule.citation_years)
    group by citation_of_cohort.cited_patent_id
),

final as (
    select
        cohort.grant_year,
        cohort.origin_number,
        coalesce(received.times_cited, 0) as times_cited,
        count(*) as patents
    from cohort
    -- one to one
    left join received
        on cohort.patent_id = received.cited_patent_id
    group by
        cohort.grant_year,
        cohort.origin_number,
        coalesce(received.times_cited, 0)
)

select * from final
