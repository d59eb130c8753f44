-- Utility patents by area and WIPO field over a window, with the rank of each area among all.
-- A rank given by the file is taken: such files may hold a few areas only, and a rank needs all.
-- A window without any given rank is ranked here, over the areas that are known.
{%- set counted = {
    'indicator_id': "'patents_granted_by_field'",
    'breakdown': 'cast(by_field.field_number as varchar)',
    'period': 'by_field.period',
} %}
with

by_field as (
    select * from {{ ref('stg_uspto_counts__grants_by_area_field') }}
),

area as (
    select * from {{ ref('area') }}
),

final as (
    select
        by_field.area_code,
        by_field.field_number,
        by_field.period,
        by_field.grants,
        case
            when area.kind in ('aggregate', 'unknown') then null
            when
                count(by_field.rank_among_all_areas) over (partition by by_field.period) > 0
                then by_field.rank_among_all_areas
            else
                rank() over (
                    partition by
                        by_field.period,
                        by_field.field_number,
                        coalesce(area.kind in ('aggregate', 'unknown'), false)
                    order by by_field.grants desc
                )
        end as rank_among_all_areas,
        case
            when count(by_field.rank_among_all_areas) over (partition by by_field.period) = 0
                then {{ made_from('rank', {
                    'value': observation_key(area_code='by_field.area_code', **counted),
                    'ranked_among': observation_key(area_code="'*'", **counted),
                }) }}
        end as made_from,
        by_field.rank_among_all_areas is not null as is_rank_given,
        by_field.vintage,
        by_field.source_file,
        by_field.source_row
    from by_field
    -- an area code is one area: many to one
    left join area
        on by_field.area_code = area.area_code
)

select * from final
