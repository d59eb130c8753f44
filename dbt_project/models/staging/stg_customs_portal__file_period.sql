-- One row per file, flow and period: what each landed file holds, and when it was asked for. The
-- portal writes the time of the query into the name of the file; another name says nothing of it.
with

source as (
    select * from {{ source('customs_portal', 'file_period') }}
),

final as (
    select
        file_key,
        flow as flow_zh,
        period_from,
        period_to,
        period_kind,
        is_preliminary,
        has_partners,
        lines as line_count,
        nullif(regexp_extract(_source_file, '(20[0-9]{12})', 1), '') as asked_at,
        _vintage as vintage,
        _source_file as source_file,
        _source_row as source_row
    from source
)

select * from final
