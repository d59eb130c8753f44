-- The numbers in the target texts of the EU hydrogen stages: electrolyser capacity in GW and yearly
-- output of green hydrogen in 10,000 tonnes. A stage whose text names no number has no observation.
with

stage_target as (
    select * from {{ ref('stg_eu_hydrogen__stage_target') }}
),

extracted as (
    select
        stage_key,
        period,
        'hydrogen_electrolyser_gw' as indicator_id,
        regexp_extract(target_text_zh, '([0-9][0-9,.]*) *GW', 1) as number_text,
        vintage,
        source_file,
        source_row
    from stage_target

    union all

    select
        stage_key,
        period,
        'hydrogen_output_10kt' as indicator_id,
        regexp_extract(target_text_zh, '([0-9][0-9,.]*) *萬噸', 1) as number_text,
        vintage,
        source_file,
        source_row
    from stage_target
),

figure as (
    select
        indicator_id,
        'EU27_2020' as area_code,
        stage_key as breakdown,
        period,
        cast(replace(number_text, ',', '') as double) as value,
        vintage,
        source_file,
        source_row
    from extracted
    where number_text <> ''
),

final as (
    {{ publisher_observations('figure', 'eu_hydrogen') }}
)

select * from final
