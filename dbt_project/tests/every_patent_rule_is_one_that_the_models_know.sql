-- depends_on: {{ ref("int_patents__rule") }}
-- One returned row: a parameter of patents that no model knows, or with a word or number that none
-- knows, so that they would be counted by another rule than the one that the edition declares.
with

parameter as (
    select * from {{ source('edition', 'parameter') }}
    where starts_with(name, 'patents.')
),

judged as (
    select
        name,
        value,
        case name
            when 'patents.field_counting' then value in ('fractional', 'whole')
            when 'patents.fields_counted' then value in ('all', 'first')
            when 'patents.cited_cohort' then value in ('grant_year', 'pooled')
            when 'patents.cited_ties' then value in ('weighted', 'inclusive')
            when 'patents.place_fallback' then value in ('raw_location', 'none')
            when 'patents.citation_years' then value = 'all' or try_cast(value as integer) > 0
            when 'patents.top_cited_pct' then try_cast(value as double) > 0 and try_cast(value as double) <= 100
            when 'patents.first_year' then try_cast(value as integer) is not null
            when 'patents.last_year' then try_cast(value as integer) is not null
            else false
        end as is_known
    from parameter
),

final as (
    select
        concat(
            'edition.yml has ', name, ': ', value, ', which is no rule for counting patents: see ',
            'docs/microdata.md for those there are.'
        ) as message,
        cast(null as varchar) as source_file,
        cast(null as bigint) as source_row,
        name
    from judged
    where not coalesce(is_known, false)
)

select * from final
