{{ config(severity='warn') }}
-- One returned row: a value that the edition declares provisional and that does not exist or is not
-- marked P: the star would be missing from the book.
with

provisional as (
    select * from {{ source('edition', 'provisional') }}
),

observation as (
    select * from {{ ref('indicator_observation') }}
),

final as (
    select
        concat(
            'The edition declares ', provisional.indicator_id, ' of ', provisional.period,
            ' provisional, but ', provisional.source_id, ' has no observation with that mark: ',
            'correct the declaration, or see why the value is missing.'
        ) as message,
        max(observation.source_file) as source_file,
        max(observation.source_row) as source_row,
        provisional.indicator_id,
        provisional.period
    from provisional
    left join observation
        on
            provisional.indicator_id = observation.indicator_id
            and provisional.period = observation.period
            and provisional.source_id = observation.source_id
    group by
        provisional.indicator_id,
        provisional.period,
        provisional.source_id
    having count(case when observation.status = 'P' then 1 end) = 0
)

select * from final
