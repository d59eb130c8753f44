-- Table 1-2-15: the ten manufacturing industries with the largest technology trade (receipts plus
-- payments) of the survey year; the survey's total first.
{%- set receipts = 'industry.receipts_ntd_100m' %}
{%- set receipts_status = 'industry.receipts_status' %}
{%- set payments = 'industry.payments_ntd_100m' %}
{%- set payments_status = 'industry.payments_status' %}
{{ ranked_industry_table(
    'T1-2-15',
    by_industry=ref('int_technology_trade__by_industry'),
    total_key='all_industries',
    year='technology_trade.year',
    size='coalesce(by_industry.receipts_ntd_100m, 0) + coalesce(by_industry.payments_ntd_100m, 0)',
    cells={
        'tech_export_ntd_100m': {
            'value': receipts,
            'statuses': [receipts_status],
        },
        'tech_export_share_pct': {
            'value': share_pct(receipts, 'total.receipts_ntd_100m'),
            'statuses': [receipts_status, 'total.receipts_status'],
        },
        'tech_import_ntd_100m': {
            'value': payments,
            'statuses': [payments_status],
        },
        'tech_import_share_pct': {
            'value': share_pct(payments, 'total.payments_ntd_100m'),
            'statuses': [payments_status, 'total.payments_status'],
        },
        'tech_trade_balance_ntd_100m': {
            'value': receipts ~ ' - ' ~ payments,
            'statuses': [receipts_status, payments_status],
        },
        'tech_trade_scale_ntd_100m': {
            'value': receipts ~ ' + ' ~ payments,
            'statuses': [receipts_status, payments_status],
        },
    },
) }}
