-- How the edition counts patents from the bulk tables: its parameters, in one row.
with

parameter as (
    select * from {{ source('edition', 'parameter') }}
),

final as (
    select
        cast(max(case when name = 'patents.first_year' then value end) as integer) as first_year,
        cast(max(case when name = 'patents.last_year' then value end) as integer) as last_year,
        max(case when name = 'patents.field_counting' then value end) as field_counting,
        max(case when name = 'patents.fields_counted' then value end) as fields_counted,
        cast(max(case when name = 'patents.top_cited_pct' then value end) as double)
            as top_cited_pct,
        max(case when name = 'patents.cited_cohort' then value end) as cited_cohort,
        max(case when name = 'patents.cited_ties' then value end) as cited_ties,
        -- 'all' is no number: every citation that the release knows
        try_cast(max(case when name = 'patents.citation_years' then value end) as integer)
            as citation_years
    from parameter
)

select
    *,
    concat(cast(first_year as varchar), '-', cast(last_year as varchar)) as period
from final
