{#- What one indicator has in a group with one row per indicator: long rows become columns. -#}
{% macro side_by_side(column, indicator_id) -%}
  max(case when indicator_id = '{{ indicator_id }}' then {{ column }} end)
{%- endmacro %}
