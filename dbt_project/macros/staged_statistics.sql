{#- Staging of the statistics portals that answer with one table layout (webMain): one row per
    period and statistic, labels as printed. -#}
{% macro staged_statistics(source_id) -%}
with

source as (
    select * from {{ source(source_id, 'statistic') }}
),

final as (
    select
        table_title as table_title_zh,
        item as item_label_zh,
        unit as unit_zh,
        frequency,
        period,
        period_label as period_label_zh,
        value,
        _vintage as vintage,
        _source_file as source_file,
        _source_row as source_row
    from source
)

select * from final
{%- endmacro %}
