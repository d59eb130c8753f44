{#- The models of the book's tables. dbt must know them when it parses, before it has read the
    edition's tables.yml, hence this list: the only one. -#}
{% macro printed_tables() -%}
  {{ return([
    'table_1_1_01', 'table_1_1_02', 'table_1_1_04',
    'table_1_2_01', 'table_1_2_02', 'table_1_2_03', 'table_1_2_04', 'table_1_2_05',
    'table_1_2_06', 'table_1_2_07', 'table_1_2_08', 'table_1_2_09', 'table_1_2_10',
    'table_1_2_11', 'table_1_2_12', 'table_1_2_13', 'table_1_2_14', 'table_1_2_15',
    'table_1_2_16', 'table_1_4_07',
  ]) }}
{%- endmacro %}
