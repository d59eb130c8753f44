-- One returned row: an estimate of the edition that is declared twice, or that reached no
-- observation although the publisher has none either: its rule had nothing to work on.
-- It waits for the book, so that the missing cell behind it is found, and named first, as well.
-- depends_on: {{ ref('book_cell') }}
with

estimate as (
    select * from {{ source('edition', 'estimate') }}
),

observation as (
    select * from {{ ref('indicator_observation') }}
    where breakdown = 'total'
),

counted as (
    select
        *,
        count(*) over (partition by estimate_id) as same_id,
        count(*) over (partition by indicator_id, area_code, period) as same_cell
    from estimate
),

final as (
    select
        concat(
            'In estimates.yml, ', counted.estimate_id, ' (', counted.indicator_id, ', ',
            counted.area_code,
            ', ', counted.period, ', ', counted.rule, ') ',
            case
                when counted.same_id > 1 then 'shares its id with another one: rename it.'
                when counted.same_cell > 1 then 'stands beside one for the same cell: keep one.'
                else concat(
                    'was not applied, nor is there an observation: the years its rule needs are ',
                    'missing; declare them, or give the value itself.'
                )
            end
        ) as message,
        cast(null as varchar) as source_file,
        cast(null as bigint) as source_row,
        counted.estimate_id
    from counted
    -- one observation per cell: one to one
    left join observation
        on
            counted.indicator_id = observation.indicator_id
            and counted.area_code = observation.area_code
            and counted.period = observation.period
    where
        counted.same_id > 1
        or counted.same_cell > 1
        or observation.value is null
)

select * from final
