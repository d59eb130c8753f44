-- One row per year of customs lines: added up from twelve months, or given as a year. A year of some
-- months only is not complete and gives no yearly value; nor does a month count of which all lines are
-- left out, such as those of shorter goods codes.
with

customs_period as (
    select * from {{ ref('int_customs__period') }}
),

customs_sum as (
    select * from {{ ref('int_customs__goods') }}
),

year as (
    select
        year,
        count(*) filter (where period_kind = 'month') as month_count,
        count(*) filter (where period_kind = 'year') > 0 as has_year_lines
    from customs_period
    where period in (select customs_sum.period from customs_sum)
    group by year
),

final as (
    select
        year,
        month_count,
        case
            when month_count = 12 then 'month'
            when has_year_lines then 'year'
        end as added_from,
        month_count = 12 or has_year_lines as is_complete
    from year
)

select * from final
