-- One returned row: an industry of table 1-2-15 whose balance or scale does not follow from its
-- receipts and payments. Tolerance: binary noise, the values are not rounded.
with

cell as (
    select * from {{ ref('book_cell') }}
    where table_id = 'T1-2-15'
),

by_industry as (
    select
        edition,
        row_key,
        period,
        max(case when measure = 'tech_export_ntd_100m' then value end) as receipts,
        max(case when measure = 'tech_import_ntd_100m' then value end) as payments,
        max(case when measure = 'tech_trade_balance_ntd_100m' then value end) as balance,
        max(case when measure = 'tech_trade_scale_ntd_100m' then value end) as scale
    from cell
    group by
        edition,
        row_key,
        period
),

final as (
    select
        concat(
            row_key, ' in ', period, ': receipts ', receipts, ' and payments ', payments,
            ' do not give the balance ', balance, ' and the scale ', scale,
            '; see model table_1_2_15.'
        ) as message,
        cast(null as varchar) as source_file,
        cast(null as bigint) as source_row,
        row_key,
        period
    from by_industry
    where
        abs(receipts - payments - balance) > 1e-6
        or abs(receipts + payments - scale) > 1e-6
)

select * from final
