-- One returned row: a manufacturing industry of the value-added table that the dimension lacks. Its
-- value added could not be ranked. Manufacturing is section C, its divisions CA to CZ; industries
-- outside it keep the publisher's label.
{{ unmapped_codes(
    source_id='dgbas_national_accounts',
    staged=ref('stg_dgbas_national_accounts__observation'),
    codes=['item_label_zh'],
    kind='industry',
    is_mapped="industry_key is not null or coalesce(industry_code, '') not like 'C%'",
    seed='industry_alias.csv',
) }}
