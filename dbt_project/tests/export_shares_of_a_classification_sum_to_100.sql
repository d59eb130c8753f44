-- One returned row: a year in which the classes of one classification do not add up to total
-- exports.
-- Tolerance: each of the n shares is published with two decimals, so their sum may be off by n
-- times half a hundredth.
with

observation as (
    select * from {{ ref('indicator_observation') }}
    where indicator_id = 'export_share'
),

class as (
    select distinct
        table_id,
        row_key
    from {{ source('edition', 'row') }}
    where table_id in ('T1-2-09', 'T1-2-10', 'T1-2-11')
),

classification_sum as (
    select
        class.table_id,
        observation.period,
        count(*) as classes,
        sum(cast(observation.value as decimal(18, 6))) as share_sum,
        min(observation.source_file) as source_file,
        min(observation.source_row) as source_row
    from observation
    -- a class belongs to one classification: many to one
    inner join class
        on observation.breakdown = class.row_key
    group by
        class.table_id,
        observation.period
),

final as (
    select
        concat(
            'The ', classes, ' export shares behind ', table_id, ' sum to ',
            cast(share_sum as decimal(18, 2)), ' instead of 100 in ', period,
            ': compare the columns with the publisher''s page.'
        ) as message,
        source_file,
        source_row,
        table_id,
        period,
        share_sum
    from classification_sum
    where abs(share_sum - 100) > classes * 0.005
)

select * from final
