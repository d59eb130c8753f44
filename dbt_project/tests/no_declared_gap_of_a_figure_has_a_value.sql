-- One returned row: a value of a figure of which the edition says that there can be none.
with

promise as (
    select * from {{ source('edition', 'figure_promise') }}
    where gap_en is not null
),

point as (
    select * from {{ ref('figure_point') }}
    where value is not null
),

final as (
    select
        concat(
            point.figure_id, ' has a value of ', point.measure, ' for ', point.series_key, ' in ',
            point.point_key, ', where the edition declares a gap (', promise.gap_en,
            '): take the gap out of figures.yml.'
        ) as message,
        cast(null as varchar) as source_file,
        cast(null as bigint) as source_row,
        point.figure_id,
        point.series_key,
        point.point_key,
        point.measure
    from point
    -- a value is promised once: one to one
    inner join promise
        on
            point.figure_id = promise.figure_id
            and point.series_key = promise.series_key
            and point.point_key = promise.point_key
            and point.measure = promise.measure
)

select * from final
