-- One row per newer code: the one older code that UNSD converts a newer HS code to.
with

source as (
    select * from {{ source('unsd_hs_correlation', 'conversion') }}
),

final as (
    select
        from_edition,
        from_code,
        to_edition,
        to_code,
        _vintage as vintage,
        _source_file as source_file,
        _source_row as source_row
    from source
)

select * from final
