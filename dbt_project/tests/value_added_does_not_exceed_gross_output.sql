-- One returned row: an industry and year with more value added than output, or with value added and
-- no output at all: its value-added rate cannot be printed.
with

observation as (
    select * from {{ ref('indicator_observation') }}
    where indicator_id in ('value_added', 'gross_output')
),

promised as (
    select distinct period
    from {{ source('edition', 'measure_period') }}
    where table_id = 'T1-2-16'
),

by_industry as (
    select
        observation.breakdown,
        observation.period,
        max(case when observation.indicator_id = 'value_added' then observation.value end)
            as value_added,
        max(case when observation.indicator_id = 'gross_output' then observation.value end)
            as gross_output,
        min(observation.source_file) as source_file,
        min(observation.source_row) as source_row
    from observation
    inner join promised
        on observation.period = promised.period
    inner join {{ ref('industry') }} as industry
        on observation.breakdown = industry.industry_key
    group by
        observation.breakdown,
        observation.period
),

final as (
    select
        concat(
            breakdown, ' in ', period, ' has value added of ', value_added, ' and gross output of ',
            coalesce(cast(gross_output as varchar), 'nothing'),
            ' (NTD million): the two come from different tables or prices.'
        ) as message,
        source_file,
        source_row,
        breakdown,
        period
    from by_industry
    where
        value_added is not null
        and (gross_output is null or value_added > gross_output)
)

select * from final
