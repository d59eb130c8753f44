-- Table 1-2-16: the ten manufacturing industries with most value added in the edition's rank year;
-- manufacturing first. Share is of manufacturing, rate is value added over gross output.
{%- set value_added = 'industry.value_added_ntd_100m' %}
{%- set value_added_status = 'industry.value_added_status' %}
{{ ranked_industry_table(
    'T1-2-16',
    by_industry=ref('int_industry_value_added__manufacturing'),
    total_key='manufacturing',
    year='value_added.rank_year',
    size='coalesce(by_industry.value_added_ntd_100m, 0)',
    cells={
        'value_added_ntd_100m': {
            'value': value_added,
            'statuses': [value_added_status],
            'made_from': scaled_from('industry.value_added_key', 100),
        },
        'value_added_share_pct': {
            'value': share_pct(value_added, 'total.value_added_ntd_100m'),
            'statuses': [value_added_status, 'total.value_added_status'],
            'made_from': made_from('share_pct', {
                'numerator': 'industry.value_added_key',
                'denominator': 'total.value_added_key',
            }),
        },
        'value_added_rate_pct': {
            'value': share_pct(value_added, 'industry.gross_output_ntd_100m'),
            'statuses': [value_added_status, 'industry.gross_output_status'],
            'made_from': made_from('share_pct', {
                'numerator': 'industry.value_added_key',
                'denominator': 'industry.gross_output_key',
            }),
        },
    },
) }}
