-- One row per balance-of-payments item and period of the central bank, exact labels kept.
-- Choosing labels: int_intellectual_property_charges.
with

source as (
    select * from {{ source('cbc_bop', 'item') }}
),

final as (
    select
        file_code,
        item as item_label_zh,
        frequency,
        period,
        value_usd_m as value,
        value_text as printed_value,
        _vintage as vintage,
        _source_file as source_file,
        _source_row as source_row
    from source
)

select * from final
