-- Every landed customs line, once: what was added up and what was left out by which rule, by year.
with

edition as (
    select edition from {{ source('edition', 'edition') }}
),

first_year as (
    select {{ edition_parameter('exports.from_year') }} as year
),

file_period as (
    select * from {{ ref('stg_customs_portal__file_period') }}
),

total as (
    select * from {{ ref('stg_customs_portal__goods_total') }}
),

left_out as (
    select
        left(total.period_from, 4) as period,
        case
            when total.flow_zh <> {{ edition_parameter('exports.flow') }} then 'other_flow'
            when total.period_kind = 'range' then 'year_to_date'
            when total.is_information_protected then 'information_protected'
            else 'other_goods_digits'
        end as what,
        total.line_count,
        total.withheld_lines,
        total.value_ntd_thousand
    from total
    inner join first_year
        on left(total.period_from, 4) >= first_year.year
    where
        not total.is_addable
        or total.flow_zh <> {{ edition_parameter('exports.flow') }}
        or cast(length(total.goods_code) as varchar)
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
        sum(line_count) as line_count,
        sum(withheld_lines) as withheld_lines,
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
