-- How the edition counts patents from the bulk tables: its parameters, in one row.
with

parameter as (
    select
        cast({{ edition_parameter('patents.first_year') }} as integer) as first_year,
        cast({{ edition_parameter('patents.last_year') }} as integer) as last_year,
        -- of an edition that does not say: the defaults of docs/microdata.md
        coalesce({{ edition_parameter('patents.field_counting') }}, 'fractional')
            as field_counting,
        coalesce({{ edition_parameter('patents.fields_counted') }}, 'all') as fields_counted,
        coalesce(cast({{ edition_parameter('patents.top_cited_pct') }} as double), 10)
            as top_cited_pct,
        coalesce({{ edition_parameter('patents.cited_cohort') }}, 'grant_year') as cited_cohort,
        coalesce({{ edition_parameter('patents.cited_ties') }}, 'weighted') as cited_ties,
        coalesce({{ edition_parameter('patents.place_fallback') }}, 'raw_location')
            as place_fallback,
        -- 'all' is no number: every citation that the release knows
        try_cast({{ edition_parameter('patents.citation_years') }} as integer) as citation_years
),

final as (
    select
        *,
        concat(cast(first_year as varchar), '-', cast(last_year as varchar)) as period
    from parameter
)

select * from final
