{#- The end of a figure's model: every value that the edition promises, M where there is none.

    values: the CTE with series_key, point_key, measure, value and status; what it has beyond the
    promise is not part of the figure. -#}
{% macro figure_values(figure_id, values) -%}
    select
        series.position as series_no,
        promise.series_key,
        point.position as point_no,
        promise.point_key,
        promise.measure,
        cast({{ values }}.value as double) as value,
        case
            when {{ values }}.value is null then 'M'
            else coalesce({{ values }}.status, '')
        end as status
    from {{ source('edition', 'figure_promise') }} as promise
    -- a promise is of one series and one point, with one value at most: all many to one
    inner join {{ source('edition', 'figure_series') }} as series
        on
            promise.figure_id = series.figure_id
            and promise.series_key = series.series_key
    inner join {{ source('edition', 'figure_axis_point') }} as point
        on
            promise.figure_id = point.figure_id
            and promise.point_key = point.point_key
    left join {{ values }}
        on
            promise.series_key = {{ values }}.series_key
            and promise.point_key = {{ values }}.point_key
            and promise.measure = {{ values }}.measure
    where promise.figure_id = '{{ figure_id }}'
{%- endmacro %}

{#- The models of the book's figures. dbt must know them when it parses, before it has read the
    edition's figures.yml, hence this list: the only one. -#}
{% macro drawn_figures() -%}
  {{ return([
    'figure_1_2_01', 'figure_1_2_02', 'figure_1_2_03', 'figure_1_2_04', 'figure_1_2_05',
    'figure_1_2_06', 'figure_1_2_07', 'figure_1_2_08', 'figure_1_2_09', 'figure_1_2_10',
    'figure_1_2_11', 'figure_1_2_12',
  ]) }}
{%- endmacro %}
