-- One row per inventor of a utility patent as written on the patent; none where that was not landed.
with

source as (
    select * from {{ source('uspto_bulk', 'raw_inventor') }}
),

final as (
    select
        patent_id,
        inventor_sequence,
        raw_location_id
    from source
)

select * from final
