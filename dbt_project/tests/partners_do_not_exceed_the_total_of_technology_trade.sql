-- One returned row: a survey year in which the partners that a figure shows have more technology
-- trade than all of them together.
with

point as (
    select * from {{ ref('figure_point') }}
    where
        figure_id in ('F1-2-09', 'F1-2-10')
        and series_key = 'other'
        and value < 0
),

final as (
    select
        concat(
            figure_id, ': the partners shown for ', point_key, ' exceed the total by ', -value, ' ',
            unit_en, ' (', measure, '): correct the sheet by partner or the one by industry.'
        ) as message,
        cast(null as varchar) as source_file,
        cast(null as bigint) as source_row,
        figure_id,
        point_key,
        measure,
        value
    from point
)

select * from final
