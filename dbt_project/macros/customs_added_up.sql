{#- The customs lines added up by month and goods code, or by month and partner: from the control
    totals of the one file that holds a month, or from the lines of the file that is right where
    several do. Ranges, protected lines, other flows, other lengths of code and lines of superseded
    files are left out, and counted in customs_coverage.

    member: goods_code or partner_label_zh; totals: the staged control totals by it; digits: SQL on
    these, the length of the goods codes. -#}
{% macro customs_added_up(member, totals, digits) -%}
with

total as (
    select * from {{ totals }}
    where
        is_addable
        and flow_zh = {{ edition_parameter('exports.flow') }}
        and cast({{ digits }} as varchar) = {{ edition_parameter('exports.goods_digits') }}
),

line as (
    select * from {{ ref('stg_customs_portal__trade_line') }}
),

contested as (
    select * from {{ ref('int_customs__contested') }}
    where is_used
),

customs_period as (
    select * from {{ ref('int_customs__period') }}
),

added as (
    select
        total.period_from as period,
        total.{{ member }},
        total.line_count,
        total.withheld_lines,
        case when total.value_ntd_thousand is null then total.line_count else 0 end
            as lines_without_ntd,
        total.value_ntd_thousand,
        total.value_usd_thousand,
        total.is_preliminary
    from total
    -- a total has one period: many to one
    inner join customs_period
        on total.period_from = customs_period.period
    where not customs_period.is_contested

    union all

    select
        line.period_from as period,
        line.{{ member }},
        1 as line_count,
        case when line.is_withheld then 1 else 0 end as withheld_lines,
        case when line.value_ntd_thousand is null and not line.is_withheld then 1 else 0 end
            as lines_without_ntd,
        line.value_ntd_thousand,
        line.value_usd_thousand,
        line.is_preliminary
    from line
    -- of a contested month and code one file is used: many to one
    inner join contested
        on
            line.period_from = contested.period
            and line.goods_code = contested.goods_code
            and line.file_key = contested.file_key
            and line.is_preliminary = contested.is_preliminary
    where
        line.is_addable
        and line.flow_zh = {{ edition_parameter('exports.flow') }}
),

final as (
    select
        period,
        {{ member }},
        cast(sum(line_count) as bigint) as line_count,
        cast(sum(withheld_lines) as bigint) as withheld_lines,
        cast(sum(lines_without_ntd) as bigint) as lines_without_ntd,
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
