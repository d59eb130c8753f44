-- One row per complete year, scheme and class: customs exports, what has no class among them as
-- 'unclassified'. Whole NTD thousand, so the classes of a scheme add up to the total exactly.
with

customs_sum as (
    select * from {{ ref('int_customs__goods') }}
),

year as (
    select * from {{ ref('int_customs__year') }}
    where is_complete
),

goods_class as (
    select * from {{ ref('int_goods__class') }}
),

final as (
    select
        year.year,
        goods_class.class_scheme,
        coalesce(goods_class.goods_class, 'unclassified') as goods_class,
        cast(sum(customs_sum.value_ntd_thousand) as bigint) as value_ntd_thousand,
        cast(
            sum(customs_sum.value_ntd_thousand) filter (where goods_class.rule = 'bridged')
            as bigint
        ) as bridged_ntd_thousand,
        count(distinct customs_sum.goods_code) as goods_count,
        bool_or(customs_sum.is_preliminary) as is_preliminary
    from customs_sum
    -- a year is added from its months or is given, never both: many to one
    inner join year
        on
            left(customs_sum.period, 4) = year.year
            and case when length(customs_sum.period) = 4 then 'year' else 'month' end
            = year.added_from
    -- a code has one row per scheme at a time: many to one for each scheme
    inner join goods_class
        on
            customs_sum.goods_code = goods_class.goods_code
            and left(customs_sum.period || '-01', 7) >= goods_class.valid_from
            and left(customs_sum.period || '-01', 7) < goods_class.valid_before
    group by
        year.year,
        goods_class.class_scheme,
        coalesce(goods_class.goods_class, 'unclassified')
)

select * from final
