{{ config(severity='warn') }}
-- One returned row: a symbol that WIPO's landed concordance puts into another field than the
-- warehouse's own statement of it. The landed one is used; ours should follow.
with

landed as (
    select * from {{ ref('stg_wipo_concordance__ipc_field') }}
),

own as (
    select * from {{ ref('wipo_field_ipc') }}
),

landed_rule as (
    select
        ipc_subclass,
        cast(ipc_main_group as integer) as main_group,
        field_number,
        source_file,
        source_row
    from landed
),

final as (
    select
        concat(
            'WIPO puts ', coalesce(landed_rule.ipc_subclass, own.ipc_subclass),
            coalesce(
                ' ' || cast(coalesce(landed_rule.main_group, own.main_group) as varchar), ''
            ),
            ' into ', coalesce(cast(landed_rule.field_number as varchar), 'no field'),
            ', dbt_project/seeds/wipo_field_ipc.csv into ',
            coalesce(cast(own.field_number as varchar), 'none'),
            ': the landed concordance is used; bring the seed up to it.'
        ) as message,
        landed_rule.source_file,
        landed_rule.source_row
    from landed_rule
    -- a symbol has one rule in each
    full outer join own
        on
            landed_rule.ipc_subclass = own.ipc_subclass
            and landed_rule.main_group is not distinct from own.main_group
    where
        landed_rule.field_number is distinct from own.field_number
        and exists (select 1 from landed)
)

select * from final
