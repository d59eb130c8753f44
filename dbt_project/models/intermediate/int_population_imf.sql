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

final as (
    select
        'population' as indicator_id,
        observation.area_code,
        'total' as breakdown,
        observation.period,
        observation.value,
        indicator.unit_code,
        cast(null as varchar) as base_period,
        case
            -- may read 'FY2024/25'
            when
                observation.period
                > nullif(regexp_extract(observation.latest_actual_period, '[0-9]{4}', 0), '')
                then 'E'
            else ''
        end as status,
        cast(null as varchar) as estimate_id,
        cast(null as varchar) as estimate_rule,
        'imf_weo' as source_id,
        observation.vintage,
        observation.source_file,
        observation.source_row,
        source_basis.basis,
        observation.publisher_area_code,
        observation.publisher_area_name
    from observation
    -- one indicator, and one basis per observation: both many to one
    left join indicator
        on indicator.indicator_id = 'population'
    left join source_basis
        on
            source_basis.source_id = 'imf_weo'
            and observation.vintage = source_basis.vintage
    where
        (observation.indicator_code = 'LP' or observation.indicator_name = 'Population')
        and observation.frequency = 'A'
        and observation.value is not null
)

select * from final
