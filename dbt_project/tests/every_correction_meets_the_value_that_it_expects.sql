-- One returned row: a correction of a publisher's value whose publisher says something else than it
-- expects, or nothing. Binary noise of the change of units (1e-9 of the value) is no difference.
with

correction as (
    select * from {{ source('edition', 'correction') }}
    where status <> 'withdrawn'
),

observation as (
    select
        *,
        coalesce(publisher_value, value) as published
    from {{ ref('indicator_observation') }}
    where estimate_id is null
),

final as (
    select
        concat(
            'corrections.yml, ', correction.correction_id, ': ', correction.indicator_id, ' of ',
            correction.area_code, ' in ', correction.period,
            case
                when observation.published is null then concat(
                    ' is not in the pinned vintage of ', correction.source_id,
                    ', so there is nothing to correct: mend the entry or remove it.'
                )
                else concat(
                    ' was expected to be ', correction.expect, ', but the publisher now has ',
                    observation.published, ' (vintage ', observation.vintage,
                    '): if that mends it, remove the correction; else decide anew.'
                )
            end
        ) as message,
        observation.source_file,
        observation.source_row,
        correction.correction_id,
        correction.expect,
        observation.published
    from correction
    -- one observation per key: one to one
    left join observation
        on
            correction.source_id = observation.source_id
            and correction.indicator_id = observation.indicator_id
            and correction.area_code = observation.area_code
            and correction.breakdown = observation.breakdown
            and correction.period = observation.period
    where
        observation.published is null
        or abs(observation.published - correction.expect)
        > 1e-9 * greatest(1e-9, abs(correction.expect))
)

select * from final
