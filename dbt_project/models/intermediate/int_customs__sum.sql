-- The customs lines added up in one pass: by month and goods code (partner_label_zh is null), and by
-- month and partner (goods_code is null). Ranges, protected lines, other flows, other lengths of
-- code and lines of superseded files are left out, and counted in customs_coverage.
with

line as (
    select * from {{ ref('stg_customs_portal__trade_line') }}
    where
        is_addable
        and flow_zh = {{ edition_parameter('exports.flow') }}
        and cast(length(goods_code) as varchar) = {{ edition_parameter('exports.goods_digits') }}
),

contested as (
    select * from {{ ref('int_customs__contested') }}
),

contested_period as (
    select distinct period from contested
),

added as (
    select
        period_from as period,
        goods_code,
        partner_label_zh,
        value_ntd_thousand,
        value_usd_thousand,
        is_preliminary,
        is_withheld
    from line
    where period_from not in (select period from contested_period)

    union all

    select
        line.period_from as period,
        line.goods_code,
        line.partner_label_zh,
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
        goods_code,
        partner_label_zh,
        count(*) as line_count,
        count(*) filter (where is_withheld) as withheld_lines,
        count(*) filter (where value_ntd_thousand is null and not is_withheld)
            as lines_without_ntd,
        cast(sum(value_ntd_thousand) as bigint) as value_ntd_thousand,
        cast(sum(value_usd_thousand) as bigint) as value_usd_thousand,
        bool_or(is_preliminary) as is_preliminary
    from added
    group by grouping sets ((period, goods_code), (period, partner_label_zh))
)

select * from final
