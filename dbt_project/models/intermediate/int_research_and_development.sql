-- R&D inputs of tables 1-2-1 to 1-2-5: what MSTI observes, and for the cells it lacks the editor's
-- declared estimates (status E, with the estimate's id and rule).
with

observed as (
    select * from {{ ref('int_research_and_development__observed') }}
),

estimated as (
    select * from {{ ref('int_research_and_development__estimated') }}
),

series as (
    select * from {{ ref('msti_series') }}
),

base_period as (
    select
        indicator_id,
        max(base_period) as base_period
    from observed
    group by indicator_id
),

final as (
    select
        indicator_id,
        area_code,
        breakdown,
        period,
        value,
        unit_code,
        base_period,
        status,
        cast(null as varchar) as estimate_id,
        cast(null as varchar) as estimate_rule,
        source_id,
        vintage,
        source_file,
        source_row,
        basis,
        correction_id,
        publisher_value,
        multiplier,
        null as made_from
    from observed

    union all

    select
        estimated.indicator_id,
        estimated.area_code,
        'total' as breakdown,
        estimated.period,
        estimated.value,
        series.unit_code,
        base_period.base_period,
        'E' as status,
        estimated.estimate_id,
        estimated.estimate_rule,
        'oecd_msti' as source_id,
        cast(null as varchar) as vintage,
        'estimates.yml' as source_file,
        cast(null as bigint) as source_row,
        'editor' as basis,
        cast(null as varchar) as correction_id,
        cast(null as double) as publisher_value,
        cast(null as double) as multiplier,
        estimated.made_from
    from estimated
    -- one series per indicator has the breakdown 'total': many to one
    inner join series
        on
            estimated.indicator_id = series.indicator_id
            and series.breakdown = 'total'
    left join base_period
        on estimated.indicator_id = base_period.indicator_id
)

select * from final
