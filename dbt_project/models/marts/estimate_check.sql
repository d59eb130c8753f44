-- Every estimate of the editor against what has arrived since: in the pinned vintage itself, or in
-- another landed one. One row per estimate and vintage that has the value; one without a vintage
-- where none has it yet. A value in constant prices of another base year has no error.
with

estimate as (
    select * from {{ source('edition', 'estimate') }}
),

rule_value as (
    select * from {{ ref('int_research_and_development__rule_values') }}
),

indicator as (
    select * from {{ ref('dim_indicator') }}
),

base_year as (
    {{ base_period_of_indicator() }}
),

arrived as (
    select
        indicator_id,
        area_code,
        period,
        source_id,
        vintage,
        true as is_pinned,
        value,
        status,
        base_period
    from {{ ref('indicator_observation') }}
    where
        estimate_id is null
        and breakdown = 'total'
        and value is not null

    union all

    select
        indicator_id,
        area_code,
        period,
        source_id,
        vintage,
        false as is_pinned,
        value,
        status,
        base_period
    from {{ source('edition', 'vintage_observation') }}
),

compared as (
    select
        estimate.edition,
        estimate.estimate_id,
        estimate.indicator_id,
        estimate.area_code,
        estimate.period,
        estimate.rule,
        indicator.unit_code,
        rule_value.rule_value as estimated_value,
        arrived.source_id,
        arrived.vintage,
        arrived.is_pinned,
        arrived.value as published_value,
        arrived.status as published_status,
        arrived.base_period as published_base_period,
        coalesce(base_year.base_period, '') = coalesce(arrived.base_period, '') as is_comparable
    from estimate
    -- one value per estimate, one member and one base year per indicator: all one to one
    left join rule_value
        on estimate.estimate_id = rule_value.estimate_id
    left join indicator
        on estimate.indicator_id = indicator.indicator_id
    left join base_year
        on estimate.indicator_id = base_year.indicator_id
    -- one to many: every vintage that has the value by now
    left join arrived
        on
            estimate.indicator_id = arrived.indicator_id
            and estimate.area_code = arrived.area_code
            and estimate.period = arrived.period
),

final as (
    select
        edition,
        estimate_id,
        indicator_id,
        area_code,
        period,
        rule,
        unit_code,
        estimated_value,
        case
            when published_value is null then 'not_yet_published'
            when not is_comparable then 'other_base_year'
            when is_pinned then 'superseded'
            else 'arrived'
        end as outcome,
        source_id,
        coalesce(vintage, '') as vintage,
        published_value,
        published_status,
        case when is_comparable then estimated_value - published_value end as error,
        case
            when is_comparable
                then 100 * (estimated_value - published_value) / nullif(published_value, 0)
        end as error_pct
    from compared
)

select * from final
