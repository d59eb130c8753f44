-- One returned row: a cell with a value that does not say what it was made from, or that names an
-- observation that is not there; it could not be explained.
with

cell_formula as (
    select * from {{ ref('cell_formula') }}
),

cell_input as (
    select * from {{ ref('cell_input') }}
),

book_cell as (
    select * from {{ ref('book_cell') }}
    where value is not null
),

observation as (
    select * from {{ ref('indicator_observation') }}
),

-- a cell that joined nothing says so by an empty list of inputs
untold as (
    select
        book_cell.table_id,
        book_cell.row_key,
        book_cell.period,
        book_cell.measure,
        'has a value and names no observation that it was made from' as trouble
    from book_cell
    -- one formula per cell
    left join cell_formula
        on
            book_cell.table_id = cell_formula.table_id
            and book_cell.row_key = cell_formula.row_key
            and book_cell.period = cell_formula.period
            and book_cell.measure = cell_formula.measure
    -- one to many: the inputs of the cell
    left join cell_input
        on
            book_cell.table_id = cell_input.table_id
            and book_cell.row_key = cell_input.row_key
            and book_cell.period = cell_input.period
            and book_cell.measure = cell_input.measure
    where
        coalesce(cell_formula.formula, 'missing') = 'missing'
        or cell_input.role is null
),

unknown as (
    select
        cell_input.table_id,
        cell_input.row_key,
        cell_input.period,
        cell_input.measure,
        concat(
            'names as its ', cell_input.role, ' an observation that is not there (',
            concat_ws(
                ', ',
                cell_input.indicator_id,
                cell_input.area_code,
                cell_input.breakdown,
                cell_input.input_period
            ),
            ')'
        ) as trouble
    from cell_input
    -- a key is one observation: many to one
    left join observation
        on
            cell_input.indicator_id = observation.indicator_id
            and cell_input.area_code = observation.area_code
            and cell_input.breakdown = observation.breakdown
            and cell_input.input_period = observation.period
    where observation.indicator_id is null
),

found as (
    select * from untold
    union all
    select * from unknown
),

final as (
    select
        concat(
            concat_ws(' ', table_id, row_key, period, measure), ' ', trouble,
            ': see made_from in the table''s model.'
        ) as message,
        cast(null as varchar) as source_file,
        cast(null as bigint) as source_row,
        table_id,
        row_key,
        period,
        measure
    from found
)

select * from final
