-- One returned row: an observation without a line of a file that does not say how it was made, or
-- that names an observation that is not there; it could not be explained.
with

observation as (
    select * from {{ ref('indicator_observation') }}
),

observation_formula as (
    select * from {{ ref('observation_formula') }}
),

observation_input as (
    select * from {{ ref('observation_input') }}
),

untold as (
    select
        observation.indicator_id,
        observation.area_code,
        observation.breakdown,
        observation.period,
        observation.source_file,
        'stands in no line of a file and does not say how it was made' as trouble
    from observation
    -- at most one formula per observation
    left join observation_formula
        on
            observation.indicator_id = observation_formula.indicator_id
            and observation.area_code = observation_formula.area_code
            and observation.breakdown = observation_formula.breakdown
            and observation.period = observation_formula.period
    where
        observation.source_row is null
        and observation_formula.formula is null
),

unknown as (
    select
        observation_input.indicator_id,
        observation_input.area_code,
        observation_input.breakdown,
        observation_input.period,
        cast(null as varchar) as source_file,
        concat(
            'names as its ', observation_input.role, ' an observation that is not there (',
            concat_ws(
                ', ',
                observation_input.input_indicator_id,
                observation_input.input_area_code,
                observation_input.input_breakdown,
                observation_input.input_period
            ),
            ')'
        ) as trouble
    from observation_input
    -- a key is one observation: many to one
    left join observation
        on
            observation_input.input_indicator_id = observation.indicator_id
            and observation_input.input_area_code = observation.area_code
            and observation_input.input_breakdown = observation.breakdown
            and observation_input.input_period = observation.period
    where
        observation.indicator_id is null
        -- every country that competes
        and observation_input.input_area_code <> '*'
),

found as (
    select * from untold
    union all
    select * from unknown
),

final as (
    select
        concat(
            concat_ws(', ', indicator_id, area_code, breakdown, period), ' ', trouble,
            ': see made_from in the int_ model.'
        ) as message,
        source_file,
        cast(null as bigint) as source_row,
        indicator_id,
        area_code,
        breakdown,
        period
    from found
)

select * from final
