{#- The end of every int_<subject> whose publisher states no status: its values in the uniform
    columns, provisional (P) where the edition declares so, corrected where it declares that.

    values: the CTE, with indicator_id, area_code, breakdown, period, value and where it stands
    (vintage, source_file, source_row); base_period: SQL on it; multiplier: SQL on it, from the number in
    the file to value; extra_columns: kept as they are. -#}
{% macro publisher_observations(
    values,
    source_id,
    base_period='cast(null as varchar)',
    multiplier='1',
    extra_columns=[]
) -%}
    select
        {{ values }}.indicator_id,
        {{ values }}.area_code,
        {{ values }}.breakdown,
        {{ values }}.period,
        {{ corrected_value(values ~ '.value') }} as value,
        indicator.unit_code,
        {{ base_period }} as base_period,
        case when provisional.period is not null then 'P' else '' end as status,
        cast(null as varchar) as estimate_id,
        cast(null as varchar) as estimate_rule,
        '{{ source_id }}' as source_id,
        {{ values }}.vintage,
        {{ values }}.source_file,
        {{ values }}.source_row,
        {{ correction_columns(values ~ '.value', 'source_basis.basis') }},
        cast({{ multiplier }} as double) as multiplier
        {%- for column in extra_columns %},
        {{ values }}.{{ column }}
        {%- endfor %}
    from {{ values }}
    -- a value has one indicator, one declaration, one correction at most and one basis: all
    -- many to one
    left join {{ ref('indicator') }} as indicator
        on {{ values }}.indicator_id = indicator.indicator_id
    left join {{ source('edition', 'provisional') }} as provisional
        on
            provisional.source_id = '{{ source_id }}'
            and {{ values }}.indicator_id = provisional.indicator_id
            and {{ values }}.period = provisional.period
    left join {{ ref('int_source_basis') }} as source_basis
        on
            source_basis.source_id = '{{ source_id }}'
            and {{ values }}.vintage = source_basis.vintage
    {{ join_correction(values, source_id) }}
{%- endmacro %}
