{#- A part of a whole in per cent; null where the whole is nothing or unknown. -#}
{% macro share_pct(part, whole) -%}
  100 * {{ part }} / nullif({{ whole }}, 0)
{%- endmacro %}
