{#- Relative change in per cent, for ratios too; null where there is no base to grow from. -#}
{% macro growth_pct(current, previous) -%}
  100 * ({{ current }} / nullif({{ previous }}, 0) - 1)
{%- endmacro %}
