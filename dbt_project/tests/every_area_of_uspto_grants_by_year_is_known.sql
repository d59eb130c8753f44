-- One returned row: an area that the publisher's file has and the dimension lacks, with the first
-- line of it.
{{ unmapped_codes(
    source_id='uspto_counts',
    staged=ref('stg_uspto_counts__grants_by_area_year'),
    codes=['publisher_area_code', 'publisher_area_name'],
) }}
