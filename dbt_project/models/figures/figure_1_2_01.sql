-- Figure 1-2-1: researchers and R&D expenditure of the major economies, as tables 1-2-5, 1-2-2 and
-- 1-2-1 have them.
with

cell as (
    select
        row_key,
        period,
        measure,
        value,
        status
    from {{ ref('table_1_2_05') }}
    union all
    select
        row_key,
        period,
        measure,
        value,
        status
    from {{ ref('table_1_2_02') }}
    union all
    select
        row_key,
        period,
        measure,
        value,
        status
    from {{ ref('table_1_2_01') }}
),

measured as (
    select
        row_key as series_key,
        period as point_key,
        measure,
        value,
        status
    from cell
),

final as (
    {{ figure_values('F1-2-01', 'measured') }}
)

select * from final
