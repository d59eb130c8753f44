-- Population in persons. E marks years after the last actual one: the IMF's estimates, not the
-- editor's. An area without a mapping stays as UNK.
with

observation as (
    select * from {{ ref('stg_imf_weo__observation') }}
),

source_basis as (
    select * from {{ ref('int_source_basis') }}
),

indicator as (
    select * from {{ ref('indicator') }}
),

population as (
    select
        'population' as indicator_id,
        area_code,
        'total' as breakdown,
        period,
        value,
        multiplier,
        latest_actual_period,
        vintage,
        source_file,
        source_row,
        publisher_area_code,
        publisher_area_name
    from observation
    where
        (indicator_code = 'LP' or indicator_name = 'Population')
        and frequency = 'A'
        and value is not null
),

final as (
    select
        population.indicator_id,
        population.area_code,
        population.breakdown,
        population.period,
        {{ corrected_value('population.value') }} as value,
        indicator.unit_code,
        cast(null as varchar) as base_period,
        case
            -- may read 'FY2024/25'
            when
                population.period
                > nullif(regexp_extract(population.latest_actual_period, '[0-9]{4}', 0), '')
                then 'E'
            else ''
        end as status,
        cast(null as varchar) as estimate_id,
        cast(null as varchar) as estimate_rule,
        'imf_weo' as source_id,
        population.vintage,
        population.source_file,
        population.source_row,
        {{ correction_columns('population.value', 'source_basis.basis') }},
        population.multiplier,
        population.publisher_area_code,
        population.publisher_area_name
    from population
    -- one indicator, one basis and at most one correction per observation: all many to one
    left join indicator
        on population.indicator_id = indicator.indicator_id
    left join source_basis
        on
            source_basis.source_id = 'imf_weo'
            and population.vintage = source_basis.vintage
    {{ join_correction('population', 'imf_weo') }}
)

select * from final
