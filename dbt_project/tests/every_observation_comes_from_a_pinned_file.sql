-- One returned row: a vintage and file that gave observations and is not among the edition's
-- snapshots, so that no fingerprint stands behind the numbers.
with

observation as (
    select * from {{ ref('indicator_observation') }}
),

source_snapshot as (
    select * from {{ ref('source_snapshot') }}
),

-- an observation made of many records has no line, and may name several files
of_file as (
    select
        source_id,
        vintage,
        source_row,
        unnest(
            case
                when source_file is null then [null]
                when source_row is null then string_split(source_file, '; ')
                else [source_file]
            end
        ) as source_file
    from observation
    where estimate_id is null
),

final as (
    select
        concat(
            of_file.source_id, ' gave ', count(*), ' observations from ',
            coalesce(of_file.source_file, '(no file)'), ' of vintage ',
            coalesce(of_file.vintage, '(none)'),
            ', which the edition does not pin: see pins.yml and the snapshot''s sidecar.'
        ) as message,
        of_file.source_file,
        min(of_file.source_row) as source_row
    from of_file
    -- a file is one snapshot row: many to one
    left join source_snapshot
        on
            of_file.source_id = source_snapshot.source_id
            and of_file.vintage = source_snapshot.vintage
            and of_file.source_file = source_snapshot.file
    where source_snapshot.file is null
    group by
        of_file.source_id,
        of_file.vintage,
        of_file.source_file
)

select * from final
