-- One row per year of customs lines: added up from twelve months, or given as a year. A year of some
-- months only is not complete and gives no yearly value.
with

file_period as (
    select * from {{ ref('stg_customs_portal__file_period') }}
    where
        period_kind <> 'range'
        and flow_zh = {{ edition_parameter('exports.flow') }}
),

year as (
    select
        left(period_from, 4) as year,
        count(distinct case when period_kind = 'month' then period_from end) as month_count,
        count(*) filter (where period_kind = 'year') > 0 as has_year_lines
    from file_period
    group by left(period_from, 4)
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
