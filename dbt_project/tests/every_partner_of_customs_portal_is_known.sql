-- One returned row: a partner in the customs lines that leads to no area, with what was sent there.
with

by_partner as (
    select * from {{ ref('int_customs__by_partner') }}
),

final as (
    select
        concat(
            'customs_portal has the partner "', partner_label_zh, '" (NTD ',
            coalesce(cast(sum(value_ntd_thousand) as varchar), 'unknown'), ' thousand in ',
            min(year), '-', max(year), '), which is not known here: add it to ',
            'dbt_project/seeds/area_alias.csv, or correct the file.'
        ) as message,
        cast(null as varchar) as source_file,
        cast(null as bigint) as source_row,
        partner_label_zh
    from by_partner
    where not is_area_mapped
    group by partner_label_zh
)

select * from final
