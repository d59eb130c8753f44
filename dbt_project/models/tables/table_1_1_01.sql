-- Table 1-1-1: the ten most populous countries, ranked separately in each promised year, in
-- millions. A line of the book holds the country of that rank in each year's block.
with

book_table as (
    select row_count
    from {{ source('edition', 'table') }}
    where table_id = 'T1-1-01'
),

promised as (
    select
        measure,
        period
    from {{ source('edition', 'measure_period') }}
    where table_id = 'T1-1-01'
),

population as (
    select
        area_code,
        period,
        value,
        {{ observation_key() }} as observation_key,
        {{ book_status('value', 'estimate_id', 'status') }} as status
    from {{ ref('int_population_un') }}
    where is_country
),

ranked as (
    select
        area_code,
        period,
        value,
        observation_key,
        list(observation_key) over (partition by period) as ranked_keys,
        status,
        cast(
            row_number() over (partition by period order by value desc, area_code) as integer
        ) as population_rank
    from population
),

final as (
    select
        ranked.population_rank as row_no,
        ranked.area_code as row_key,
        promised.period,
        promised.measure,
        case promised.measure
            when 'rank' then cast(ranked.population_rank as double)
            when 'population_million' then ranked.value / 1000
        end as value,
        ranked.status,
        case promised.measure
            when 'rank'
                then {{
                    made_from('place', {'value': 'ranked.observation_key'}, among='ranked.ranked_keys')
                }}
            when 'population_million' then {{ scaled_from('ranked.observation_key', 1000) }}
        end as made_from
    from promised
    cross join book_table
    -- one to many: the ten of the year
    inner join ranked
        on
            promised.period = ranked.period
            and ranked.population_rank <= book_table.row_count
)

select * from final
