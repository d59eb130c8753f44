-- One row per capability and estimate (before or after generative AI): the calendar year.
with

source as (
    select * from {{ source('mckinsey_ai', 'capability_year') }}
),

final as (
    select
        position,
        capability_key,
        capability_zh as capability_name_zh,
        capability_en as capability_name_en,
        estimate as estimate_key,
        calendar_year,
        _vintage as vintage,
        _source_file as source_file,
        _source_row as source_row
    from source
)

select * from final
