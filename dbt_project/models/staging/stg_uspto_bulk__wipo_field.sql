-- One row per technology field that the publisher gives a utility patent; none where that was not
-- landed. To compare with, never to count from: it is read from other symbols, by other rules.
with

source as (
    select * from {{ source('uspto_bulk', 'wipo_field') }}
),

final as (
    select
        patent_id,
        field_sequence,
        field_number
    from source
)

select * from final
