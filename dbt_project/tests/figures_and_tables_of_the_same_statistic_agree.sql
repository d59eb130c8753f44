-- One returned row: a point of a figure that differs from the cell of a table that shows the same
-- statistic: the total of table 1-2-15 in figure 1-2-7, manufacturing of table 1-2-16 in figures
-- 1-2-11 and 1-2-12.
with

point as (
    select
        figure_id,
        series_key,
        point_key,
        measure,
        value
    from {{ ref('figure_point') }}
    where value is not null
),

cell as (
    select
        table_id,
        row_key,
        period,
        measure,
        value
    from {{ ref('book_cell') }}
    where value is not null
),

pair as (
    select
        point.figure_id,
        cell.table_id,
        point.point_key,
        point.measure,
        point.value as value_in_figure,
        cell.value as value_in_table
    from point
    -- a statistic stands once in a table: many to one
    inner join cell
        on
            point.point_key = cell.period
            and point.measure = cell.measure
            and (
                (
                    point.figure_id = 'F1-2-07'
                    and cell.table_id = 'T1-2-15'
                    and cell.row_key = 'all_industries'
                )
                or (
                    point.figure_id in ('F1-2-11', 'F1-2-12')
                    and point.series_key in ('manufacturing', 'TWN')
                    and cell.table_id = 'T1-2-16'
                    and cell.row_key = 'manufacturing'
                )
            )
),

final as (
    select
        concat(
            figure_id, ' shows ', value_in_figure, ' as ', measure, ' of ', point_key, ', and ',
            table_id, ' has ', value_in_table, ': one of the two models is wrong.'
        ) as message,
        cast(null as varchar) as source_file,
        cast(null as bigint) as source_row,
        figure_id,
        table_id,
        point_key,
        measure
    from pair
    where abs(value_in_figure - value_in_table) > 1e-9 * abs(value_in_table)
)

select * from final
