-- One returned row: an area that the publisher's file has and the dimension lacks, with the first
-- line of it.
{{ unmapped_codes(
    source_id='imf_weo',
    staged=ref('stg_imf_weo__observation'),
    codes=['publisher_area_code', 'publisher_area_name'],
) }}
