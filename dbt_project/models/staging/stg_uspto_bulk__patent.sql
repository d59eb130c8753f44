-- One row per utility patent of the USPTO's bulk tables; patents of other types are counted in
-- stg_uspto_bulk__record_count.
with

source as (
    select * from {{ source('uspto_bulk', 'patent') }}
),

final as (
    select
        patent_id,
        grant_date,
        cast(extract(year from grant_date) as integer) as grant_year,
        is_withdrawn
    from source
)

select * from final
