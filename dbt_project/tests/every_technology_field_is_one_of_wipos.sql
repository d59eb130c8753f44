-- One returned row: a field number of the patent counts that WIPO's list of 35 fields lacks.
with

grants as (
    select * from {{ ref('stg_uspto_counts__grants_by_area_field') }}
),

wipo_field as (
    select * from {{ ref('wipo_field') }}
),

final as (
    select
        concat(
            'uspto_counts has the WIPO field ', grants.field_number, ' (', count(*),
            ' rows), which ',
            'is not in dbt_project/seeds/wipo_field.csv: correct the file.'
        ) as message,
        grants.source_file,
        min(grants.source_row) as source_row,
        grants.field_number
    from grants
    left join wipo_field
        on grants.field_number = wipo_field.field_number
    where wipo_field.field_number is null
    group by
        grants.field_number,
        grants.source_file
)

select * from final
