-- One row per inventor of a utility patent.
with

source as (
    select * from {{ source('uspto_bulk', 'inventor') }}
),

final as (
    select
        patent_id,
        inventor_sequence,
        location_key
    from source
)

select * from final
