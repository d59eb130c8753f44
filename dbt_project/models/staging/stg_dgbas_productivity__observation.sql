-- One row per DGBAS labour-productivity value, with the industry decoded.
-- Choosing measures: int_labour_productivity.
{%- set base_year = "nullif(regexp_extract(measure, '([0-9]{2,4})年? *= *100', 1), '')" %}

{#- a year of two or three digits counts from 1911 -#}
{%- set base_period %}
        case
            when length({{ base_year }}) = 4 then {{ base_year }}
            else cast(cast({{ base_year }} as integer) + 1911 as varchar)
        end
{%- endset %}
{{ staged_dgbas_observations(
    'dgbas_productivity',
    read_out={
        'base_period': base_period,
        'unit_zh': 'unit',
    },
) }}
