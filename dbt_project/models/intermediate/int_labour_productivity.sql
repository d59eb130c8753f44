-- Labour productivity index of Taiwan by industry. An industry without a key keeps the publisher's
-- label as its breakdown.
{{ observations_by_label(
    source_id='dgbas_productivity',
    statistics=ref('stg_dgbas_productivity__observation'),
    indicators=['labour_productivity_index'],
    unit='unit_zh',
    label="measure_label_zh || coalesce(' / ' || item_label_zh, '')",
    title='table_name_zh',
    breakdown="coalesce(industry_key, industry_label_zh, 'total')",
    base_period='base_period',
) }}
