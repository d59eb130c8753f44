-- The year in which AI is expected to clearly surpass human performance, one row per capability and
-- estimate. The period of an observation is the estimate: before or after generative AI appeared.
with

capability_year as (
    select * from {{ ref('stg_mckinsey_ai__capability_year') }}
),

figure as (
    select
        'ai_surpasses_human_year' as indicator_id,
        'WLD' as area_code,
        capability_key as breakdown,
        estimate_key as period,
        cast(calendar_year as double) as value,
        vintage,
        source_file,
        source_row,
        position as publisher_position
    from capability_year
),

final as (
    {{ publisher_observations('figure', 'mckinsey_ai', extra_columns=['publisher_position']) }}
)

select * from final
