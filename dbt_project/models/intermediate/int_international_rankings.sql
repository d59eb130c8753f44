-- Position of an economy in an international evaluation, and how many were evaluated.
with

evaluation as (
    select * from {{ ref('stg_rankings__evaluation') }}
),

figure as (
    select
        area_code,
        evaluation_key as breakdown,
        period,
        'ranking_position' as indicator_id,
        cast(ranking_position as double) as value,
        vintage,
        source_file,
        source_row
    from evaluation

    union all

    select
        area_code,
        evaluation_key as breakdown,
        period,
        'ranking_economies' as indicator_id,
        cast(economies_evaluated as double) as value,
        vintage,
        source_file,
        source_row
    from evaluation
),

final as (
    {{ publisher_observations('figure', 'rankings') }}
)

select * from final
