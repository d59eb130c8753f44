-- One returned row: two levels of one economy and year, from different series or publishers, whose
-- quotient no economy has. One of them is then in another unit throughout (millions read as
-- thousands), which no comparison with the year before can tell. The bounds are meant for slips of
-- a unit: several times wider than what economies show.
with

observation as (
    select * from {{ ref('indicator_observation') }}
    where value > 0
),

promised_period as (
    select distinct period
    from {{ source('edition', 'measure_period') }}
),

member_of_book as (
    select distinct row_key
    from {{ ref('book_cell') }}
),

-- numerator and denominator, with the factor that brings their quotient to one unit
pair as (
    select * from (
        values
        ('population_1jan', 'total', 'population', 'total', 1e3, 0.5, 2),
        ('exports_total', 'total', 'real_gdp', 'total', 1, 0.05, 3),
        ('value_added', 'manufacturing', 'real_gdp', 'total', 1, 0.03, 1),
        ('real_monthly_wage', 'total', 'national_income_per_capita', 'total', 12, 0.15, 4),
        ('technology_receipts', 'all_industries', 'gross_output', 'manufacturing', 1e-3, 1e-6, 0.3),
        ('technology_payments', 'all_industries', 'gross_output', 'manufacturing', 1e-3, 1e-6, 0.3),
        ('gerd_constant_ppp', 'total', 'researchers_fte', 'total', 1e6, 5e3, 5e6),
        ('patents_granted', 'total', 'population', 'total', 1e6, 0, 2e4)
    ) as listed (
        upper_indicator, upper_breakdown, lower_indicator, lower_breakdown, factor, least, most
    )
),

compared as (
    select
        upper_level.indicator_id as upper_indicator,
        lower_level.indicator_id as lower_indicator,
        upper_level.area_code,
        upper_level.period,
        upper_level.value as upper_value,
        lower_level.value as lower_value,
        upper_level.unit_code as upper_unit,
        lower_level.unit_code as lower_unit,
        upper_level.value / lower_level.value * pair.factor as quotient,
        pair.least,
        pair.most,
        lower_level.source_file as other_file,
        lower_level.source_row as other_row,
        upper_level.source_file,
        upper_level.source_row
    from pair
    -- one to many: the series of all areas and years
    inner join observation as upper_level
        on
            pair.upper_indicator = upper_level.indicator_id
            and pair.upper_breakdown = upper_level.breakdown
    -- one value of the other level per area and year: one to one
    inner join observation as lower_level
        on
            pair.lower_indicator = lower_level.indicator_id
            and pair.lower_breakdown = lower_level.breakdown
            and upper_level.area_code = lower_level.area_code
            and upper_level.period = lower_level.period
    -- a period and a row key stand once: both many to one
    inner join promised_period
        on upper_level.period = promised_period.period
    left join member_of_book
        on upper_level.area_code = member_of_book.row_key
    where upper_level.area_code = 'TWN' or member_of_book.row_key is not null
),

final as (
    select
        concat(
            upper_indicator, ' of ', area_code, ' in ', period, ' is ',
            cast(cast(upper_value as decimal(24, 2)) as varchar), ' ', upper_unit, ' beside ',
            lower_indicator, ' of ', cast(cast(lower_value as decimal(24, 2)) as varchar), ' ',
            lower_unit, ' (', other_file, ', line ', coalesce(cast(other_row as varchar), '?'),
            '): one of the two is in another unit; correct the file.'
        ) as message,
        source_file,
        source_row,
        upper_indicator,
        lower_indicator,
        area_code,
        period,
        quotient
    from compared
    where quotient not between least and most
    order by
        upper_indicator,
        lower_indicator,
        area_code,
        period
)

select * from final
