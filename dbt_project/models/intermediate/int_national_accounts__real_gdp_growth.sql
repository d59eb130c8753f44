-- Growth of real GDP over the year before, from unrounded chained values. The status is that of a
-- book cell: provisional if either year is.
with

real_gdp as (
    select
        period,
        try_cast(period as integer) as year,
        value,
        {{ observation_key() }} as observation_key,
        {{ book_status('value', 'estimate_id', 'status') }} as status
    from {{ ref('int_national_accounts') }}
    where indicator_id = 'real_gdp' and area_code = 'TWN'
),

growth as (
    select
        real_gdp.period,
        {{ growth_pct('real_gdp.value', 'previous.value') }} as growth_pct,
        real_gdp.status,
        previous.status as previous_status,
        {{ made_from('growth_pct', {
            'value': 'real_gdp.observation_key',
            'previous': 'previous.observation_key',
        }) }} as made_from
    from real_gdp
    -- one year before each year: one to one
    inner join real_gdp as previous
        on real_gdp.year = previous.year + 1
),

final as (
    select
        period,
        growth_pct,
        {{ combined_status('growth_pct', 'status', 'previous_status') }} as status,
        made_from
    from growth
)

select * from final
