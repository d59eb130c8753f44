-- One returned row: an area that the publisher's file has and the dimension lacks, with the first
-- line of it.
{{ unmapped_codes(
    source_id='oecd_national_accounts',
    staged=ref('stg_oecd_national_accounts__observation'),
    codes=['publisher_area_code'],
) }}
