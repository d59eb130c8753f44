-- Every landed customs line, once: what was added up and what was left out by which rule, by year.
with

edition as (
    select edition from {{ source('edition', 'edition') }}
),

first_year as (
    select {{ edition_parameter('exports.first_year') }} as year
),

file_period as (
    select * from {{ ref('stg_customs_portal__file_period') }}
),

line as (
    select * from {{ ref('stg_customs_portal__trade_line') }}
),

held_period as (
    select distinct
        file_period.flow_zh,
        file_period.period_from,
        file_period.period_to
    from file_period
    inner join first_year
        on left(file_period.period_from, 4) >= first_year.year
),

left_out as (
    select
        left(line.period_from, 4) as period,
        case
            when line.flow_zh <> {{ edition_parameter('exports.flow') }} then 'other_flow'
            when line.period_kind = 'range' then 'year_to_date'
            when line.is_information_protected then 'information_protected'
            else 'other_goods_digits'
        end as what,
        line.value_ntd_thousand,
        line.is_withheld
    from line
    -- a line has one flow and period: many to one
    inner join held_period
        on
            line.flow_zh = held_period.flow_zh
            and line.period_from = held_period.period_from
            and line.period_to = held_period.period_to
    where
        not line.is_addable
        or line.flow_zh <> {{ edition_parameter('exports.flow') }}
        or cast(length(line.goods_code) as varchar)
        <> {{ edition_parameter('exports.goods_digits') }}
),

contested as (
    select * from {{ ref('int_customs__contested') }}
),

customs_sum as (
    select * from {{ ref('int_customs__goods') }}
),

year as (
    select * from {{ ref('int_customs__year') }}
),

counted as (
    select
        left(file_period.period_from, 4) as period,
        'before_first_year' as what,
        sum(file_period.line_count) as line_count,
        cast(null as bigint) as withheld_lines,
        cast(null as bigint) as value_ntd_thousand
    from file_period
    inner join first_year
        on left(file_period.period_from, 4) < first_year.year
    group by left(file_period.period_from, 4)

    union all

    select
        period,
        what,
        count(*) as line_count,
        count(*) filter (where is_withheld) as withheld_lines,
        sum(value_ntd_thousand) as value_ntd_thousand
    from left_out
    group by
        period,
        what

    union all

    select
        left(period, 4) as period,
        'superseded' as what,
        sum(line_count) as line_count,
        cast(null as bigint) as withheld_lines,
        sum(value_ntd_thousand) as value_ntd_thousand
    from contested
    where not is_used
    group by left(period, 4)

    union all

    select
        left(customs_sum.period, 4) as period,
        case
            when not year.is_complete then 'incomplete_year'
            when
                case when length(customs_sum.period) = 4 then 'year' else 'month' end
                <> year.added_from then 'year_beside_months'
            else 'added_up'
        end as what,
        sum(customs_sum.line_count) as line_count,
        sum(customs_sum.withheld_lines) as withheld_lines,
        sum(customs_sum.value_ntd_thousand) as value_ntd_thousand
    from customs_sum
    -- every period is of a year: many to one
    inner join year
        on left(customs_sum.period, 4) = year.year
    group by
        left(customs_sum.period, 4),
        what
),

final as (
    select
        edition.edition,
        counted.period,
        counted.what,
        cast(counted.line_count as bigint) as line_count,
        cast(counted.withheld_lines as bigint) as withheld_lines,
        cast(counted.value_ntd_thousand as bigint) as value_ntd_thousand
    from counted
    cross join edition
)

select * from final
