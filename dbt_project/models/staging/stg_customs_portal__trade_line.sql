-- One row per line of a customs portal query, with the traps of adding marked: letter codes and the
-- protected partner stand beside lines that already hold them, and year-to-date ranges stand beside
-- full years. Partners are decoded after adding up (int_customs__by_partner): they are few.
with

source as (
    select
        *,
        filename
    from {{ source('customs_portal', 'trade_line') }}
),

final as (
    select
        regexp_extract(filename, '([0-9a-f]{16})-[0-9]+[.]parquet$', 1) as file_key,
        flow as flow_zh,
        period_from,
        period_to,
        period_kind,
        is_preliminary,
        goods_code,
        partner_name as partner_label_zh,
        value_usd_thousand,
        value_ntd_thousand,
        weight,
        weight_unit as weight_unit_zh,
        is_withheld,
        is_information_protected,
        period_kind <> 'range' and not is_information_protected as is_addable
    from source
)

select * from final
