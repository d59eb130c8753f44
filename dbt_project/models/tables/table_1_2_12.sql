-- Table 1-2-12: Taiwan in international evaluations, in the edition's fixed order. The period of a
-- row is the year printed with its evaluator, empty where none is.
with

evaluation as (
    select
        row_key,
        cast(row_number() over (order by position) as integer) as row_no
    from {{ source('edition', 'row') }}
    where table_id = 'T1-2-12'
),

measure as (
    select
        measure,
        case measure
            when 'rank' then 'ranking_position'
            when 'countries_evaluated' then 'ranking_economies'
        end as indicator_id
    from {{ source('edition', 'measure') }}
    where
        table_id = 'T1-2-12'
        and measure in ('rank', 'countries_evaluated')
),

observation as (
    select * from {{ ref('int_international_rankings') }}
    where area_code = 'TWN'
),

final as (
    select
        evaluation.row_no,
        evaluation.row_key,
        coalesce(observation.period, '') as period,
        measure.measure,
        observation.value,
        {{ book_status('observation.value', 'observation.estimate_id', 'observation.status') }}
            as status,
        {{ made_from('given', {'value': observation_key('observation')}) }} as made_from
    from evaluation
    cross join measure
    -- one position per evaluation: many to one
    left join observation
        on
            evaluation.row_key = observation.breakdown
            and measure.indicator_id = observation.indicator_id
)

select * from final
