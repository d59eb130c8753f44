-- Every statement of the prose with its verdict: which hold, which do not, which cannot be checked.
with

claim_result as (
    select * from {{ ref('int_claim_result') }}
),

final as (
    select
        edition,
        claim_id,
        position,
        kind,
        statement_en,
        statement_zh,
        table_ids,
        verdict,
        printed_verdict,
        expected,
        found,
        would_hold,
        vintage,
        missing,
        evidence_en,
        evidence_zh,
        action,
        triage
    from claim_result
)

select * from final
