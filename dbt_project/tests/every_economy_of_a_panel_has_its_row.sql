-- One returned row: an economy that a table promises by its panel and that has no row in it.
with

panel_of_table as (
    select
        table_id,
        panel_id
    from {{ source('edition', 'table') }}
    where panel_id is not null
),

panel as (
    select * from {{ source('edition', 'panel') }}
),

table_row as (
    select distinct
        edition,
        table_id,
        row_key
    from {{ ref('book_cell') }}
),

final as (
    select
        concat(
            panel_of_table.table_id, ' has no row for ', panel.area_code, ', which the panel ',
            panel.panel_id,
            ' names: see the table''s model, it must keep an economy without values.'
        ) as message,
        cast(null as varchar) as source_file,
        cast(null as bigint) as source_row,
        panel_of_table.table_id,
        panel.area_code
    from panel_of_table
    -- one to many: the members of the panel
    inner join panel
        on panel_of_table.panel_id = panel.panel_id
    -- one row per economy: one to one
    left join table_row
        on
            panel.edition = table_row.edition
            and panel_of_table.table_id = table_row.table_id
            and panel.area_code = table_row.row_key
    where table_row.row_key is null
)

select * from final
