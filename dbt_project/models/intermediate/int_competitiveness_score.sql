-- IMD scores of the criteria that the book prints, one row per economy, criterion and year: what the
-- landed workbook has beside the ranks (int_competitiveness_rank).
with

criterion as (
    select * from {{ ref('stg_imd_wcy__criterion') }}
),

score as (
    select
        'imd_score' as indicator_id,
        area_code,
        criterion_key as breakdown,
        period,
        value,
        vintage,
        source_file,
        source_row
    from criterion
    where
        ranking_code = 'WCY'
        and data_type = 'value'
        and criterion_key is not null
        and value is not null
),

final as (
    {{ publisher_observations('score', 'imd_wcy') }}
)

select * from final
