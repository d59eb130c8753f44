-- Utility patents granted by area, from published counts: by year, and by WIPO field over a window
-- with the rank among all areas (int_patents__ranked_fields).
with

by_year as (
    select * from {{ ref('stg_uspto_counts__grants_by_area_year') }}
),

ranked_fields as (
    select * from {{ ref('int_patents__ranked_fields') }}
),

figure as (
    select
        'patents_granted' as indicator_id,
        area_code,
        'total' as breakdown,
        cast(grant_year as varchar) as period,
        cast(grants as double) as value,
        cast(null as boolean) as is_rank_given,
        null as made_from,
        vintage,
        source_file,
        source_row
    from by_year

    union all

    select
        'patents_granted_by_field' as indicator_id,
        area_code,
        cast(field_number as varchar) as breakdown,
        period,
        cast(grants as double) as value,
        cast(null as boolean) as is_rank_given,
        null as made_from,
        vintage,
        source_file,
        source_row
    from ranked_fields

    union all

    select
        'patent_rank_by_field' as indicator_id,
        area_code,
        cast(field_number as varchar) as breakdown,
        period,
        cast(rank_among_all_areas as double) as value,
        is_rank_given,
        made_from,
        vintage,
        source_file,
        source_row
    from ranked_fields
    where rank_among_all_areas is not null
),

final as (
    {{ publisher_observations('figure', 'uspto_counts', extra_columns=['is_rank_given', 'made_from']) }}
)

select * from final
