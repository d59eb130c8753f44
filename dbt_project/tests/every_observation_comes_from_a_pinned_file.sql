-- One returned row: a vintage and file that gave observations and is not among the edition's
-- snapshots, so that no fingerprint stands behind the numbers.
with

observation as (
    select * from {{ ref('indicator_observation') }}
),

source_snapshot as (
    select * from {{ ref('source_snapshot') }}
),

final as (
    select
        concat(
            observation.source_id, ' gave ', count(*), ' observations from ',
            coalesce(observation.source_file, '(no file)'), ' of vintage ',
            coalesce(observation.vintage, '(none)'),
            ', which the edition does not pin: see pins.yml and the snapshot''s sidecar.'
        ) as message,
        observation.source_file,
        min(observation.source_row) as source_row
    from observation
    -- a file is one snapshot row: many to one
    left join source_snapshot
        on
            observation.source_id = source_snapshot.source_id
            and observation.vintage = source_snapshot.vintage
            and observation.source_file = source_snapshot.file
    where
        source_snapshot.file is null
        and observation.estimate_id is null
    group by
        observation.source_id,
        observation.vintage,
        observation.source_file
)

select * from final
