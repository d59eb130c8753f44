{{ config(severity='warn') }}
-- One returned row: a year among the ten before the last of a quarterly series that does not have
-- its four quarters, so that its mean or sum is not one of the year.
with

observation as (
    select * from {{ ref('indicator_observation') }}
    where
        value is not null
        and regexp_matches(period, '^[0-9]{4}-Q[1-4]$')
),

by_year as (
    select
        indicator_id,
        area_code,
        breakdown,
        substring(period, 1, 4) as year,
        count(distinct period) as quarters,
        min(source_file) as source_file,
        min(source_row) as source_row,
        min(substring(period, 1, 4)) over (partition by indicator_id, area_code,
        breakdown) as first_year,
        max(substring(period, 1, 4)) over (partition by indicator_id, area_code,
        breakdown) as last_year
    from observation
    group by
        indicator_id,
        area_code,
        breakdown,
        substring(period, 1, 4)
),

final as (
    select
        concat(
            indicator_id, ' of ', area_code, ' (', breakdown, ') has ', quarters, ' quarters in ',
            year,
            ': land a file with the whole year before using its mean.'
        ) as message,
        source_file,
        source_row,
        indicator_id,
        breakdown,
        year
    from by_year
    where
        quarters < 4
        and year > first_year
        and year < last_year
        and cast(year as integer) >= cast(last_year as integer) - 10
)

select * from final
