{#- A number as the book prints it. All arguments are SQL expressions and may differ by row.
    style: 'number' with thousands separators, 'plain' without (years), 'arrow' with a sign as
    an arrow. The number is rounded before it is formatted, so that minus zero cannot appear. -#}
{% macro printed_number(value, decimals, style, suffix) -%}
  case
    when {{ value }} is null then 'N/A'
    else
      case
        when {{ style }} = 'plain' then {{ fixed_point(value, decimals, '') }}
        when {{ style }} = 'arrow' and {{ round_half_away(value, decimals) }} > 0
          then '↑ ' || {{ fixed_point(value, decimals, ',') }}
        when {{ style }} = 'arrow' and {{ round_half_away(value, decimals) }} < 0
          then '↓ ' || {{ fixed_point('abs(' ~ value ~ ')', decimals, ',') }}
        else {{ fixed_point(value, decimals, ',') }}
      end || coalesce({{ suffix }}, '')
  end
{%- endmacro %}

{#- DuckDB's `format` takes the places from the row; on Spark this becomes format_number. -#}
{% macro fixed_point(value, decimals, thousands) -%}
  format(
    '{:{{ thousands }}.' || cast({{ decimals }} as varchar) || 'f}',
    cast({{ round_half_away(value, decimals) }} as double)
  )
{%- endmacro %}
