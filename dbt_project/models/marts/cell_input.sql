-- What every numeric cell of the book is made from: one row per cell and observation (see
-- indicator_observation) with its role in the cell's formula (cell_formula).
with

edition as (
    select edition from {{ source('edition', 'edition') }}
),

cell as (
    {{ cells_of_tables(['row_key', 'period', 'measure', 'made_from']) }}
),

input as (
    select
        cell.table_id,
        cell.row_key,
        cell.period,
        cell.measure,
        unnest(cell.made_from.inputs) as input,
        unnest(range(1, len(cell.made_from.inputs) + 1)) as position
    from cell
),

final as (
    select
        edition.edition,
        input.table_id,
        input.row_key,
        input.period,
        input.measure,
        cast(input.position as integer) as position,
        input.input.role as role,
        input.input.observation.indicator_id as indicator_id,
        input.input.observation.area_code as area_code,
        input.input.observation.breakdown as breakdown,
        input.input.observation.period as input_period
    from input
    cross join edition
)

select * from final
