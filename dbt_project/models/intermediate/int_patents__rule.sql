-- How the edition counts patents from the bulk tables: its parameters, in one row.
with

parameter as (
    select
        cast({{ edition_parameter('patents.first_year') }} as integer) as first_year,
        cast({{ edition_parameter('patents.last_year') }} as integer) as last_year,
        {{ edition_parameter('patents.field_counting') }} as field_counting,
        {{ edition_parameter('patents.fields_counted') }} as fields_counted,
        cast({{ edition_parameter('patents.top_cited_pct') }} as double) as top_cited_pct,
        {{ edition_parameter('patents.cited_cohort') }} as cited_cohort,
        {{ edition_parameter('patents.cited_ties') }} as cited_ties,
        -- of an edition that does not say: by the raw place, where that was landed
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
