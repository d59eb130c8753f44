-- One returned row: a year of which customs_coverage does not have as many lines as the customs files
-- hold: some were lost on the way, or counted twice.
with

file_period as (
    select * from {{ ref('stg_customs_portal__file_period') }}
),

coverage as (
    select * from {{ ref('customs_coverage') }}
),

held as (
    select
        left(period_from, 4) as year,
        sum(line_count) as line_count,
        min(source_file) as source_file,
        min(source_row) as source_row
    from file_period
    group by left(period_from, 4)
),

told as (
    select
        period as year,
        sum(line_count) as line_count
    from coverage
    group by period
),

final as (
    select
        concat(
            'The customs files hold ', coalesce(held.line_count, 0), ' lines of ',
            coalesce(held.year, told.year), ', and customs_coverage tells of ',
            coalesce(told.line_count, 0),
            ': remove data/bronze/customs_portal, which is made again, and refresh.'
        ) as message,
        held.source_file,
        held.source_row
    from held
    -- one to one
    full outer join told
        on held.year = told.year
    where held.line_count is distinct from told.line_count
)

select * from final
