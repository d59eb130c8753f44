-- Printed cells against the evidence: which are right, which differ and why.
with

reconciliation as (
    select * from {{ ref('int_reconciliation') }}
),

final as (
    select
        edition,
        table_id,
        row_no,
        row_key,
        period,
        measure,
        unit,
        printed,
        computed,
        computed_value,
        status,
        low,
        high,
        verdict,
        source_verdict,
        book_verdict,
        cause_en,
        cause_zh,
        hypothesis,
        explains,
        action,
        triage
    from reconciliation
)

select * from final
