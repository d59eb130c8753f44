-- One returned row: a level that is so many times the one before it, or so small a part of it, that
-- it must be in another unit: thousands for millions, a decimal point lost. Before it means the
-- nearest earlier year with a value. Smaller jumps, which may be true, are a warning:
-- no_level_jumps_implausibly_within_a_year.
with

observation as (
    select * from {{ ref('indicator_observation') }}
    where
        value > 0
        and regexp_matches(period, '^[0-9]{4}$')
),

bound as (
    select
        indicator_id,
        largest_factor
    from {{ ref('indicator') }}
    where largest_factor is not null
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
        observation.source_file,
        observation.source_row,
        bound.largest_factor,
        lag(observation.value) over earlier as value_before,
        lag(observation.period) over earlier as period_before
    from observation
    -- one bound per indicator: many to one
    inner join bound
        on observation.indicator_id = bound.indicator_id
    window
        earlier as (
            partition by observation.indicator_id, observation.area_code, observation.breakdown
            order by observation.period
        )
),

final as (
    select
        concat(
            indicator_id, ' of ', area_code,
            case when breakdown = 'total' then '' else concat(' (', breakdown, ')') end,
            ' is ', cast(cast(value_before as decimal(24, 2)) as varchar), ' in ', period_before,
            ' and ', cast(cast(value as decimal(24, 2)) as varchar), ' in ', compared.period,
            ': one of the two is in another unit, or has lost its decimal point; correct the file.'
        ) as message,
        source_file,
        source_row,
        indicator_id,
        area_code,
        breakdown,
        compared.period,
        value_before,
        value
    from compared
    -- a period and a row key stand once: all many to one
    left join promised_period as promised
        on compared.period = promised.period
    left join promised_period as promised_before
        on compared.period_before = promised_before.period
    left join member_of_book as member_by_breakdown
        on compared.breakdown = member_by_breakdown.row_key
    left join member_of_book as member_by_area
        on
            compared.breakdown = 'total'
            and compared.area_code = member_by_area.row_key
    where
        greatest(value / value_before, value_before / value) > largest_factor
        and coalesce(promised.period, promised_before.period) is not null
        and (
            member_by_breakdown.row_key is not null
            or member_by_area.row_key is not null
            or (compared.breakdown = 'total' and compared.area_code = 'TWN')
        )
    order by
        indicator_id,
        area_code,
        breakdown,
        compared.period
)

select * from final
