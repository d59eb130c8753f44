-- One row per stage of the EU hydrogen strategy, its target still as text.
with

source as (
    select * from {{ source('eu_hydrogen', 'stage_target') }}
),

final as (
    select
        stage_key,
        stage_zh as stage_name_zh,
        cast(period_from as varchar) || '-' || cast(period_to as varchar) as period,
        target_text_zh,
        _vintage as vintage,
        _source_file as source_file,
        _source_row as source_row
    from source
)

select * from final
