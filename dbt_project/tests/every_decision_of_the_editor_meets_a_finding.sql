-- One returned row: an entry of errata.yml for a cell or claim of which nothing is found any more. It
-- warns: a better source that settles a finding must not stop the edition, but the entry should go,
-- for it would hide a new finding that reads the same.
-- It waits for the errata, so that they are there to be read when this fails.
-- depends_on: {{ ref('erratum') }}
{{ config(severity='warn') }}
with

entry as (
    select * from {{ source('edition', 'triage') }}
),

matched_cell as (
    select
        table_id,
        row_key,
        period,
        measure,
        '' as claim_id
    from {{ ref('reconciliation') }}
    where triage <> ''
),

matched_claim as (
    select
        '' as table_id,
        '' as row_key,
        '' as period,
        '' as measure,
        claim_id
    from {{ ref('claim_result') }}
    where triage <> ''
),

matched as (
    select * from matched_cell
    union all
    select * from matched_claim
),

final as (
    select
        concat(
            'errata.yml, ', entry.entry_id, ': nothing is found any more of ',
            case
                when entry.kind = 'claim' then concat('the statement ', entry.claim_id)
                else concat_ws(
                    ' ', entry.table_id, nullif(entry.row_key, ''), nullif(entry.period, ''),
                    entry.measure
                )
            end,
            ', which was ', entry.verdict, ' when it was ', entry.decision,
            ': take it out of the entry.'
        ) as message,
        'errata.yml' as source_file,
        cast(null as bigint) as source_row,
        entry.entry_id,
        entry.decision,
        entry.printed,
        entry.computed,
        entry.verdict
    from entry
    -- a line names one cell or claim: one to one
    left join matched
        on
            entry.table_id = matched.table_id
            and entry.row_key = matched.row_key
            and entry.period = matched.period
            and entry.measure = matched.measure
            and entry.claim_id = matched.claim_id
    where matched.claim_id is null
)

select * from final
