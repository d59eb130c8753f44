-- Customs exports of every complete year by class, under every classification there is: what has no
-- class as 'unclassified', so that the shares of a classification sum to 100.
with

edition as (
    select edition from {{ source('edition', 'edition') }}
),

by_class as (
    select * from {{ ref('int_exports__by_class') }}
),

final as (
    select
        edition.edition,
        by_class.class_scheme as classification,
        by_class.goods_class,
        by_class.year as period,
        by_class.value_ntd_thousand,
        cast(
            {{ share_pct(
                'by_class.value_ntd_thousand',
                'sum(by_class.value_ntd_thousand) over (partition by by_class.class_scheme, by_class.year)',
            ) }} as double
        ) as share_pct,
        coalesce(by_class.bridged_ntd_thousand, 0) as bridged_ntd_thousand,
        by_class.goods_count,
        by_class.is_preliminary
    from by_class
    cross join edition
)

select * from final
