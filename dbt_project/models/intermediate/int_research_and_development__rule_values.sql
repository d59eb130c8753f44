-- What each declared rule gives where MSTI may lack an observation, year by year: a rule may build
-- on the year before, which may itself be an estimate. An observation always wins for the years
-- after it; what the rule gives in its place stays, so that the estimate can be held against it.
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
        standalone_value as rule_value,
        standalone_from as made_from,
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
            step.standalone_value,
            {{ continued_value('step', 'walked') }}
        ) as rule_value,
        coalesce(
            step.standalone_from,
            {{ continued_from('step', 'walked') }}
        ) as made_from,
        coalesce(
            step.observed_value,
            step.standalone_value,
            {{ continued_value('step', 'walked') }}
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
        estimate_id,
        rule as estimate_rule,
        rule_value,
        observed_value,
        made_from
    from walked
    where estimate_id is not null
)

select * from final
