-- One returned row: two customs files that hold the same month of the same goods with different values,
-- while nothing says which of them is right: both final or both preliminary, and no later query.
with

contested as (
    select * from {{ ref('int_customs__contested') }}
),

final as (
    select
        concat(
            'The customs files ', source_file, ' and ', chosen_source_file, ' differ for ', count(*),
            ' goods codes in ', period, ', the first ', min(goods_code), ', and neither is the ',
            'later one: keep the time of the query in the names of the files, or land only one.'
        ) as message,
        source_file,
        cast(null as bigint) as source_row,
        chosen_source_file,
        period
    from contested
    where is_contradicted
    group by
        source_file,
        chosen_source_file,
        period
)

select * from final
