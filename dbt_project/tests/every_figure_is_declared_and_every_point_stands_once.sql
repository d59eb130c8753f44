-- One returned row: a figure of the edition that no model computes, a model whose figure the edition
-- does not declare, or a value that stands twice.
with

declared as (
    select
        figure_id,
        model_name,
        chart
    from {{ ref('book_figure') }}
),

modelled as (
    {%- for figure in drawn_figures() %}
    select
        '{{ figure | replace('figure_', 'F') | replace('_', '-') }}' as figure_id,
        '{{ figure }}' as model_name
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

point as (
    select
        figure_id,
        concat_ws(', ', series_key, point_key, measure) as point_id
    from {{ ref('figure_point') }}
),

repeated as (
    select
        figure_id,
        point_id,
        count(*) as copies
    from point
    group by figure_id, point_id
    having count(*) > 1
),

fault as (
    select
        declared.figure_id,
        concat(
            'The edition declares ', declared.figure_id, ' with the model ', declared.model_name,
            ', which is not in macros/figure_values.sql (drawn_figures): add it, or correct ',
            'figures.yml.'
        ) as message
    from declared
    -- one model per figure: one to one
    left join modelled
        on
            declared.figure_id = modelled.figure_id
            and declared.model_name = modelled.model_name
    where modelled.figure_id is null

    union all

    select
        modelled.figure_id,
        concat(
            'The model ', modelled.model_name, ' computes ', modelled.figure_id,
            ', which the edition does not declare: add it to figures.yml.'
        ) as message
    from modelled
    left join declared
        on modelled.figure_id = declared.figure_id
    where declared.figure_id is null

    union all

    select
        figure_id,
        concat(
            figure_id, ' has ', copies, ' values for (', point_id, '): a source has the statistic ',
            'twice; keep one of them in the file, or map one of the codes elsewhere.'
        ) as message
    from repeated
),

final as (
    select
        message,
        cast(null as varchar) as source_file,
        cast(null as bigint) as source_row,
        figure_id
    from fault
)

select * from final
