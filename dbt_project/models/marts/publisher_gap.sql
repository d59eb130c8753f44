-- The values that a publisher is known not to have, with the reason. A cell that needs one is N/A
-- unless an estimate fills it.
with

publisher_gap as (
    select * from {{ source('edition', 'publisher_gap') }}
),

final as (
    select
        edition,
        indicator_id,
        area_code,
        period,
        reason_en,
        reason_zh
    from publisher_gap
)

select * from final
