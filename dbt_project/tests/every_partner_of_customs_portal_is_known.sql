-- One returned row: an area that the publisher's file has and the dimension lacks, with the first
-- line of it.
{{ unmapped_codes(
    source_id='customs_portal',
    staged=ref('stg_customs_portal__trade_line'),
    codes=['partner_label_zh'],
    kind='partner',
) }}
