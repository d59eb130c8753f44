-- One row per class rule: goods codes that begin so are of the class, in one edition of the HS, from
-- a month to another. Beside the ministry's rows: a code of six digits whose longer codes are all of
-- one class, for bridges between editions. And the public stand-in, which is of no edition.
with

goods_class as (
    select * from {{ ref('stg_mof_goods_classification__goods_class') }}
),

public_level as (
    select * from {{ ref('oecd_technology_level') }}
),

unanimous as (
    select
        left(goods_code, 6) as goods_code,
        hs_edition,
        class_scheme,
        min(goods_class) as goods_class,
        valid_from,
        valid_to
    from goods_class
    where length(goods_code) > 6
    group by
        left(goods_code, 6),
        hs_edition,
        class_scheme,
        valid_from,
        valid_to
    having count(distinct goods_class) = 1
),

given as (
    select
        goods_code,
        hs_edition,
        class_scheme,
        goods_class,
        valid_from,
        valid_to,
        'given' as rule
    from goods_class

    union all

    select
        unanimous.goods_code,
        unanimous.hs_edition,
        unanimous.class_scheme,
        unanimous.goods_class,
        unanimous.valid_from,
        unanimous.valid_to,
        'unanimous' as rule
    from unanimous
    -- what the ministry says of the six digits itself comes first
    left join goods_class
        on
            unanimous.goods_code = goods_class.goods_code
            and unanimous.hs_edition = goods_class.hs_edition
            and unanimous.class_scheme = goods_class.class_scheme
    where goods_class.goods_code is null
),

final as (
    select
        goods_code,
        hs_edition,
        class_scheme,
        goods_class,
        valid_from,
        coalesce(valid_to, '9999-12') as valid_to,
        rule
    from given

    union all

    select
        goods_code,
        'any' as hs_edition,
        'oecd_2011_via_isic' as class_scheme,
        goods_class,
        '0000-01' as valid_from,
        '9999-12' as valid_to,
        'public' as rule
    from public_level
)

select * from final
