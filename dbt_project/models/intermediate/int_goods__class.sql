-- One row per goods code, span of months and scheme: the one class of the code, or none (null). The
-- longest rule of the edition in force decides; without one the rules of another edition of the HS
-- do, over UNSD's bridge, if all codes that may stand for it are of one class. So nothing is counted
-- twice, and what stays undecided is visible as unclassified.
with

customs_sum as (
    select * from {{ ref('int_customs__goods') }}
),

class_rule as (
    select * from {{ ref('int_goods__class_rule') }}
),

hs_edition as (
    select * from {{ ref('hs_edition') }}
),

bridge as (
    select * from {{ ref('int_hs__bridge') }}
),

-- months at which a rule or an edition begins or has just ended
boundary as (
    select valid_from as month from class_rule
    union
    select
        case
            when right(valid_to, 2) = '12'
                then cast(cast(left(valid_to, 4) as integer) + 1 as varchar) || '-01'
            else
                left(valid_to, 5)
                || lpad(cast(cast(right(valid_to, 2) as integer) + 1 as varchar), 2, '0')
        end as month
    from class_rule
    where valid_to < '9999-12'
    union
    select in_force_from as month from hs_edition
),

epoch as (
    select
        month as valid_from,
        lead(month, 1, '9999-13') over (order by month) as valid_before
    from boundary
),

edition_epoch as (
    select
        epoch.valid_from,
        epoch.valid_before,
        hs_edition.hs_edition
    from epoch
    -- the edition in force at the beginning: one per epoch, by the qualify
    inner join hs_edition
        on epoch.valid_from >= hs_edition.in_force_from
    qualify
        row_number() over (
            partition by epoch.valid_from
            order by hs_edition.in_force_from desc
        ) = 1
),

traded as (
    select distinct
        customs_sum.goods_code,
        edition_epoch.valid_from,
        edition_epoch.valid_before,
        edition_epoch.hs_edition
    from customs_sum
    -- a year is classified as its January is: many to one
    inner join edition_epoch
        on
            left(customs_sum.period || '-01', 7) >= edition_epoch.valid_from
            and left(customs_sum.period || '-01', 7) < edition_epoch.valid_before
),

beginning as (
    select
        goods_code,
        valid_from,
        valid_before,
        hs_edition,
        unnest([2, 4, 6, 8, 10, 11]) as digits
    from traded
),

direct as (
    select
        beginning.goods_code,
        beginning.valid_from,
        class_rule.class_scheme,
        class_rule.goods_class,
        class_rule.rule
    from beginning
    -- several rules may fit: the longest is kept
    inner join class_rule
        on
            left(beginning.goods_code, beginning.digits) = class_rule.goods_code
            and class_rule.hs_edition in (beginning.hs_edition, 'any')
            and beginning.valid_from between class_rule.valid_from and class_rule.valid_to
    where
        beginning.digits <= length(beginning.goods_code)
        -- what longer codes say together is for bridges: the code itself is one of them
        and (class_rule.rule <> 'unanimous' or length(beginning.goods_code) = 6)
    qualify
        row_number() over (
            partition by beginning.goods_code, beginning.valid_from, class_rule.class_scheme
            order by beginning.digits desc
        ) = 1
),

scheme as (
    select distinct class_scheme from class_rule
),

undecided as (
    select
        traded.goods_code,
        traded.valid_from,
        traded.hs_edition,
        scheme.class_scheme
    from traded
    cross join scheme
    -- one class per code, epoch and scheme: one to one
    left join direct
        on
            traded.goods_code = direct.goods_code
            and traded.valid_from = direct.valid_from
            and scheme.class_scheme = direct.class_scheme
    where direct.goods_class is null and scheme.class_scheme <> 'oecd_2011_via_isic'
),

-- the class of every counterpart: of the longest rule, valid then or else the latest
counterpart as (
    select
        undecided.goods_code,
        undecided.valid_from,
        undecided.class_scheme,
        bridge.to_edition,
        bridge.to_code,
        bridge.steps,
        class_rule.goods_class
    from undecided
    inner join bridge
        on
            undecided.hs_edition = bridge.from_edition
            and left(undecided.goods_code, 6) = bridge.from_code
    left join class_rule
        on
            bridge.to_edition = class_rule.hs_edition
            and undecided.class_scheme = class_rule.class_scheme
            and class_rule.goods_code
            in (bridge.to_code, left(bridge.to_code, 4), left(bridge.to_code, 2))
    qualify
        row_number() over (
            partition by
                undecided.goods_code, undecided.valid_from, undecided.class_scheme,
                bridge.to_edition, bridge.to_code
            order by
                length(class_rule.goods_code) desc nulls last,
                undecided.valid_from between class_rule.valid_from and class_rule.valid_to desc,
                class_rule.valid_from desc
        ) = 1
),

bridged as (
    select
        goods_code,
        valid_from,
        class_scheme,
        min(goods_class) as goods_class
    from counterpart
    group by
        goods_code,
        valid_from,
        class_scheme,
        to_edition,
        steps
    -- all of one class, and none without
    having count(distinct goods_class) = 1 and count(goods_class) = count(*)
    qualify
        row_number() over (
            partition by goods_code, valid_from, class_scheme
            order by steps, to_edition desc
        ) = 1
),

final as (
    select
        traded.goods_code,
        traded.valid_from,
        traded.valid_before,
        traded.hs_edition,
        scheme.class_scheme,
        coalesce(direct.goods_class, bridged.goods_class) as goods_class,
        coalesce(
            direct.rule, case when bridged.goods_class is not null then 'bridged' end
        ) as rule
    from traded
    cross join scheme
    -- one class per code, epoch and scheme: both one to one
    left join direct
        on
            traded.goods_code = direct.goods_code
            and traded.valid_from = direct.valid_from
            and scheme.class_scheme = direct.class_scheme
    left join bridged
        on
            traded.goods_code = bridged.goods_code
            and traded.valid_from = bridged.valid_from
            and scheme.class_scheme = bridged.class_scheme
)

select * from final
