{#- Tables 1-2-1, 1-2-2, 1-2-4 and 1-2-5: levels of a panel's areas and their yearly growth.
    Rows: countries by the unrounded level of the last promised year, largest first, those without
    a level after them, then the aggregates in the panel's order. Growth comes from unrounded
    levels; growth over an estimated level is itself an estimate (E).

    table_id: the book's table; indicator_id: what is shown; divisor: from the indicator's unit to
    the printed one; level_measure, growth_measure: the table's two measures. -#}
{% macro ranked_area_table(table_id, indicator_id, divisor, level_measure, growth_measure) -%}
with

promised as (
    select
        measure,
        period
    from {{ source('edition', 'measure_period') }}
    where table_id = '{{ table_id }}'
),

panel as (
    select
        panel.area_code,
        panel.position,
        panel.role
    from {{ source('edition', 'table') }} as book_table
    -- one to many: the members of the table's panel
    inner join {{ source('edition', 'panel') }} as panel
        on book_table.panel_id = panel.panel_id
    where book_table.table_id = '{{ table_id }}'
),

observation as (
    select
        area_code,
        cast(period as integer) as year,
        value / {{ divisor }} as value,
        {{ observation_key() }} as observation_key,
        {{ book_status('value', 'estimate_id', 'status') }} as status
    from {{ ref('int_research_and_development') }}
    where
        indicator_id = '{{ indicator_id }}'
        and breakdown = 'total'
),

last_year as (
    select max(cast(period as integer)) as year
    from promised
    where measure = '{{ level_measure }}'
),

row_order as (
    select
        panel.area_code,
        row_number() over (
            order by
                case when panel.role = 'aggregate' then 1 else 0 end,
                case when panel.role = 'aggregate' then panel.position end,
                case when observation.value is null then 1 else 0 end,
                observation.value desc,
                panel.position
        ) as row_no
    from panel
    cross join last_year
    -- one level per area and year: many to one
    left join observation
        on
            panel.area_code = observation.area_code
            and last_year.year = observation.year
),

level_cell as (
    select
        row_order.row_no,
        row_order.area_code,
        promised.period,
        promised.measure,
        observation.value,
        coalesce(observation.status, 'M') as status,
        {{ scaled_from('observation.observation_key', divisor) }} as made_from
    from row_order
    cross join promised
    left join observation
        on
            row_order.area_code = observation.area_code
            and cast(promised.period as integer) = observation.year
    where promised.measure = '{{ level_measure }}'
),

growth_cell as (
    select
        row_order.row_no,
        row_order.area_code,
        promised.period,
        promised.measure,
        {{ growth_pct('observation.value', 'previous.value') }} as value,
        observation.status as status_now,
        previous.status as status_before,
        {{ made_from('growth_pct', {
            'value': 'observation.observation_key',
            'previous': 'previous.observation_key',
        }) }} as made_from
    from row_order
    cross join promised
    left join observation
        on
            row_order.area_code = observation.area_code
            and cast(promised.period as integer) = observation.year
    left join observation as previous
        on
            row_order.area_code = previous.area_code
            and cast(promised.period as integer) - 1 = previous.year
    where promised.measure = '{{ growth_measure }}'
),

final as (
    select
        cast(row_no as integer) as row_no,
        area_code as row_key,
        period,
        measure,
        value,
        status,
        made_from
    from level_cell

    union all

    select
        cast(row_no as integer) as row_no,
        area_code as row_key,
        period,
        measure,
        value,
        {{ combined_status('value', 'status_now', 'status_before') }} as status,
        made_from
    from growth_cell
)

select * from final
{%- endmacro %}
