-- Printed cells that the evidence contradicts, or may: what blocks or warns, and what the editor has
-- decided on. `should_be` is the editor's word, else what the rest of the book leaves room for where
-- the book decides, else what the sources give. A declared correction of print is an erratum by itself.
with

finding as (
    select * from {{ ref('reconciliation') }}
    where
        action in ('block', 'warn')
        or triage <> ''
),

entry as (
    select * from {{ source('edition', 'triage') }}
    where kind = 'cell'
),

measure as (
    select * from {{ ref('book_measure') }}
),

printed_correction as (
    select * from {{ source('edition', 'printed_correction') }}
    where status = 'applied'
),

found as (
    select
        finding.edition,
        coalesce(entry.entry_id, '') as erratum_id,
        finding.table_id,
        finding.row_key,
        finding.period,
        finding.measure,
        finding.printed,
        finding.computed,
        finding.low is distinct from finding.computed_value
        or finding.high is distinct from finding.computed_value as is_decided_by_book,
        coalesce(entry.should_be, '') as editors_word,
        {{ printed_range(
            'finding.low', 'finding.high', 'measure.decimals', 'measure.style', 'measure.suffix'
        ) }} as left_open,
        finding.verdict,
        finding.action,
        finding.triage,
        finding.hypothesis,
        finding.cause_en,
        finding.cause_zh,
        coalesce(entry.evidence_en, '') as entry_evidence_en,
        coalesce(entry.evidence_zh, '') as entry_evidence_zh,
        coalesce(entry.reason_en, '') as note_en,
        coalesce(entry.reason_zh, '') as note_zh,
        coalesce(entry.decided_by, '') as decided_by,
        coalesce(entry.decided_on, '') as decided_on
    from finding
    -- one declared measure and at most one line of the editor per cell: both many to one
    left join measure
        on
            finding.table_id = measure.table_id
            and finding.measure = measure.measure
    left join entry
        on
            finding.table_id = entry.table_id
            and finding.row_key = entry.row_key
            and finding.period = entry.period
            and finding.measure = entry.measure
            and finding.triage <> ''
),

final as (
    select
        edition,
        erratum_id,
        table_id,
        row_key,
        period,
        measure,
        printed,
        case
            when editors_word <> '' then editors_word
            when is_decided_by_book and left_open not in ('', printed) then left_open
            when is_decided_by_book and left_open = printed then ''
            when computed <> printed and computed not in ('', 'N/A') then computed
            else ''
        end as should_be,
        verdict,
        action,
        triage,
        hypothesis,
        concat_ws(' ', nullif(cause_en, ''), nullif(entry_evidence_en, '')) as evidence_en,
        concat(cause_zh, entry_evidence_zh) as evidence_zh,
        note_en,
        note_zh,
        decided_by,
        decided_on
    from found

    union all

    select
        edition,
        correction_id as erratum_id,
        table_id,
        row_key,
        period,
        measure,
        expect as printed,
        printed as should_be,
        'corrected' as verdict,
        'inform' as action,
        'confirmed' as triage,
        '' as hypothesis,
        evidence as evidence_en,
        evidence as evidence_zh,
        reason_en as note_en,
        reason_zh as note_zh,
        decided_by,
        decided_on
    from printed_correction
)

select * from final
