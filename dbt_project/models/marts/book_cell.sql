-- Every numeric cell of every table as computed now, and the string that would be printed.
-- `unit` names the base period that the data carry, not the one that the book remembers.
with

measure as (
    select * from {{ ref('book_measure') }}
),

cell as (
    {{ cells_of_tables(['row_no', 'row_key', 'period', 'measure', 'value', 'status']) }}
),

final as (
    select
        measure.edition,
        cell.table_id,
        cell.row_no,
        cell.row_key,
        cell.period,
        cell.measure,
        measure.unit_en as unit,
        cell.value,
        measure.decimals,
        {{ printed_number('cell.value', 'measure.decimals', 'measure.style', 'measure.suffix') }}
        || case when measure.mark_preliminary and cell.status = 'P' then '*' else '' end
            as printed_as,
        cell.status
    from cell
    -- a cell's measure is declared once; one that is not would lose its unit, hence a left join
    -- and a contract that refuses the null
    left join measure
        on
            cell.table_id = measure.table_id
            and cell.measure = measure.measure
)

select * from final
