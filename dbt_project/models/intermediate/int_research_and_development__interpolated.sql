-- Estimates by the rule `interpolate`: on the straight line between the nearest observed years on
-- either side. Other rules: int_research_and_development__estimated.
with

observed as (
    select
        indicator_id,
        area_code,
        cast(period as integer) as year,
        value,
        {{ observation_key() }} as observation_key
    from {{ ref('int_research_and_development__observed') }}
    -- only whole series are estimated, not their parts
    where breakdown = 'total'
),

estimate as (
    select
        estimate_id,
        indicator_id,
        area_code,
        cast(period as integer) as year
    from {{ source('edition', 'estimate') }}
    where rule = 'interpolate'
),

neighbour_year as (
    select
        estimate.estimate_id,
        estimate.indicator_id,
        estimate.area_code,
        estimate.year,
        max(case when observed.year < estimate.year then observed.year end) as year_before,
        min(case when observed.year > estimate.year then observed.year end) as year_after
    from estimate
    -- one to many: every observed year of the series
    inner join observed
        on
            estimate.indicator_id = observed.indicator_id
            and estimate.area_code = observed.area_code
    group by estimate.estimate_id, estimate.indicator_id, estimate.area_code, estimate.year
),

final as (
    select
        neighbour_year.estimate_id,
        neighbour_year.indicator_id,
        neighbour_year.area_code,
        cast(neighbour_year.year as varchar) as period,
        observed_before.value
        + (observed_after.value - observed_before.value)
        * (neighbour_year.year - neighbour_year.year_before)
        / (neighbour_year.year_after - neighbour_year.year_before) as value,
        {{ made_from('interpolate', {
            'before': 'observed_before.observation_key',
            'after': 'observed_after.observation_key',
        }) }} as made_from
    from neighbour_year
    -- each neighbour is one observation; without both there is no line
    inner join observed as observed_before
        on
            neighbour_year.indicator_id = observed_before.indicator_id
            and neighbour_year.area_code = observed_before.area_code
            and neighbour_year.year_before = observed_before.year
    inner join observed as observed_after
        on
            neighbour_year.indicator_id = observed_after.indicator_id
            and neighbour_year.area_code = observed_after.area_code
            and neighbour_year.year_after = observed_after.year
)

select * from final
