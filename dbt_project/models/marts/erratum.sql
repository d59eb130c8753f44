-- What reconciliation and claims found in the printed book, with what the editor says of it:
-- confirmed, explained, rejected, changed since, or nothing yet (empty).
with

cell as (
    select * from {{ ref('int_errata__cells') }}
),

claim as (
    select * from {{ ref('int_errata__claims') }}
),

final as (
    select
        edition,
        erratum_id,
        'cell' as kind,
        table_id,
        row_key,
        period,
        measure,
        '' as claim_id,
        printed,
        should_be,
        verdict,
        action,
        triage,
        hypothesis,
        evidence_en,
        evidence_zh,
        note_en,
        note_zh,
        decided_by,
        decided_on
    from cell

    union all

    select
        edition,
        erratum_id,
        'claim' as kind,
        coalesce(table_ids, '') as table_id,
        '' as row_key,
        '' as period,
        '' as measure,
        claim_id,
        statement_zh as printed,
        should_be,
        verdict,
        action,
        triage,
        '' as hypothesis,
        concat_ws(' ', nullif(evidence_en, ''), nullif(entry_evidence_en, '')) as evidence_en,
        concat(evidence_zh, entry_evidence_zh) as evidence_zh,
        note_en,
        note_zh,
        decided_by,
        decided_on
    from claim
)

select * from final
