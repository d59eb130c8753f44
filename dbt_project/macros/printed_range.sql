{#- What may be printed for a true value between low and high: one number where the interval is no
    wider than one unit of the last place (it then comes from one printed number), else two with a
    dash. -#}
{% macro printed_range(low, high, decimals, style, suffix) -%}
  case
    when {{ low }} is null or {{ high }} is null then ''
    when
      {{ high }} - {{ low }} <= 1.000001 * power(10, -{{ decimals }})
      then {{ printed_number('((' ~ low ~ ' + ' ~ high ~ ') / 2)', decimals, style, suffix) }}
    else
      {{ printed_number(low, decimals, style, suffix) }}
      || '–' || {{ printed_number(high, decimals, style, suffix) }}
  end
{%- endmacro %}
