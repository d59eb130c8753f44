-- One row per IPC symbol of a utility patent at issue.
with

source as (
    select * from {{ source('uspto_bulk', 'ipc') }}
),

final as (
    select
        patent_id,
        ipc_sequence,
        ipc_subclass,
        main_group
    from source
)

select * from final
