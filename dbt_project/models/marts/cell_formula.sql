-- How every numeric cell of the book is computed: the formula and its constant, carried out of the
-- models that compute it. What goes in: cell_input.
with

edition as (
    select edition from {{ source('edition', 'edition') }}
),

cell as (
    {{ cells_of_tables(['row_key', 'period', 'measure', 'made_from']) }}
),

final as (
    select
        edition.edition,
        cell.table_id,
        cell.row_key,
        cell.period,
        cell.measure,
        -- a promised cell that no observation was found for
        coalesce(cell.made_from.formula, 'missing') as formula,
        cell.made_from.constant as constant
    from cell
    cross join edition
)

select * from final
