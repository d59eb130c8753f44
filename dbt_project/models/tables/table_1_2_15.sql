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
            'made_from': scaled_from('industry.receipts_key', 100000),
        },
        'tech_export_share_pct': {
            'value': share_pct(receipts, 'total.receipts_ntd_100m'),
            'statuses': [receipts_status, 'total.receipts_status'],
            'made_from': made_from('share_pct', {
                'numerator': 'industry.receipts_key',
                'denominator': 'total.receipts_key',
            }),
        },
        'tech_import_ntd_100m': {
            'value': payments,
            'statuses': [payments_status],
            'made_from': scaled_from('industry.payments_key', 100000),
        },
        'tech_import_share_pct': {
            'value': share_pct(payments, 'total.payments_ntd_100m'),
            'statuses': [payments_status, 'total.payments_status'],
            'made_from': made_from('share_pct', {
                'numerator': 'industry.payments_key',
                'denominator': 'total.payments_key',
            }),
        },
        'tech_trade_balance_ntd_100m': {
            'value': receipts ~ ' - ' ~ payments,
            'statuses': [receipts_status, payments_status],
            'made_from': made_from('difference', {
                'minuend': 'industry.receipts_key',
                'subtrahend': 'industry.payments_key',
            }, constant=100000),
        },
        'tech_trade_scale_ntd_100m': {
            'value': receipts ~ ' + ' ~ payments,
            'statuses': [receipts_status, payments_status],
            'made_from': made_from('sum', {
                'addend': 'industry.receipts_key',
                'other_addend': 'industry.payments_key',
            }, constant=100000),
        },
    },
) }}
