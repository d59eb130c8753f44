-- One row per month (or year) and partner: the customs lines added up.
{{ customs_added_up(
    'partner_label_zh',
    totals=ref('stg_customs_portal__partner_total'),
    digits='goods_digits',
) }}
