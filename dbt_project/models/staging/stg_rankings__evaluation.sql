-- One row per international evaluation and economy, as landed. The period is the year that is
-- printed with the evaluator, empty where none is.
with

source as (
    select * from {{ source('rankings', 'evaluation') }}
),

final as (
    select
        evaluation_key,
        evaluation_name_zh,
        evaluator_zh as evaluator_name_zh,
        coalesce(period, '') as period,
        area_code,
        rank as ranking_position,
        economies_evaluated,
        _vintage as vintage,
        _source_file as source_file,
        _source_row as source_row
    from source
)

select * from final
