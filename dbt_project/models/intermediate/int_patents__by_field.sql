-- Utility patents of the edition's window by WIPO field and area, and each area's rank among all,
-- counted from the bulk tables. Field 0 holds the patents without any field. With the counting rule
-- 'fractional' a patent of three fields is a third in each, with 'whole' one in each.
with

rule as (
    select * from {{ ref('int_patents__rule') }}
),

counted as (
    select * from {{ ref('int_patents__field_count') }}
),

origin as (
    select * from {{ ref('int_patents__origin') }}
),

area as (
    select * from {{ ref('area') }}
),

-- decimals, so that the sum is the same in whatever order it is made
weighted as (
    select
        counted.field_number,
        counted.origin_number,
        cast(
            case
                when rule.field_counting = 'whole' then counted.patents
                else cast(counted.patents as double) / counted.fields
            end as decimal(28, 12)
        ) as grants
    from counted
    cross join rule
),

by_area as (
    {{ patents_by_field_and_area() }}
),

final as (
    select
        by_area.field_number,
        by_area.area_code,
        rule.period,
        cast(by_area.grants as double) as grants,
        case
            when area.kind not in ('aggregate', 'unknown')
                then rank() over (
                    partition by by_area.field_number, area.kind in ('aggregate', 'unknown')
                    order by by_area.grants desc
                )
        end as rank_among_all_areas
    from by_area
    cross join rule
    -- an area code is one area: many to one
    inner join area
        on by_area.area_code = area.area_code
)

select * from final
