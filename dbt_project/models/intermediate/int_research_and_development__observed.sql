-- The MSTI series behind tables 1-2-1 to 1-2-5, as observed, in the indicator's own unit.
-- A series is its four key parts: without the transformation, growth rates (GY) would mix with
-- levels. Rows without a value are no observations. Declared corrections are applied, so estimates
-- build on corrected values. Estimates: int_research_and_development.
with

msti as (
    select * from {{ ref('stg_oecd_msti__observation') }}
),

series as (
    select * from {{ ref('msti_series') }}
),

source_basis as (
    select * from {{ ref('int_source_basis') }}
),

observed as (
    select
        series.indicator_id,
        msti.area_code,
        series.breakdown,
        msti.period,
        msti.value as file_value,
        -- the publisher's power of ten is read from the row, ours from the series
        power(10, coalesce(msti.value_exponent, 0) - series.unit_exponent) as multiplier,
        series.unit_code,
        msti.base_period,
        msti.status,
        msti.vintage,
        msti.source_file,
        msti.source_row
    from msti
    -- four key parts name one series: many to one
    inner join series
        on
            msti.measure_code = series.measure_code
            and msti.unit_measure_code = series.unit_measure_code
            and msti.price_base_code = series.price_base_code
            and msti.transformation_code = series.transformation_code
    where
        msti.frequency = 'A'
        and msti.value is not null
),

final as (
    select
        observed.indicator_id,
        observed.area_code,
        observed.breakdown,
        observed.period,
        {{ corrected_value('observed.file_value * observed.multiplier') }} as value,
        observed.unit_code,
        observed.base_period,
        observed.status,
        'oecd_msti' as source_id,
        observed.vintage,
        observed.source_file,
        observed.source_row,
        {{ correction_columns('observed.file_value * observed.multiplier', 'source_basis.basis') }},
        observed.multiplier
    from observed
    -- one basis and at most one correction: both many to one
    left join source_basis
        on
            source_basis.source_id = 'oecd_msti'
            and observed.vintage = source_basis.vintage
    {{ join_correction('observed', 'oecd_msti') }}
)

select * from final
