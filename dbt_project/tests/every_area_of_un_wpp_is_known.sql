-- One returned row: an area that the publisher's file has and the dimension lacks, with the first
-- line of it.
{{ unmapped_codes(
    source_id='un_wpp',
    staged=ref('stg_un_wpp__demographic_indicator'),
    codes=['location_code', 'location_name_en'],
    is_mapped="area_code <> 'UNK' or not is_country",
) }}
