-- One returned row: two rows of a ranked table whose order contradicts their values: patents in
-- 1-2-13, population in 1-1-1, scale in 1-2-15, value added in 1-2-16.
with

cell as (
    select * from {{ ref('book_cell') }}
),

-- the measure, in the last year of its table unless each year is ranked of its own, that orders
-- rows
ordering_value as (
    select
        edition,
        table_id,
        case when table_id = 'T1-1-01' then period else '' end as ranked_block,
        row_no,
        row_key,
        period,
        value
    from cell
    where
        (table_id = 'T1-1-01' and measure = 'population_million')
        or (table_id = 'T1-2-13' and measure = 'patents_granted')
        or (table_id = 'T1-2-15' and measure = 'tech_trade_scale_ntd_100m' and row_no > 1)
        or (table_id = 'T1-2-16' and measure = 'value_added_ntd_100m' and row_no > 1)
    qualify
        period = max(period) over (
            partition by edition, table_id, case when table_id = 'T1-1-01' then period else '' end
        )
),

final as (
    select
        concat(
            'In ', higher.table_id, ' row ', higher.row_no, ' (', higher.row_key, ', ',
            higher.value,
            ') stands above row ', lower.row_no, ' (', lower.row_key, ', ', lower.value,
            '): see the order in the table''s model.'
        ) as message,
        cast(null as varchar) as source_file,
        cast(null as bigint) as source_row,
        higher.table_id,
        higher.row_key as row_above,
        lower.row_key as row_below
    from ordering_value as higher
    -- each row and the one below it
    inner join ordering_value as lower
        on
            higher.edition = lower.edition
            and higher.table_id = lower.table_id
            and higher.ranked_block = lower.ranked_block
            and lower.row_no = higher.row_no + 1
    where higher.value < lower.value
)

select * from final
