{#- The one rounding rule in SQL. Its twin in Python is publication/rounding.py; both are tested on
    the same cases. Binary noise below the tenth place is cut off first (0.285 at two decimals is
    0.29). `decimals` is a number, or an SQL expression that may differ from row to row (0 to 9);
    DuckDB rounds decimals only to a constant place, hence the branches. -#}
{% macro round_half_away(value, decimals) -%}
  {%- if decimals is number -%}
    round(cast({{ value }} as decimal(38, 10)), {{ decimals }})
  {%- else -%}
    case {{ decimals }}
    {%- for places in range(10) %}
      when {{ places }} then
        cast(round(cast({{ value }} as decimal(38, 10)), {{ places }}) as decimal(38, 10))
    {%- endfor %}
    end
  {%- endif -%}
{%- endmacro %}
