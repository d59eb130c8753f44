-- The years that the estimates have to walk through, one row per series and year, with what each
-- year offers: an observation, an estimate that stands alone (given, interpolated), or a rule that
-- builds on the year before. The walk: int_research_and_development__estimated.
with

observed as (
    select * from {{ ref('int_research_and_development__observed') }}
),

interpolated as (
    select * from {{ ref('int_research_and_development__interpolated') }}
),

estimate as (
    select
        estimate.estimate_id,
        estimate.indicator_id,
        estimate.area_code,
        cast(estimate.period as integer) as year,
        estimate.rule,
        estimate.given_value,
        estimate.growth_pct
    from {{ source('edition', 'estimate') }} as estimate
),

estimated_series as (
    select distinct
        indicator_id,
        area_code
    from estimate
),

observed_year as (
    -- only whole series can be estimated, not their parts
    select
        observed.indicator_id,
        observed.area_code,
        cast(observed.period as integer) as year,
        observed.value
    from observed
    -- a series stands once: many to one
    inner join estimated_series
        on
            observed.indicator_id = estimated_series.indicator_id
            and observed.area_code = estimated_series.area_code
    where observed.breakdown = 'total'
),

needed_year as (
    select
        indicator_id,
        area_code,
        year
    from observed_year
    union
    select
        indicator_id,
        area_code,
        year
    from estimate
),

final as (
    select
        needed_year.indicator_id,
        needed_year.area_code,
        needed_year.year,
        observed_year.value as observed_value,
        estimate.estimate_id,
        estimate.rule,
        estimate.growth_pct,
        case estimate.rule
            when 'given' then estimate.given_value
            when 'interpolate' then interpolated.value
        end as standalone_value,
        case estimate.rule
            when 'given' then {{ made_from('given_by_editor', constant='estimate.given_value') }}
            when 'interpolate' then interpolated.made_from
        end as standalone_from,
        row_number() over (
            partition by needed_year.indicator_id, needed_year.area_code
            order by needed_year.year
        ) as step_no
    from needed_year
    -- each at most one to one
    left join observed_year
        on
            needed_year.indicator_id = observed_year.indicator_id
            and needed_year.area_code = observed_year.area_code
            and needed_year.year = observed_year.year
    left join estimate
        on
            needed_year.indicator_id = estimate.indicator_id
            and needed_year.area_code = estimate.area_code
            and needed_year.year = estimate.year
    left join interpolated
        on estimate.estimate_id = interpolated.estimate_id
)

select * from final
