{#- The body of tables 1-2-9 to 1-2-11, which differ in their classes only: every promised cell, by
    the route that the edition chose for the table (basis of edition.yml). -#}
{% macro export_table(table_id) -%}
with

edition_row as (
    select * from {{ source('edition', 'row') }}
    where table_id = '{{ table_id }}'
),

measure_period as (
    select * from {{ source('edition', 'measure_period') }}
    where table_id = '{{ table_id }}'
),

chosen as (
    select * from {{ ref('int_chosen_basis') }}
    where table_id = '{{ table_id }}'
),

cells as (
    select * from {{ ref('int_exports__cells') }}
    where table_id = '{{ table_id }}'
),

-- every promised cell: the table's classes by its columns
frame as (
    select
        edition_row.position as row_no,
        edition_row.row_key,
        measure_period.period,
        measure_period.measure,
        chosen.basis,
        chosen.classification
    from edition_row
    cross join measure_period
    cross join chosen
),

final as (
    select
        frame.row_no,
        frame.row_key,
        frame.period,
        frame.measure,
        cells.value,
        coalesce(cells.status, 'M') as status,
        cells.made_from
    from frame
    -- one cell per route and classification: one to one
    left join cells
        on
            frame.basis = cells.basis
            and frame.classification = cells.classification
            and frame.row_key = cells.row_key
            and frame.period = cells.period
            and frame.measure = cells.measure
)

select * from final
{%- endmacro %}
