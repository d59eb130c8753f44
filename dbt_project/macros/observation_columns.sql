{#- The uniform columns of every int_<subject>, in the order of indicator_observation. -#}
{% macro observation_columns() -%}
  {{ return([
    'indicator_id', 'area_code', 'breakdown', 'period', 'value', 'unit_code', 'base_period',
    'status', 'estimate_id', 'estimate_rule', 'source_id', 'vintage', 'source_file', 'source_row', 'basis',
    'correction_id', 'publisher_value', 'multiplier',
  ]) }}
{%- endmacro %}
