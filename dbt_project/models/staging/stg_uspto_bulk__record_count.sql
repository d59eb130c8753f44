-- One row per file of the USPTO's bulk tables and what became of its records.
with

source as (
    select * from {{ source('uspto_bulk', 'record_count') }}
),

final as (
    select
        table_id as file_table,
        category,
        records,
        _vintage as vintage,
        _source_file as source_file,
        _source_row as source_row
    from source
)

select * from final
