-- Where a patent can come from, under a small number that sorts: the areas, and behind them, as
-- members of the unknown area, why no area can be told. From 1001 on, the codes of places as written
-- on the patents, where those were landed.
with

area as (
    select * from {{ ref('area') }}
),

area_alias as (
    select * from {{ ref('area_alias') }}
),

raw_location as (
    select * from {{ ref('stg_uspto_bulk__raw_location') }}
),

known as (
    select
        cast(row_number() over (order by area_code) as integer) as origin_number,
        area_code,
        'area known' as reason
    from area
    where kind not in ('aggregate', 'unknown')
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

raw_code as (
    select distinct coalesce(publisher_area_code, '') as raw_area_code
    from raw_location
),

mapped as (
    select
        raw_code.raw_area_code,
        coalesce(area_alias.area_code, area.area_code) as area_code
    from raw_code
    -- an alias names one area, an ISO 3166 alpha-2 code too: both many to one
    left join area_alias
        on
            area_alias.source_id = 'uspto_bulk'
            and raw_code.raw_area_code = area_alias.alias
    left join area
        on
            raw_code.raw_area_code = area.iso2
            and area.kind not in ('aggregate', 'unknown')
),

final as (
    select
        origin_number,
        area_code,
        reason,
        cast(null as varchar) as raw_area_code
    from known

    union all

    select
        origin_number,
        area_code,
        reason,
        cast(null as varchar) as raw_area_code
    from unknown

    union all

    select
        cast(1000 + row_number() over (order by raw_area_code) as integer) as origin_number,
        coalesce(area_code, 'UNK') as area_code,
        case
            when area_code is not null then 'area known by the raw place'
            when raw_area_code = '' then 'raw place without a country'
            else concat('raw country code not known: ', raw_area_code)
        end as reason,
        raw_area_code
    from mapped
)

select * from final
