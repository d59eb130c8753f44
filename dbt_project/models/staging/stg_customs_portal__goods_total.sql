-- One row per file, flow, period and goods code, or several parts of it: what the file's lines add up to,
-- noted while they were read, so that a refresh need not read all lines again. Protected lines apart.
with

source as (
    select
        *,
        filename
    from {{ source('customs_portal', 'goods_total') }}
),

final as (
    select
        regexp_extract(filename, '([0-9a-f]{16})-all[.]parquet$', 1) as file_key,
        flow as flow_zh,
        period_from,
        period_to,
        period_kind,
        is_preliminary,
        goods_code,
        is_information_protected,
        period_kind <> 'range' and not is_information_protected as is_addable,
        line_count,
        withheld_lines,
        value_usd_thousand,
        value_ntd_thousand
    from source
)

select * from final
