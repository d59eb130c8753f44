-- Indicators: what a value of indicator_observation means, in which unit and from which source.
with

indicator as (
    select * from {{ ref('indicator') }}
),

final as (
    select
        indicator_id,
        name_zh,
        name_en,
        unit_code,
        unit_zh,
        unit_en,
        source_id,
        definition_zh,
        definition_en
    from indicator
)

select * from final
