-- Table 1-2-8: economic growth, real GDP, national income per capita and real wage. Each measure is
-- a row of its own.
with

-- which row shows which figure, and by how much it is divided
line as (
    select * from (
        values
        ('economic_growth_rate_pct', 'economic_growth_rate', 'real_gdp_growth', 1),
        ('real_gdp_ntd_100m', 'real_gdp', 'real_gdp', 100),
        (
            'national_income_per_capita_ntd',
            'national_income_per_capita',
            'national_income_per_capita',
            1
        ),
        ('real_monthly_wage_ntd', 'real_wage', 'real_monthly_wage', 1)
    ) as listed (measure, row_key, figure_key, divisor)
),

level as (
    select * from {{ ref('int_national_accounts') }}
    union all
    select * from {{ ref('int_wages') }}
),

figure as (
    select
        indicator_id as figure_key,
        period,
        value,
        {{ book_status('value', 'estimate_id', 'status') }} as status,
        {{ observation_key() }} as observation_key,
        null as made_from
    from level
    where area_code = 'TWN'

    union all

    select
        'real_gdp_growth' as figure_key,
        period,
        growth_pct as value,
        status,
        null as observation_key,
        made_from
    from {{ ref('int_national_accounts__real_gdp_growth') }}
),

final as (
    select
        edition_row.position as row_no,
        edition_row.row_key,
        promised.period,
        promised.measure,
        figure.value / line.divisor as value,
        coalesce(figure.status, 'M') as status,
        coalesce(figure.made_from, case line.divisor
            when 1 then {{ scaled_from('figure.observation_key', 1) }}
            when 100 then {{ scaled_from('figure.observation_key', 100) }}
        end) as made_from
    from {{ source('edition', 'measure_period') }} as promised
    -- a measure is one line, a line stands once in the table: both many to one
    inner join line
        on promised.measure = line.measure
    inner join {{ source('edition', 'row') }} as edition_row
        on
            promised.table_id = edition_row.table_id
            and line.row_key = edition_row.row_key
    -- one figure per period: one to one
    left join figure
        on
            line.figure_key = figure.figure_key
            and promised.period = figure.period
    where promised.table_id = 'T1-2-08'
)

select * from final
