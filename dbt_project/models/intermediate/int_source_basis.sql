-- How the vintage that feeds this edition came about: 'publisher' for a real file, 'transcribed'
-- for one made from the printed book.
with

source_snapshot as (
    select * from {{ source('edition', 'source_snapshot') }}
),

final as (
    select
        source_id,
        vintage,
        max(basis) as basis
    from source_snapshot
    group by source_id, vintage
)

select * from final
