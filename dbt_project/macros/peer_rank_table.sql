{#- Tables 1-2-6 and 1-2-7: IMD ranks of the small competitive economies, alphabetical by English
    name, the own economy last. The measure of a cell is the criterion. -#}
{% macro peer_rank_table(table_id) -%}
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
        cast(
            row_number() over (
                order by case when panel.role = 'own' then 1 else 0 end, area.name_en
            ) as integer
        ) as row_no
    from {{ source('edition', 'table') }} as book_table
    -- one to many: the members of the table's panel; each is one area
    inner join {{ source('edition', 'panel') }} as panel
        on book_table.panel_id = panel.panel_id
    inner join {{ ref('area') }} as area
        on panel.area_code = area.area_code
    where book_table.table_id = '{{ table_id }}'
),

competitiveness_rank as (
    select * from {{ ref('int_competitiveness_rank') }}
),

final as (
    select
        panel.row_no,
        panel.area_code as row_key,
        promised.period,
        promised.measure,
        competitiveness_rank.value,
        {{
            book_status(
                'competitiveness_rank.value',
                'competitiveness_rank.estimate_id',
                'competitiveness_rank.status'
            )
        }} as status,
        {{ made_from('given', {'value': observation_key('competitiveness_rank')}) }} as made_from
    from panel
    cross join promised
    -- one rank per area, criterion and year: many to one
    left join competitiveness_rank
        on
            panel.area_code = competitiveness_rank.area_code
            and promised.measure = competitiveness_rank.breakdown
            and promised.period = competitiveness_rank.period
)

select * from final
{%- endmacro %}
