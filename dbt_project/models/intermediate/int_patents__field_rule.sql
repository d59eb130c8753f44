-- Which IPC symbols belong to which WIPO field: the landed concordance where one is pinned, else the
-- warehouse's own statement of it. A rule without a main group is for the whole subclass.
with

landed as (
    select * from {{ ref('stg_wipo_concordance__ipc_field') }}
),

own as (
    select * from {{ ref('wipo_field_ipc') }}
),

final as (
    select
        ipc_subclass,
        cast(ipc_main_group as integer) as main_group,
        field_number,
        'landed' as origin
    from landed

    union all

    select
        ipc_subclass,
        main_group,
        field_number,
        'own' as origin
    from own
    where not exists (select 1 from landed)
)

select * from final
