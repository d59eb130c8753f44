-- Value added and gross output of Taiwan by industry, current prices. An industry without a key
-- keeps the publisher's label as its breakdown.
{{ observations_by_label(
    source_id='dgbas_national_accounts',
    statistics=ref('stg_dgbas_national_accounts__observation'),
    indicators=['value_added', 'gross_output'],
    unit='unit_zh',
    label="measure_label_zh || coalesce(' / ' || item_label_zh, '')",
    title='table_name_zh',
    breakdown="coalesce(industry_key, industry_label_zh, 'total')",
) }}
