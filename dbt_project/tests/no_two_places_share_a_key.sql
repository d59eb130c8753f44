-- One returned row: two places of inventors have the same key (a hash of their id), so that the
-- inventors of one would be counted in the country of the other.
with

location as (
    select * from {{ ref('stg_uspto_bulk__location') }}
),

record_count as (
    select * from {{ ref('stg_uspto_bulk__record_count') }}
),

shared as (
    select
        min(location_id) as one,
        max(location_id) as other
    from location
    group by location_key
    having min(location_id) <> max(location_id)
),

final as (
    select
        concat(
            'The places ', shared.one, ' and ', shared.other, ' have the same key: change the hash '
            'in sources/uspto_tables.py.'
        ) as message,
        record_count.source_file,
        record_count.source_row
    from shared
    left join record_count
        on
            record_count.file_table = 'g_location_disambiguated'
            and record_count.category = 'kept'
)

select * from final
