-- Table 1-2-13: the ten areas with most utility patents in the last year, by year, with density.
with

grants as (
    select * from {{ ref('int_patents__ranked_areas') }}
),

population as (
    select
        area_code,
        period,
        value as persons,
        {{ observation_key() }} as observation_key,
        {{ book_status('value', 'estimate_id', 'status') }} as status
    from {{ ref('int_population_imf') }}
),

ranked as (
    select
        row_number() over (order by grants.grants desc, grants.area_code) as row_no,
        grants.area_code as row_key
    from grants
    -- the parameter stands once: many to one
    inner join {{ source('edition', 'parameter') }} as last_year
        on
            last_year.name = 'patents.last_year'
            and grants.period = last_year.value
),

-- every promised cell
frame as (
    select
        cast(ranked.row_no as integer) as row_no,
        ranked.row_key,
        promised.period,
        promised.measure
    from ranked
    -- the table stands once: many to one
    inner join {{ source('edition', 'table') }} as book_table
        on
            book_table.table_id = 'T1-2-13'
            and ranked.row_no <= book_table.row_count
    -- one to many: the table's columns
    inner join {{ source('edition', 'measure_period') }} as promised
        on book_table.table_id = promised.table_id
),

cell as (
    select
        frame.row_no,
        frame.row_key,
        frame.period,
        frame.measure,
        case frame.measure
            when 'rank' then grants.position_in_period
            when 'patents_granted' then grants.grants
            when 'patent_density_per_million' then grants.grants / (population.persons / 1000000)
        end as value,
        grants.status as grants_status,
        case frame.measure
            when 'patent_density_per_million' then population.status
        end as population_status,
        case frame.measure
            when 'rank'
                then {{
                    made_from('rank', {'value': 'grants.observation_key'}, among='grants.ranked_keys')
                }}
            when 'patents_granted' then {{ scaled_from('grants.observation_key', 1) }}
            when 'patent_density_per_million'
                then {{ made_from('quotient', {
                    'numerator': 'grants.observation_key',
                    'denominator': 'population.observation_key',
                }, constant=1000000) }}
        end as made_from
    from frame
    -- one count and one population per area and period: both many to one
    left join grants
        on
            frame.row_key = grants.area_code
            and frame.period = grants.period
    left join population
        on
            frame.row_key = population.area_code
            and frame.period = population.period
),

final as (
    select
        row_no,
        row_key,
        period,
        measure,
        cast(value as double) as value,
        {{ combined_status('value', 'grants_status', 'population_status') }} as status,
        made_from
    from cell
)

select * from final
