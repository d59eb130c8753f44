-- One returned row: an area that the publisher's file has and the dimension lacks, with the first
-- line of it.
{{ unmapped_codes(
    source_id='imd_wcy',
    staged=ref('stg_imd_wcy__criterion'),
    codes=['publisher_area_name'],
    is_mapped="area_code <> 'UNK'",
) }}
