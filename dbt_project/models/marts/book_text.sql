-- The cells of tables that hold words, with their column. English is the edition's translation of
-- exactly this text; a text that the source has changed since is shown as it is.
with

book_text as (
    select * from {{ ref('int_book_text') }}
),

edition_row as (
    select * from {{ source('edition', 'row') }}
),

text_measure as (
    select * from {{ source('edition', 'text_measure') }}
),

translation as (
    select * from {{ source('edition', 'text_translation') }}
),

final as (
    select
        text_measure.edition,
        text_measure.table_id,
        edition_row.position as row_no,
        edition_row.row_key,
        book_text.period,
        text_measure.measure,
        text_measure.position,
        text_measure.header_zh,
        text_measure.header_en,
        book_text.text_zh,
        coalesce(book_text.text_en, translation.text_en, book_text.text_zh) as text_en
    from text_measure
    -- every row of the table: one to many
    inner join edition_row
        on text_measure.table_id = edition_row.table_id
    -- one text per row and measure: one to one; one that is missing is refused by the contract
    left join book_text
        on
            text_measure.table_id = book_text.table_id
            and text_measure.measure = book_text.measure
            and edition_row.row_key = book_text.row_key
    -- one translation per text: many to one
    left join translation
        on
            text_measure.table_id = translation.table_id
            and text_measure.measure = translation.measure
            and book_text.text_zh = translation.text_zh
)

select * from final
