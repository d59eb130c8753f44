-- IMD ranks of the criteria that the book prints, one row per economy, criterion and year. Ranks
-- are inputs: none is computed from scores, whose order differs between criteria.
with

criterion as (
    select * from {{ ref('stg_imd_wcy__criterion') }}
),

figure as (
    select
        'imd_rank' as indicator_id,
        area_code,
        criterion_key as breakdown,
        period,
        value,
        vintage,
        source_file,
        source_row,
        economies
    from criterion
    where
        ranking_code = 'WCY'
        and data_type = 'rank'
        and criterion_key is not null
        and value is not null
),

final as (
    {{ publisher_observations('figure', 'imd_wcy', extra_columns=['economies']) }}
)

select * from final
