-- One returned row: an indicator whose observations disagree with its declared unit, mix base
-- years, or have none although prices are constant. Estimates take unit and base from their
-- neighbours.
with

observation as (
    select * from {{ ref('indicator_observation') }}
),

indicator as (
    select * from {{ ref('dim_indicator') }}
),

by_indicator as (
    select
        observation.indicator_id,
        indicator.unit_code as declared_unit,
        min(observation.unit_code) as first_unit,
        max(observation.unit_code) as last_unit,
        count(distinct observation.base_period) as base_periods,
        min(observation.base_period) as first_base,
        max(observation.base_period) as last_base,
        count(*) - count(observation.base_period) as rows_without_base,
        max(observation.source_file) as source_file
    from observation
    -- one declaration per indicator: many to one
    inner join indicator
        on observation.indicator_id = indicator.indicator_id
    where observation.estimate_id is null
    group by
        observation.indicator_id,
        indicator.unit_code
),

final as (
    select
        case
            when first_unit <> declared_unit or last_unit <> declared_unit
                then concat(
                    indicator_id, ' is declared in ', declared_unit, ' but has rows in ',
                    case when first_unit <> declared_unit then first_unit else last_unit end,
                    ': convert them in staging, or correct seeds/indicator.csv.'
                )
            when base_periods > 1
                then concat(
                    indicator_id, ' mixes the base years ', first_base, ' and ', last_base,
                    ': pin a vintage with one base, levels of two bases cannot stand in one table.'
                )
            else concat(
                indicator_id, ' is at constant prices, but ', rows_without_base,
                ' rows do not say of which year: see the base period in the publisher''s file.'
            )
        end as message,
        source_file,
        cast(null as bigint) as source_row,
        indicator_id
    from by_indicator
    where
        first_unit <> declared_unit
        or last_unit <> declared_unit
        or base_periods > 1
        or (
            rows_without_base > 0
            and indicator_id in (
                'gerd_constant_ppp', 'gerd_constant_ppp_by_source', 'real_gdp',
                'labour_productivity_index'
            )
        )
)

select * from final
