-- The cells of the book that each statement was held against, in the order in which it names them.
with

claim_result as (
    select * from {{ ref('int_claim_result') }}
),

named as (
    select
        edition,
        claim_id,
        unnest(cells) as cell,
        unnest(range(1, len(cells) + 1)) as position
    from claim_result
),

final as (
    select
        edition,
        claim_id,
        cast(position as integer) as position,
        cell.table_id as table_id,
        cell.row_key as row_key,
        cell.period as period,
        cell.measure as measure
    from named
)

select * from final
