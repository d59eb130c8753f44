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

{#- These columns of every cell of every table, with the table that it stands in. -#}
{% macro cells_of_tables(columns) -%}
    {%- for table in printed_tables() %}
    select
        '{{ table | replace('table_', 'T') | replace('_', '-') }}' as table_id,
        {{ columns | join(', ') }}
    from {{ ref(table) }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
{%- endmacro %}
