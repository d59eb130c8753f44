-- One returned row: an area that the publisher's file has and the dimension lacks, with the first
-- line of it.
{{ unmapped_codes(
    source_id='oecd_msti',
    staged=ref('stg_oecd_msti__observation'),
    codes=['publisher_area_code'],
    is_mapped="area_code <> 'UNK'",
) }}
