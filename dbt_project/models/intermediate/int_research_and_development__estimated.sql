-- What the editor declares where MSTI has no observation, year by year: a rule may build on the
-- year before, which may itself be an estimate. An observation always wins, so an estimate whose
-- cell the publisher has since filled does not appear here.
with recursive

step as (
    select * from {{ ref('int_research_and_development__steps') }}
),

walked as (
    select
        indicator_id,
        area_code,
        year,
        step_no,
        estimate_id,
        rule,
        observed_value,
        coalesce(observed_value, standalone_value) as value,
        cast(null as double) as value_before,
        cast(null as integer) as year_before
    from step
    where step_no = 1

    union all

    select
        step.indicator_id,
        step.area_code,
        step.year,
        step.step_no,
        step.estimate_id,
        step.rule,
        step.observed_value,
        coalesce(
            step.observed_value,
            step.standalone_value,
            -- a rule that builds on the year before needs exactly that year, not an older one
            case
                when step.year <> walked.year + 1 then null
                when step.rule = 'carry_growth' then walked.value * (1 + step.growth_pct / 100)
                when step.rule = 'extend_increment' and walked.year = walked.year_before + 1
                    then walked.value + (walked.value - walked.value_before)
            end
        ) as value,
        walked.value as value_before,
        walked.year as year_before
    from walked
    inner join step
        on
            walked.indicator_id = step.indicator_id
            and walked.area_code = step.area_code
            and step.step_no = walked.step_no + 1
),

final as (
    select
        indicator_id,
        area_code,
        cast(year as varchar) as period,
        value,
        estimate_id,
        rule as estimate_rule
    from walked
    where
        observed_value is null
        and estimate_id is not null
        and value is not null
)

select * from final
