-- One returned row: an area of the landed evaluations that the dimension lacks, with its first
-- line.
{{ unmapped_codes(
    source_id='rankings',
    staged=ref('stg_rankings__evaluation'),
    codes=['area_code'],
    is_mapped="area_code in (select area_code from " ~ ref('area') ~ ")",
    seed='area.csv',
) }}
