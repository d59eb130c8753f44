-- One row per newer code and older code that has goods in common with it: all relations between newer and older HS codes.
with

source as (
    select * from {{ source('unsd_hs_correlation', 'correlation') }}
),

final as (
    select
        from_edition,
        from_code,
        to_edition,
        to_code,
        relationship,
        _vintage as vintage,
        _source_file as source_file,
        _source_row as source_row
    from source
)

select * from final
