-- The words that tables hold beside their numbers, as the source has them: who evaluated,
-- which years a stage covers, what its target is.
with

evaluation as (
    select * from {{ ref('stg_rankings__evaluation') }}
),

stage_target as (
    select * from {{ ref('stg_eu_hydrogen__stage_target') }}
),

final as (
    select
        'T1-2-12' as table_id,
        evaluation_key as row_key,
        period,
        'evaluator' as measure,
        evaluator_name_zh as text_zh,
        cast(null as varchar) as text_en
    from evaluation
    where area_code = 'TWN'

    union all

    select
        'T1-4-07' as table_id,
        stage_key as row_key,
        period,
        'stage_period' as measure,
        replace(period, '-', '~') || '年' as text_zh,
        period as text_en
    from stage_target

    union all

    select
        'T1-4-07' as table_id,
        stage_key as row_key,
        period,
        'target_text' as measure,
        target_text_zh as text_zh,
        cast(null as varchar) as text_en
    from stage_target
)

select * from final
