-- One row per month: total exports and imports in NTD thousand. Totals include re-exports and
-- re-imports, which stand beside them.
with

source as (
    select * from {{ source('customs_totals', 'monthly_total') }}
),

final as (
    select
        period,
        exports_total_ntd_thousand,
        exports_ntd_thousand,
        re_exports_ntd_thousand,
        imports_total_ntd_thousand,
        imports_ntd_thousand,
        re_imports_ntd_thousand,
        balance_ntd_thousand,
        note_zh,
        _vintage as vintage,
        _source_file as source_file,
        _source_row as source_row
    from source
)

select * from final
