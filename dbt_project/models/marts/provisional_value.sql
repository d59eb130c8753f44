-- The values that are provisional though the publisher's file does not say so, with the reason.
with

provisional as (
    select * from {{ source('edition', 'provisional') }}
),

final as (
    select
        edition,
        source_id,
        indicator_id,
        period,
        reason_en,
        reason_zh
    from provisional
)

select * from final
