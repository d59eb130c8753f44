-- Table 1-1-2: when AI clearly surpasses human performance, ordered by the estimate made after
-- generative AI appeared; ties stay in the publisher's order.
with

promised as (
    select
        measure,
        period
    from {{ source('edition', 'measure_period') }}
    where table_id = 'T1-1-02'
),

capability as (
    select * from {{ ref('int_ai_capability') }}
),

capability_row as (
    select
        breakdown,
        cast(
            row_number() over (
                order by
                    max(case when period = 'post_genai_estimate' then value end),
                    min(publisher_position)
            ) as integer
        ) as row_no
    from capability
    group by breakdown
),

final as (
    select
        capability_row.row_no,
        capability_row.breakdown as row_key,
        promised.period,
        promised.measure,
        capability.value,
        {{ book_status('capability.value', 'capability.estimate_id', 'capability.status') }}
            as status,
        {{ made_from('given', {'value': observation_key('capability')}) }} as made_from
    from capability_row
    cross join promised
    -- one year per capability and estimate: many to one
    left join capability
        on
            capability_row.breakdown = capability.breakdown
            and promised.period = capability.period
)

select * from final
