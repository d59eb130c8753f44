-- One row per year and partner: what went where, in complete years.
with

customs_sum as (
    select * from {{ ref('int_customs__partner') }}
),

year as (
    select * from {{ ref('int_customs__year') }}
    where is_complete
),

area_alias as (
    select * from {{ ref('area_alias') }}
    where source_id = 'customs_portal'
),

area as (
    select * from {{ ref('area') }}
),

added as (
    select
        year.year,
        customs_sum.partner_label_zh,
        sum(customs_sum.value_ntd_thousand) as value_ntd_thousand,
        sum(customs_sum.value_usd_thousand) as value_usd_thousand,
        bool_or(customs_sum.is_preliminary) as is_preliminary
    from customs_sum
    -- a year is added from its months or is given, never both: many to one
    inner join year
        on
            left(customs_sum.period, 4) = year.year
            and case when length(customs_sum.period) = 4 then 'year' else 'month' end
            = year.added_from
    group by
        year.year,
        customs_sum.partner_label_zh
),

final as (
    select
        added.year,
        coalesce(area_alias.area_code, area.area_code, 'UNK') as area_code,
        added.partner_label_zh,
        coalesce(area_alias.area_code, area.area_code) is not null as is_area_mapped,
        cast(added.value_ntd_thousand as bigint) as value_ntd_thousand,
        cast(added.value_usd_thousand as bigint) as value_usd_thousand,
        added.is_preliminary
    from added
    -- an alias names one area, a Chinese name too: both many to one
    left join area_alias
        on added.partner_label_zh = area_alias.alias
    left join area
        on added.partner_label_zh = area.name_zh
)

select * from final
