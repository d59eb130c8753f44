-- The cells of tables 1-2-13 and 1-2-14 by each route, for every area; which areas are printed is the
-- tables' business. Measures of 1-2-14 carry the area: patents_granted_twn, rank_twn.
with

ranked_areas as (
    select * from {{ ref('int_patents__ranked_areas') }}
),

published as (
    select * from {{ ref('int_patents__published') }}
),

microdata as (
    select * from {{ ref('int_patents__microdata') }}
),

wipo_field as (
    select * from {{ ref('wipo_field') }}
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

of_area as (
    select
        ranked_areas.route,
        ranked_areas.area_code,
        ranked_areas.period,
        measure.measure,
        case measure.measure
            when 'rank' then ranked_areas.position_in_period
            when 'patents_granted' then ranked_areas.grants
            else ranked_areas.grants / (population.persons / 1000000)
        end as value,
        ranked_areas.status as grants_status,
        case when measure.measure = 'patent_density_per_million' then population.status end
            as population_status,
        case measure.measure
            when 'rank'
                then {{ made_from(
                    'rank',
                    {'value': 'ranked_areas.observation_key'},
                    among='ranked_areas.ranked_keys',
                ) }}
            when 'patents_granted' then {{ scaled_from('ranked_areas.observation_key', 1) }}
            else {{ made_from('quotient', {
                'numerator': 'ranked_areas.observation_key',
                'denominator': 'population.observation_key',
            }, constant=1000000) }}
        end as made_from
    from ranked_areas
    cross join
        (values ('rank'), ('patents_granted'), ('patent_density_per_million'))
            as measure (measure)
    -- one population per area and period: many to one
    left join population
        on
            ranked_areas.area_code = population.area_code
            and ranked_areas.period = population.period
),

by_field as (
    select
        'published' as route,
        *
    from published

    union all

    select
        'microdata' as route,
        *
    from microdata
),

final as (
    select
        route as basis,
        '' as classification,
        'T1-2-13' as table_id,
        area_code as row_key,
        period,
        measure,
        cast(value as double) as value,
        {{ combined_status('value', 'grants_status', 'population_status') }} as status,
        made_from
    from of_area

    union all

    select
        by_field.route as basis,
        '' as classification,
        'T1-2-14' as table_id,
        wipo_field.field_key as row_key,
        by_field.period,
        concat(
            case by_field.indicator_id
                when 'patents_granted_by_field' then 'patents_granted_'
                else 'rank_'
            end,
            lower(by_field.area_code)
        ) as measure,
        by_field.value,
        {{ book_status('by_field.value', 'by_field.estimate_id', 'by_field.status') }} as status,
        {{ made_from('given', {'value': observation_key('by_field')}) }} as made_from
    from by_field
    -- a breakdown is one field: many to one
    inner join wipo_field
        on by_field.breakdown = cast(wipo_field.field_number as varchar)
    where by_field.indicator_id in ('patents_granted_by_field', 'patent_rank_by_field')
)

select * from final
