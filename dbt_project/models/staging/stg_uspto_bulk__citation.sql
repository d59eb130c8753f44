-- One row per citation of a utility patent by another; a pair may be listed twice.
with

source as (
    select * from {{ source('uspto_bulk', 'citation') }}
),

final as (
    select
        citing_patent_id,
        cited_patent_id
    from source
)

select * from final
