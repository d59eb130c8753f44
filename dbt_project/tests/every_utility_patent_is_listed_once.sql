-- One returned row: the bulk tables list utility patents more than once, so that they would be
-- counted as often.
with

patent as (
    select * from {{ ref('stg_uspto_bulk__patent') }}
),

record_count as (
    select * from {{ ref('stg_uspto_bulk__record_count') }}
),

counted as (
    select
        count(*) as records,
        count(distinct patent_id) as patents
    from patent
),

final as (
    select
        concat(
            'The bulk tables list ', counted.records, ' utility patents under ', counted.patents,
            ' numbers: get the release again from the portal.'
        ) as message,
        record_count.source_file,
        record_count.source_row
    from counted
    left join record_count
        on
            record_count.file_table = 'g_patent'
            and record_count.category = 'kept'
    where counted.records <> counted.patents
)

select * from final
