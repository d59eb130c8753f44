-- What an observation is made from that is not read from a file as it stands: one row per
-- observation that goes in, with its role in the formula (observation_formula).
with

edition as (
    select edition from {{ source('edition', 'edition') }}
),

derived as (
    {{ derived_observations() }}
),

input as (
    select
        derived.indicator_id,
        derived.area_code,
        derived.breakdown,
        derived.period,
        unnest(derived.made_from.inputs) as input,
        unnest(range(1, len(derived.made_from.inputs) + 1)) as position
    from derived
),

final as (
    select
        edition.edition,
        input.indicator_id,
        input.area_code,
        input.breakdown,
        input.period,
        cast(input.position as integer) as position,
        input.input.role as role,
        input.input.observation.indicator_id as input_indicator_id,
        input.input.observation.area_code as input_area_code,
        input.input.observation.breakdown as input_breakdown,
        input.input.observation.period as input_period
    from input
    cross join edition
)

select * from final
