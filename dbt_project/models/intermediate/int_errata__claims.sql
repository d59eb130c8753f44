-- Statements of the book that the evidence contradicts, or may: what blocks or warns, and what the
-- editor has decided on.
with

finding as (
    select * from {{ ref('claim_result') }}
    where
        action in ('block', 'warn')
        or triage <> ''
),

entry as (
    select * from {{ source('edition', 'triage') }}
    where kind = 'claim'
),

final as (
    select
        finding.edition,
        coalesce(entry.entry_id, '') as erratum_id,
        finding.table_ids,
        finding.claim_id,
        finding.statement_en,
        finding.statement_zh,
        coalesce(nullif(entry.should_be, ''), finding.would_hold, '') as should_be,
        finding.verdict,
        finding.action,
        finding.triage,
        -- claim_result names every cell that was looked at: too much for a sheet
        case
            when coalesce(finding.found, '') = '' then finding.evidence_en
            else concat('Stated: ', finding.expected, '. Found: ', finding.found, '.')
        end as evidence_en,
        case
            when coalesce(finding.found, '') = '' then finding.evidence_zh
            else concat('敘述：', finding.expected, '；查得：', finding.found, '。')
        end as evidence_zh,
        coalesce(entry.evidence_en, '') as entry_evidence_en,
        coalesce(entry.evidence_zh, '') as entry_evidence_zh,
        coalesce(entry.reason_en, '') as note_en,
        coalesce(entry.reason_zh, '') as note_zh,
        coalesce(entry.decided_by, '') as decided_by,
        coalesce(entry.decided_on, '') as decided_on
    from finding
    -- at most one line of the editor per claim: many to one
    left join entry
        on
            finding.claim_id = entry.claim_id
            and finding.triage <> ''
)

select * from final
