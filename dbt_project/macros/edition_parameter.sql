{#- The value of a parameter of the edition (edition.yml), as text: a scalar in SQL. -#}
{% macro edition_parameter(name) -%}
  (select value from {{ source('edition', 'parameter') }} where name = '{{ name }}')
{%- endmacro %}
