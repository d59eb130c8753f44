-- Patents counted from the bulk tables, as values of indicators. A value is an aggregate of many
-- records: it has no line, and names the file that it mostly rests on.
{%- set counted = {
    'indicator_id': "'patents_granted_by_field'",
    'breakdown': 'cast(field_number as varchar)',
} %}
{%- set every_area = dict(counted, area_code="'*'") %}
{%- set cited = {'indicator_id': "'highly_cited_patents'", 'breakdown': "'total'"} %}
{%- set cited_anywhere = dict(cited, area_code="'WLD'") %}
with

by_area_year as (
    select * from {{ ref('int_patents__by_area_year') }}
),

by_field as (
    select * from {{ ref('int_patents__by_field') }}
),

highly_cited as (
    select * from {{ ref('int_patents__highly_cited') }}
),

record_count as (
    select * from {{ ref('stg_uspto_bulk__record_count') }}
),

figure as (
    select
        'patents_granted' as indicator_id,
        area_code,
        'total' as breakdown,
        cast(grant_year as varchar) as period,
        cast(grants as double) as value,
        {{ made_from('count_of_records') }} as made_from,
        'g_patent' as file_table
    from by_area_year

    union all

    select
        'patents_granted_by_field' as indicator_id,
        area_code,
        cast(field_number as varchar) as breakdown,
        period,
        grants as value,
        {{ made_from('weighted_count_of_records') }} as made_from,
        'g_ipc_at_issue' as file_table
    from by_field
    where field_number > 0

    union all

    select
        'patent_rank_by_field' as indicator_id,
        area_code,
        cast(field_number as varchar) as breakdown,
        period,
        cast(rank_among_all_areas as double) as value,
        {{ made_from('rank', {
            'value': observation_key(**counted),
            'ranked_among': observation_key(**every_area),
        }) }} as made_from,
        'g_ipc_at_issue' as file_table
    from by_field
    where
        field_number > 0
        and rank_among_all_areas is not null

    union all

    select
        'highly_cited_patents' as indicator_id,
        area_code,
        'total' as breakdown,
        period,
        patents as value,
        {{ made_from('weighted_count_of_records') }} as made_from,
        'g_us_patent_citation' as file_table
    from highly_cited

    union all

    select
        'highly_cited_share' as indicator_id,
        area_code,
        'total' as breakdown,
        period,
        share_pct as value,
        {{ made_from('share_pct', {
            'numerator': observation_key(**cited),
            'denominator': observation_key(**cited_anywhere),
        }) }} as made_from,
        'g_us_patent_citation' as file_table
    from highly_cited
),

file as (
    select
        file_table,
        max(vintage) as vintage,
        max(source_file) as source_file
    from record_count
    group by file_table
),

observed as (
    select
        figure.indicator_id,
        figure.area_code,
        figure.breakdown,
        figure.period,
        figure.value,
        case when figure.indicator_id = 'patent_rank_by_field' then false end as is_rank_given,
        figure.made_from,
        file.vintage,
        file.source_file,
        cast(null as bigint) as source_row
    from figure
    -- a table has one file: many to one
    left join file
        on figure.file_table = file.file_table
),

final as (
    {{ publisher_observations('observed', 'uspto_bulk', extra_columns=['is_rank_given', 'made_from']) }}
)

select * from final
