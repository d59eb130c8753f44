-- Table 1-2-14: utility patents of the window by WIPO field, the world and the compared areas, with
-- the rank among all areas, by the route that the edition chose.
with

edition_row as (
    select * from {{ source('edition', 'row') }}
    where table_id = 'T1-2-14'
),

measure_period as (
    select * from {{ source('edition', 'measure_period') }}
    where table_id = 'T1-2-14'
),

chosen_basis as (
    select * from {{ ref('int_chosen_basis') }}
    where table_id = 'T1-2-14'
),

cell as (
    select * from {{ ref('int_patents__cells') }}
    where table_id = 'T1-2-14'
),

-- every promised cell
frame as (
    select
        edition_row.position as row_no,
        edition_row.row_key,
        chosen_basis.basis,
        measure_period.period,
        measure_period.measure
    from edition_row
    cross join measure_period
    cross join chosen_basis
),

final as (
    select
        frame.row_no,
        frame.row_key,
        frame.period,
        frame.measure,
        cell.value,
        coalesce(cell.status, 'M') as status,
        cell.made_from
    from frame
    -- one cell per route, field, window and measure: one to one
    left join cell
        on
            frame.basis = cell.basis
            and frame.row_key = cell.row_key
            and frame.period = cell.period
            and frame.measure = cell.measure
)

select * from final
