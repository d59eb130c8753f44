-- The tables of the book: number, title, units, source line and notes as declared by the edition.
-- The base period that a note names is read from the observations.
with

book_table as (
    select * from {{ source('edition', 'table') }}
),

base_year as (
    {{ base_period_of_indicator() }}
),

-- two series of a table with different base years are both named
base_year_of_table as (
    select
        measure.table_id,
        string_agg(
            distinct base_year.base_period, '、'
            order by base_year.base_period
        ) as base_year_zh,
        string_agg(
            distinct base_year.base_period, ', '
            order by base_year.base_period
        ) as base_year_en
    from {{ source('edition', 'measure') }} as measure
    -- one base year per indicator: many to one
    inner join base_year
        on measure.indicator_id = base_year.indicator_id
    group by measure.table_id
),

final as (
    select
        book_table.edition,
        book_table.table_id,
        book_table.model as model_name,
        book_table.position,
        book_table.number_zh,
        book_table.number_en,
        book_table.title_zh,
        book_table.title_en,
        book_table.unit_zh,
        book_table.unit_en,
        book_table.source_zh,
        book_table.source_en,
        {{ with_base_period('book_table.notes_zh', 'base_year_of_table.base_year_zh', '未載明') }}
            as notes_zh,
        {{ with_base_period('book_table.notes_en', 'base_year_of_table.base_year_en', 'unstated') }}
            as notes_en,
        book_table.page,
        book_table.label_header_zh,
        book_table.label_header_en,
        book_table.is_side_by_side
    from book_table
    -- one line per table: one to one
    left join base_year_of_table
        on book_table.table_id = base_year_of_table.table_id
)

select * from final
