{{ config(severity='warn') }}
-- One returned row: an estimate whose true value a landed vintage has that the edition does not pin.
with

estimate_check as (
    select * from {{ ref('estimate_check') }}
    where outcome in ('arrived', 'other_base_year')
),

final as (
    select
        concat(
            estimate_id, ' is estimated at ', round(estimated_value, 4), ', but ', source_id,
            ' of vintage ', vintage, ' has ', round(published_value, 4),
            case
                when error_pct is null then ' in prices of another year'
                else concat(': the estimate is off by ', round(error_pct, 2), ' %')
            end,
            '. Pin that vintage to use it, or keep the estimate knowingly.'
        ) as message,
        cast(null as varchar) as source_file,
        cast(null as bigint) as source_row,
        estimate_id,
        estimated_value,
        published_value,
        vintage,
        error_pct
    from estimate_check
    order by abs(error_pct) desc nulls last
)

select * from final
