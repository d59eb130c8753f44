{{ config(severity='warn') }}
-- One returned row: a change from one year to the next beyond the band that its indicator has kept
-- to in the past, for an economy of the book in a promised year. Suspicious, but possibly true.
with

observation as (
    select * from {{ ref('indicator_observation') }}
    where value is not null
),

band as (
    select
        indicator_id,
        largest_change_pct
    from {{ ref('indicator') }}
    where largest_change_pct is not null
),

promised_period as (
    select distinct period
    from {{ source('edition', 'measure_period') }}
),

member_of_book as (
    select distinct row_key
    from {{ ref('book_cell') }}
),

compared as (
    select
        observation.indicator_id,
        observation.area_code,
        observation.breakdown,
        observation.period,
        observation.value,
        observation.estimate_id,
        observation.source_file,
        observation.source_row,
        year_before.period as period_before,
        year_before.value as value_before,
        {{ growth_pct('observation.value', 'year_before.value') }} as change_pct,
        band.largest_change_pct
    from observation
    -- one band per indicator, one value in the year before: both many to one
    inner join band
        on observation.indicator_id = band.indicator_id
    inner join observation as year_before
        on
            observation.indicator_id = year_before.indicator_id
            and observation.area_code = year_before.area_code
            and observation.breakdown = year_before.breakdown
            and try_cast(observation.period as integer) - 1
            = try_cast(year_before.period as integer)
    -- a period and a row key stand once: all many to one
    inner join promised_period
        on observation.period = promised_period.period
    left join member_of_book as member_by_breakdown
        on observation.breakdown = member_by_breakdown.row_key
    left join member_of_book as member_by_area
        on
            observation.breakdown = 'total'
            and observation.area_code = member_by_area.row_key
    where
        member_by_breakdown.row_key is not null
        or member_by_area.row_key is not null
        or (observation.breakdown = 'total' and observation.area_code = 'TWN')
),

final as (
    select
        concat(
            indicator_id, ' of ', area_code, case when breakdown = 'total' then '' else concat(' (',
            breakdown, ')') end,
            ' goes from ', cast(cast(value_before as decimal(20, 2)) as varchar), ' in ',
            period_before, ' to ',
            cast(cast(value as decimal(20, 2)) as varchar), ' in ', period, ', ',
            cast(cast(change_pct as decimal(18, 2)) as varchar), ' per cent; more than ',
            largest_change_pct,
            ' wants a second look at the file.'
        ) as message,
        source_file,
        source_row,
        indicator_id,
        area_code,
        breakdown,
        period,
        value_before,
        value,
        change_pct
    from compared
    where abs(change_pct) > largest_change_pct
    order by abs(change_pct) desc
)

select * from final
