{#- Tables 1-2-15 and 1-2-16: the industries that lead in the edition's year, largest first, after
    the total that they are part of. The total is line 1 and not counted.

    by_industry: relation with industry_key, period and the amounts; total_key: the industry that is
    the total; year: name of the edition's parameter; size: SQL on by_industry; cells: per measure
    the value, the statuses it depends on and what it is made from, as SQL on `industry` and `total`, which are the rows
    of the industry and of the total in the cell's period. -#}
{% macro ranked_industry_table(table_id, by_industry, total_key, year, size, cells) -%}
with

by_industry as (
    select * from {{ by_industry }}
),

ranked as (
    select
        by_industry.industry_key,
        row_number() over (
            order by
                case when by_industry.industry_key = '{{ total_key }}' then 0 else 1 end,
                {{ size }} desc,
                by_industry.industry_key
        ) as row_no
    from by_industry
    -- the parameter stands once: many to one
    inner join {{ source('edition', 'parameter') }} as parameter
        on
            parameter.name = '{{ year }}'
            and by_industry.period = parameter.value
),

-- every promised cell
frame as (
    select
        cast(ranked.row_no as integer) as row_no,
        ranked.industry_key,
        promised.period,
        promised.measure
    from ranked
    -- the table stands once: many to one
    inner join {{ source('edition', 'table') }} as book_table
        on
            book_table.table_id = '{{ table_id }}'
            and ranked.row_no <= 1 + book_table.row_count
    -- one to many: the table's columns
    inner join {{ source('edition', 'measure_period') }} as promised
        on book_table.table_id = promised.table_id
),

cell as (
    select
        frame.row_no,
        frame.industry_key,
        frame.period,
        frame.measure,
        case frame.measure
        {%- for measure, cell in cells.items() %}
            when '{{ measure }}' then {{ cell.value }}
        {%- endfor %}
        end as value,
        case frame.measure
        {%- for measure, cell in cells.items() %}
            when '{{ measure }}' then {{ cell.statuses[0] }}
        {%- endfor %}
        end as first_status,
        case frame.measure
        {%- for measure, cell in cells.items() if cell.statuses | length > 1 %}
            when '{{ measure }}' then {{ cell.statuses[1] }}
        {%- endfor %}
        end as second_status,
        case frame.measure
        {%- for measure, cell in cells.items() %}
            when '{{ measure }}' then {{ cell.made_from }}
        {%- endfor %}
        end as made_from
    from frame
    -- one row per industry and period: both many to one
    left join by_industry as industry
        on
            frame.industry_key = industry.industry_key
            and frame.period = industry.period
    left join by_industry as total
        on
            total.industry_key = '{{ total_key }}'
            and frame.period = total.period
),

final as (
    select
        row_no,
        industry_key as row_key,
        period,
        measure,
        value,
        {{ combined_status('value', 'first_status', 'second_status') }} as status,
        made_from
    from cell
)

select * from final
{%- endmacro %}
