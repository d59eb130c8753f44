-- One returned row: an area that the publisher's file has and the dimension lacks, with the first
-- line of it.
{{ unmapped_codes(
    source_id='moea_factory_survey',
    staged=ref('stg_moea_factory_survey__technology_trade_by_partner'),
    codes=['partner_label_zh'],
    kind='partner',
) }}
