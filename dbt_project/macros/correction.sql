{#- The editor's corrections of publishers' values: applied here and nowhere else, to the values of an
    indicator in its own unit and before any estimate is made from them. What the publisher says stays
    beside it, for the guard (every_correction_meets_the_value_that_it_expects) and for provenance. -#}

{#- Join of at most one correction per observation. `observation`: a relation with indicator_id,
    area_code, breakdown and period. -#}
{% macro join_correction(observation, source_id) -%}
left join {{ source('edition', 'correction') }} as correction
        on
            correction.status = 'applied'
            and correction.source_id = '{{ source_id }}'
            and {{ observation }}.indicator_id = correction.indicator_id
            and {{ observation }}.area_code = correction.area_code
            and {{ observation }}.breakdown = correction.breakdown
            and {{ observation }}.period = correction.period
{%- endmacro %}

{% macro corrected_value(publisher_value) -%}
    coalesce(correction.value, {{ publisher_value }})
{%- endmacro %}

{#- The last columns of an observation: its basis, the correction, and what it took the place of. -#}
{% macro correction_columns(publisher_value, basis) -%}
    case when correction.correction_id is not null then 'corrected' else {{ basis }} end as basis,
        correction.correction_id,
        case when correction.correction_id is not null then {{ publisher_value }} end
            as publisher_value
{%- endmacro %}
