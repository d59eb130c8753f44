-- Areas: ISO 3166 alpha-3 and the aggregates the book uses, with the names that each place shows.
with

area as (
    select * from {{ ref('area') }}
),

final as (
    select
        area_code,
        iso2 as iso_alpha2_code,
        kind as area_kind,
        name_zh,
        name_zh_prose,
        name_en
    from area
)

select * from final
