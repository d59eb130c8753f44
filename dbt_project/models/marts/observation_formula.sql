-- How an observation is computed that is not read from a file as it stands: the editor's estimates,
-- and ranks among observations. What goes in: observation_input.
with

edition as (
    select edition from {{ source('edition', 'edition') }}
),

derived as (
    {{ derived_observations() }}
),

final as (
    select
        edition.edition,
        derived.indicator_id,
        derived.area_code,
        derived.breakdown,
        derived.period,
        derived.made_from.formula as formula,
        derived.made_from.constant as constant
    from derived
    cross join edition
)

select * from final
