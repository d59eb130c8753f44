-- Customs exports of every complete year by destination; a partner without a mapping is UNK under its
-- own name.
with

edition as (
    select edition from {{ source('edition', 'edition') }}
),

by_partner as (
    select * from {{ ref('int_customs__by_partner') }}
),

final as (
    select
        edition.edition,
        by_partner.year as period,
        by_partner.area_code,
        by_partner.partner_label_zh,
        by_partner.value_ntd_thousand,
        by_partner.value_usd_thousand,
        cast(
            {{ share_pct(
                'by_partner.value_ntd_thousand',
                'sum(by_partner.value_ntd_thousand) over (partition by by_partner.year)',
            ) }} as double
        ) as share_pct,
        by_partner.is_preliminary
    from by_partner
    cross join edition
)

select * from final
