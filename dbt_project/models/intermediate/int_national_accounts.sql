-- Real GDP and national income per capita of Taiwan. Not here: industries
-- (int_industry_value_added).
{{ observations_by_label(
    source_id='dgbas_national_accounts',
    statistics=ref('stg_dgbas_national_accounts__observation'),
    indicators=['real_gdp', 'national_income_per_capita'],
    unit='unit_zh',
    label="measure_label_zh || coalesce(' / ' || item_label_zh, '')",
    title='table_name_zh',
    base_period='reference_year',
) }}
