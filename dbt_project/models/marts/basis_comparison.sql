-- One row per cell that both routes give: how far published figures and microdata lie apart, for
-- every classification that the microdata can be counted by. To add a table: its cells by both
-- routes, in the columns of int_exports__cells.
{%- set routes = ['int_exports__cells', 'int_patents__cells'] %}
with

edition as (
    select edition from {{ source('edition', 'edition') }}
),

measure as (
    select * from {{ ref('book_measure') }}
),

chosen as (
    select * from {{ ref('int_chosen_basis') }}
),

cell as (
    {%- for route in routes %}
    select basis, classification, table_id, row_key, period, measure, value from {{ ref(route) }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

pair as (
    select
        microdata.table_id,
        microdata.row_key,
        microdata.period,
        microdata.measure,
        microdata.classification,
        published.value as published_value,
        microdata.value as microdata_value
    from cell as microdata
    -- one published cell for each classification of the microdata: many to one
    inner join cell as published
        on
            microdata.table_id = published.table_id
            and microdata.row_key = published.row_key
            and microdata.period = published.period
            and microdata.measure = published.measure
    where
        microdata.basis = 'microdata'
        and published.basis = 'published'
        and microdata.value is not null
        and published.value is not null
),

final as (
    select
        edition.edition,
        pair.table_id,
        pair.row_key,
        pair.period,
        pair.measure,
        pair.classification,
        pair.published_value,
        pair.microdata_value,
        pair.microdata_value - pair.published_value as difference,
        100 * (pair.microdata_value - pair.published_value) / nullif(abs(pair.published_value), 0)
            as relative_difference_pct,
        {{ printed_number('pair.published_value', 'measure.decimals', 'measure.style', 'measure.suffix') }}
            as published_printed_as,
        {{ printed_number('pair.microdata_value', 'measure.decimals', 'measure.style', 'measure.suffix') }}
            as microdata_printed_as,
        chosen.basis,
        chosen.basis = 'microdata' and chosen.classification = pair.classification
            as is_microdata_printed
    from pair
    cross join edition
    -- a measure and a table are declared once: both many to one
    inner join measure
        on
            pair.table_id = measure.table_id
            and pair.measure = measure.measure
    inner join chosen
        on pair.table_id = chosen.table_id
)

select * from final
