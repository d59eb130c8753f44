-- One returned row: an area or industry that was among the twenty largest in one period and has no
-- value in the next that the edition promises. The tables that pick their own top ten would close
-- the gap without a word. Cells that the book shows as N/A are the business of
-- every_promised_cell_has_a_value_or_a_declared_gap.
with

observation as (
    select * from {{ ref('indicator_observation') }}
    where
        indicator_id in (
            'patents_granted', 'population_1jan', 'technology_receipts', 'technology_payments',
            'value_added', 'gross_output'
        )
        and value is not null
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
    union
    -- below the line of the value-added rate, in the same years
    select
        'gross_output' as indicator_id,
        period
    from {{ source('edition', 'measure_period') }}
    where measure = 'value_added_rate_pct'
    union
    select
        'technology_payments' as indicator_id,
        period
    from {{ source('edition', 'measure_period') }}
    where measure = 'tech_import_ntd_100m'
),

period_before as (
    select
        promised_period.indicator_id,
        promised_period.period,
        max(observation.period) as period_before
    from promised_period
    -- one to many: every earlier observation
    inner join observation
        on
            promised_period.indicator_id = observation.indicator_id
            and observation.period < promised_period.period
    group by
        promised_period.indicator_id,
        promised_period.period
),

leading_before as (
    select
        period_before.period,
        period_before.period_before,
        observation.indicator_id,
        observation.area_code,
        observation.breakdown,
        observation.value,
        observation.source_file,
        observation.source_row
    from period_before
    -- one to many: the members of the period before
    inner join observation
        on
            period_before.indicator_id = observation.indicator_id
            and period_before.period_before = observation.period
    qualify
        row_number() over (
            partition by period_before.indicator_id, period_before.period
            order by observation.value desc
        ) <= 20
),

shown_as_missing as (
    select distinct
        row_key,
        period
    from {{ ref('book_cell') }}
    where value is null
),

gap as (
    select * from {{ source('edition', 'publisher_gap') }}
),

final as (
    select
        concat(
            leading_before.indicator_id, ' has ', leading_before.area_code, ' (',
            leading_before.breakdown,
            ') in ', leading_before.period_before, ' but not in ', leading_before.period,
            ': land a file that has it, or declare the gap in the edition''s estimates.yml.'
        ) as message,
        leading_before.source_file,
        leading_before.source_row,
        leading_before.indicator_id,
        leading_before.area_code,
        leading_before.breakdown,
        leading_before.period,
        leading_before.value as value_before
    from leading_before
    -- one observation, one cell, one gap per key: all one to one
    left join observation
        on
            leading_before.indicator_id = observation.indicator_id
            and leading_before.area_code = observation.area_code
            and leading_before.breakdown = observation.breakdown
            and leading_before.period = observation.period
    left join shown_as_missing
        on
            leading_before.period = shown_as_missing.period
            and shown_as_missing.row_key in (leading_before.area_code, leading_before.breakdown)
    left join gap
        on
            leading_before.indicator_id = gap.indicator_id
            and leading_before.area_code = gap.area_code
            and leading_before.period = gap.period
    where
        observation.period is null
        and shown_as_missing.row_key is null
        and gap.period is null
)

select * from final
