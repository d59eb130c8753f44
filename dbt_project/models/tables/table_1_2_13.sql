-- Table 1-2-13: the ten areas with most utility patents in the last year, by year, with density, by
-- the route that the edition chose.
with

grants as (
    select * from {{ ref('int_patents__ranked_areas') }}
),

chosen_basis as (
    select * from {{ ref('int_chosen_basis') }}
    where table_id = 'T1-2-13'
),

cell as (
    select * from {{ ref('int_patents__cells') }}
    where table_id = 'T1-2-13'
),

ranked as (
    select
        row_number() over (order by grants.grants desc, grants.area_code) as row_no,
        grants.area_code as row_key,
        chosen_basis.basis
    from grants
    -- one choice for the table: many to one
    inner join chosen_basis
        on grants.route = chosen_basis.basis
    where grants.period = {{ edition_parameter('patents.last_year') }}
),

-- every promised cell
frame as (
    select
        cast(ranked.row_no as integer) as row_no,
        ranked.row_key,
        ranked.basis,
        promised.period,
        promised.measure
    from ranked
    -- the table stands once: many to one
    inner join {{ source('edition', 'table') }} as book_table
        on
            book_table.table_id = 'T1-2-13'
            and ranked.row_no <= book_table.row_count
    -- one to many: the table's columns
    inner join {{ source('edition', 'measure_period') }} as promised
        on book_table.table_id = promised.table_id
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
    -- one cell per route, area, period and measure: one to one
    left join cell
        on
            frame.basis = cell.basis
            and frame.row_key = cell.row_key
            and frame.period = cell.period
            and frame.measure = cell.measure
)

select * from final
