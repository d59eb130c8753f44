{{ config(severity='warn') }}
-- One returned row: an indicator with values for fewer areas or breakdowns in a promised year than
-- in the promised year before, after what the edition declares. A warning: areas outside the book
-- may be late.
with

observation as (
    select * from {{ ref('indicator_observation') }}
    where
        value is not null
        and indicator_id not in ('ranking_position', 'ranking_economies', 'risk_rank')
),

promised_period as (
    select distinct
        measure.indicator_id,
        promised_column.period
    from {{ source('edition', 'measure_period') }} as promised_column
    -- a column is of one measure: many to one
    inner join {{ source('edition', 'measure') }} as measure
        on
            promised_column.edition = measure.edition
            and promised_column.table_id = measure.table_id
            and promised_column.measure = measure.measure
    where regexp_matches(promised_column.period, '^[0-9]{4}$')
),

covered as (
    select
        promised_period.indicator_id,
        promised_period.period,
        count(observation.value) as members
    from promised_period
    -- one to many: the observations of the year
    left join observation
        on
            promised_period.indicator_id = observation.indicator_id
            and promised_period.period = observation.period
    group by
        promised_period.indicator_id,
        promised_period.period
),

declared as (
    select
        indicator_id,
        period,
        count(distinct area_code) as gaps
    from {{ source('edition', 'publisher_gap') }}
    group by
        indicator_id,
        period
),

compared as (
    select
        covered.indicator_id,
        covered.period,
        covered.members,
        coalesce(declared.gaps, 0) as gaps,
        lag(covered.members) over (
            partition by covered.indicator_id
            order by covered.period
        ) as members_before,
        lag(covered.period) over (
            partition by covered.indicator_id
            order by covered.period
        ) as period_before
    from covered
    -- one count of gaps per year: one to one
    left join declared
        on
            covered.indicator_id = declared.indicator_id
            and covered.period = declared.period
),

file_of_indicator as (
    {{ file_of_indicator() }}
),

final as (
    select
        concat(
            compared.indicator_id, ' has ', members, ' values in ', period, ' after ',
            members_before,
            ' in ', period_before, ' (declared gaps: ', gaps,
            '): see which are missing before you sign.'
        ) as message,
        file_of_indicator.source_file,
        cast(null as bigint) as source_row,
        compared.indicator_id,
        compared.period,
        compared.members,
        compared.members_before
    from compared
    -- one file named per indicator: many to one
    left join file_of_indicator
        on compared.indicator_id = file_of_indicator.indicator_id
    where members + gaps < members_before
)

select * from final
