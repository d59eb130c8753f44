-- Value added and gross output side by side, one row per period for manufacturing and each of its
-- two-digit industries, NTD 100m. Industries outside manufacturing have no key of ours.
with

industry_value_added as (
    select
        observation.indicator_id,
        industry.industry_key,
        observation.period,
        observation.value / 100 as value_ntd_100m,
        {{ observation_key('observation') }} as observation_key,
        {{ book_status('observation.value', 'observation.estimate_id', 'observation.status') }}
            as status
    from {{ ref('int_industry_value_added') }} as observation
    -- an industry key is one industry: many to one
    inner join {{ ref('industry') }} as industry
        on observation.breakdown = industry.industry_key
),

final as (
    select
        industry_key,
        period,
        {{ side_by_side('value_ntd_100m', 'value_added') }} as value_added_ntd_100m,
        {{ side_by_side('status', 'value_added') }} as value_added_status,
        {{ side_by_side('observation_key', 'value_added') }} as value_added_key,
        {{ side_by_side('value_ntd_100m', 'gross_output') }} as gross_output_ntd_100m,
        {{ side_by_side('status', 'gross_output') }} as gross_output_status,
        {{ side_by_side('observation_key', 'gross_output') }} as gross_output_key
    from industry_value_added
    group by industry_key, period
)

select * from final
