-- The printed lines of each table with their labels: the edition's own label where it declares
-- one, else the name of the area or industry. Ranked industries are numbered; a table with two
-- lines per row (1-2-3) adds the measure's label, as the book does.
with

cell as (
    select * from {{ ref('book_cell') }}
),

measure as (
    select * from {{ ref('book_measure') }}
),

edition_row as (
    select * from {{ source('edition', 'row') }}
),

area as (
    select * from {{ ref('area') }}
),

industry as (
    select * from {{ ref('industry') }}
),

book_text as (
    select * from {{ ref('book_text') }}
),

-- a line may hold words only
place as (
    select edition, table_id, row_no, row_key, measure from cell
    union
    select edition, table_id, row_no, row_key, measure from book_text
),

line as (
    select
        place.edition,
        place.table_id,
        place.row_no,
        place.row_key,
        min(measure.position) as first_measure_position
    from place
    -- a number has one measure, words have none here: many to at most one
    left join measure
        on
            place.table_id = measure.table_id
            and place.measure = measure.measure
    group by place.edition, place.table_id, place.row_no, place.row_key
),

-- only a key that takes several lines in the same block needs the measure to tell them apart
split_key as (
    select
        table_id,
        row_key,
        period
    from cell
    group by table_id, row_key, period
    having count(distinct row_no) > 1
),

split_table as (
    select distinct table_id
    from split_key
),

labelled as (
    select
        line.edition,
        line.table_id,
        line.row_no,
        line.row_key,
        coalesce(edition_row.label_zh, area.name_zh, industry.name_zh) as name_zh,
        coalesce(edition_row.label_en, area.name_en, industry.name_en) as name_en,
        coalesce(edition_row.group_zh, '') as group_zh,
        coalesce(edition_row.group_en, '') as group_en,
        split_table.table_id is not null as is_split,
        -- the total that ranked industries belong to stands before them without a number
        case
            when industry.industry_key is not null and line.row_no > 1
                then cast(line.row_no - 1 as varchar) || '.'
            else ''
        end as number_prefix,
        coalesce(measure.label_zh, '') as measure_zh,
        coalesce(measure.label_en, '') as measure_en,
        case
            when split_table.table_id is null then ''
            else ' ' || measure.label_zh
        end as suffix_zh,
        case
            when split_table.table_id is null then ''
            else ': ' || lower(measure.label_en)
        end as suffix_en
    from line
    -- each at most one to one
    left join measure
        on
            line.table_id = measure.table_id
            and line.first_measure_position = measure.position
    left join edition_row
        on
            line.table_id = edition_row.table_id
            and line.row_key = edition_row.row_key
    left join area
        on line.row_key = area.area_code
    left join industry
        on line.row_key = industry.industry_key
    left join split_table
        on line.table_id = split_table.table_id
),

final as (
    select
        edition,
        table_id,
        row_no,
        row_key,
        number_prefix || name_zh || suffix_zh as label_zh,
        number_prefix || name_en || suffix_en as label_en,
        {{ label_levels('zh') }} as label_levels_zh,
        {{ label_levels('en') }} as label_levels_en
    from labelled
)

select * from final
