{#- The observations that are made from other observations, with what they are made from. A subject
    that has such gives them the column `made_from` and stands in this list. -#}
{% macro derived_observations() -%}
    {%- for subject in ['int_research_and_development', 'int_patents', 'int_exports'] %}
    select
        indicator_id,
        area_code,
        breakdown,
        period,
        made_from
    from {{ ref(subject) }}
    where made_from is not null
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
{%- endmacro %}
