-- Table 1-1-4: the ten gravest risks of each promised horizon in the newest report of the vintage.
-- A line of the book holds the risk of that rank in each horizon.
with

book_table as (
    select row_count
    from {{ source('edition', 'table') }}
    where table_id = 'T1-1-04'
),

promised as (
    select
        measure,
        period
    from {{ source('edition', 'measure_period') }}
    where table_id = 'T1-1-04'
),

risk as (
    select * from {{ ref('int_global_risk') }}
),

newest_report as (
    select max(period) as period
    from risk
),

final as (
    select
        cast(risk.value as integer) as row_no,
        risk.risk_key as row_key,
        promised.period,
        promised.measure,
        risk.value,
        {{ book_status('risk.value', 'risk.estimate_id', 'risk.status') }} as status,
        {{ made_from('given', {'value': observation_key('risk')}) }} as made_from
    from promised
    cross join book_table
    -- one to many: the ten of the horizon
    inner join risk
        on
            promised.period = risk.horizon_key
            and risk.value <= book_table.row_count
    inner join newest_report
        on risk.period = newest_report.period
)

select * from final
