-- The long fact: every observation and estimate that feeds the book, one row per indicator, area,
-- breakdown and period, in the indicator's own unit.
{%- set subjects = [
    'int_research_and_development',
    'int_competitiveness_rank',
    'int_competitiveness_score',
    'int_national_accounts',
    'int_wages',
    'int_labour_productivity',
    'int_exports',
    'int_patents',
    'int_population_imf',
    'int_technology_trade',
    'int_technology_trade__by_partner',
    'int_intellectual_property_charges',
    'int_industry_value_added',
    'int_manufacturing_value_added',
    'int_population_un',
    'int_international_rankings',
    'int_global_risk',
    'int_ai_capability',
    'int_hydrogen_targets',
] %}
with

edition as (
    select edition from {{ source('edition', 'edition') }}
),

observation as (
    {%- for subject in subjects %}
    select {{ observation_columns() | join(', ') }} from {{ ref(subject) }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

final as (
    select
        edition.edition,
        observation.indicator_id,
        observation.area_code,
        observation.breakdown,
        observation.period,
        cast(observation.value as double) as value,
        observation.unit_code,
        observation.base_period,
        coalesce(observation.status, '') as status,
        observation.estimate_id,
        observation.estimate_rule,
        observation.source_id,
        observation.vintage,
        observation.source_file,
        cast(observation.source_row as bigint) as source_row,
        observation.basis,
        observation.correction_id,
        cast(observation.publisher_value as double) as publisher_value,
        observation.multiplier
    from observation
    cross join edition
)

select * from final
