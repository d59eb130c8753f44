{{ config(severity='warn') }}
-- One returned row: a cell for which the edition declares a gap or an estimate and the publisher
-- now has a value. The observation is used; the declaration should go.
with

declared as (
    select
        'estimate' as kind,
        indicator_id,
        area_code,
        period,
        given_value
    from {{ source('edition', 'estimate') }}
    union all
    select
        'gap' as kind,
        indicator_id,
        area_code,
        period,
        cast(null as double) as given_value
    from {{ source('edition', 'publisher_gap') }}
),

observation as (
    select * from {{ ref('indicator_observation') }}
    where
        estimate_id is null
        and breakdown = 'total'
        and value is not null
),

final as (
    select
        concat(
            'The edition declares ',
            case when declared.kind = 'gap' then 'a gap' else 'an estimate' end,
            ' for ', declared.indicator_id, ' of ', declared.area_code, ' in ', declared.period,
            ', but the publisher has ', observation.value,
            ', which is used: remove the declaration from estimates.yml.'
        ) as message,
        observation.source_file,
        observation.source_row,
        declared.kind,
        declared.indicator_id,
        declared.area_code,
        declared.period,
        declared.given_value,
        observation.value
    from declared
    -- one observation per cell: many to one
    inner join observation
        on
            declared.indicator_id = observation.indicator_id
            and declared.area_code = observation.area_code
            and declared.period = observation.period
)

select * from final
