-- One row per month (or year) and goods code: the customs lines added up.
{{ customs_added_up(
    'goods_code',
    totals=ref('stg_customs_portal__goods_total'),
    digits='length(goods_code)',
) }}
