-- The editor's corrections of publishers' values: what was expected in the file, what stands instead,
-- why, and on which evidence.
with

correction as (
    select * from {{ source('edition', 'correction') }}
),

final as (
    select
        edition,
        correction_id,
        source_id,
        indicator_id,
        area_code,
        breakdown,
        period,
        value,
        expect,
        reason_en,
        reason_zh,
        evidence,
        decided_by,
        decided_on,
        status
    from correction
)

select * from final
