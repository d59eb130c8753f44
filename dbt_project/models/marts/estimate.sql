-- The values that the editor supplies where a publisher has none: rule, reason, who decided, when.
-- What each gives, and whether a publisher's value has arrived: estimate_check.
with

estimate as (
    select * from {{ source('edition', 'estimate') }}
),

final as (
    select
        edition,
        estimate_id,
        indicator_id,
        area_code,
        period,
        rule,
        given_value,
        growth_pct,
        reason_en,
        reason_zh,
        decided_by,
        decided_on
    from estimate
)

select * from final
