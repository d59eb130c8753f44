{#- The customs lines added up by month and goods code, or by month and partner. Ranges, protected
    lines, other flows, other lengths of code and lines of superseded files are left out, and counted
    in customs_coverage. Two plain sums take half the time of one by grouping sets.

    member: goods_code or partner_label_zh. -#}
{% macro customs_added_up(member) -%}
with

-- read twice, each time a part: made once, it would be held whole
line as not materialized (
    select * from {{ ref('stg_customs_portal__trade_line') }}
    where
        is_addable
        and flow_zh = {{ edition_parameter('exports.flow') }}
        and cast(length(goods_code) as varchar) = {{ edition_parameter('exports.goods_digits') }}
),

contested as (
    select * from {{ ref('int_customs__contested') }}
),

customs_period as (
    select * from {{ ref('int_customs__period') }}
),

added as (
    select
        line.period_from as period,
        line.{{ member }},
        line.value_ntd_thousand,
        line.value_usd_thousand,
        line.is_preliminary,
        line.is_withheld
    from line
    -- a line has one period: many to one
    inner join customs_period
        on line.period_from = customs_period.period
    where not customs_period.is_contested

    union all

    select
        line.period_from as period,
        line.{{ member }},
        line.value_ntd_thousand,
        line.value_usd_thousand,
        line.is_preliminary,
        line.is_withheld
    from line
    -- of a contested month and code one file is used: many to one
    inner join contested
        on
            line.period_from = contested.period
            and line.goods_code = contested.goods_code
            and line.file_key = contested.file_key
            and line.is_preliminary = contested.is_preliminary
    where contested.is_used
),

final as (
    select
        period,
        {{ member }},
        count(*) as line_count,
        count(*) filter (where is_withheld) as withheld_lines,
        count(*) filter (where value_ntd_thousand is null and not is_withheld)
            as lines_without_ntd,
        cast(sum(value_ntd_thousand) as bigint) as value_ntd_thousand,
        cast(sum(value_usd_thousand) as bigint) as value_usd_thousand,
        bool_or(is_preliminary) as is_preliminary
    from added
    group by
        period,
        {{ member }}
)

select * from final
{%- endmacro %}
