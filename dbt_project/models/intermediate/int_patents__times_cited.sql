-- How often each utility patent of the edition's window was cited, if at all. Citing patents are
-- utility patents that were granted and not withdrawn, each counted once, within the citation window
-- where the edition declares one.
--
-- The patents of the window first: making all pairs distinct would need gigabytes. Of the citing
-- ones those from the window on: an earlier patent cannot cite one that was not there yet.
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
        granted.grant_date
    from granted
    where
        granted.grant_year between (select rule.first_year from rule)
        and (select rule.last_year from rule)
),

citing as (
    select
        granted.patent_id,
        granted.grant_date
    from granted
    where granted.grant_year >= (select rule.first_year from rule)
),

citation_of_cohort as (
    select distinct
        citation.cited_patent_id,
        citation.citing_patent_id
    from citation
    -- a patent is granted once: both many to one
    inner join cohort
        on citation.cited_patent_id = cohort.patent_id
    inner join citing
        on citation.citing_patent_id = citing.patent_id
    where
        (select rule.citation_years from rule) is null
        or citing.grant_date
        < cohort.grant_date + to_years((select rule.citation_years from rule))
),

final as (
    select
        cited_patent_id as patent_id,
        count(*) as times_cited
    from citation_of_cohort
    group by cited_patent_id
)

select * from final
