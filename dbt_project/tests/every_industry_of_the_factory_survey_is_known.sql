-- One returned row: an industry that the survey has and the dimension lacks, with its first line.
{{ unmapped_codes(
    source_id='moea_factory_survey',
    staged=ref('stg_moea_factory_survey__technology_trade_by_industry'),
    codes=['industry_code', 'industry_label_zh'],
    kind='industry',
    is_mapped='industry_key is not null',
    seed='industry_alias.csv',
) }}
