-- Where a patent can come from, under a small number that sorts: the areas, and behind them, as
-- members of the unknown area, why no area can be told.
with

area as (
    select * from {{ ref('area') }}
),

known as (
    select
        cast(row_number() over (order by area_code) as integer) as origin_number,
        area_code,
        'area known' as reason
    from area
    where kind <> 'aggregate'
),

unknown as (
    select
        origin_number,
        'UNK' as area_code,
        reason
    from (
        values
        (990, 'country code not known'),
        (991, 'place without a country'),
        (992, 'place not listed'),
        (993, 'inventor without a place'),
        (994, 'no inventor')
    ) as reasons (origin_number, reason)
),

final as (
    select * from known

    union all

    select * from unknown
)

select * from final
