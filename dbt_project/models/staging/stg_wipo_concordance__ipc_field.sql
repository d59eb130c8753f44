-- One row per rule of the IPC-technology concordance, split into subclass and main group.
-- `H01L%` rules a whole subclass, `H04N   3/%` one main group of it.
with

source as (
    select * from {{ source('wipo_concordance', 'ipc_field') }}
),

final as (
    select
        field_number,
        field_en as field_name_en,
        sector_en as sector_name_en,
        ipc_code as ipc_rule,
        substring(ipc_code, 1, 4) as ipc_subclass,
        nullif(
            regexp_extract(ipc_code, '^.{4} *([0-9]+)/', 1), ''
        ) as ipc_main_group,
        updated_on,
        remark,
        _vintage as vintage,
        _source_file as source_file,
        _source_row as source_row
    from source
)

select * from final
