-- The files that feed this edition, one row per file, with hash and how they were obtained.
with

snapshot as (
    select * from {{ source('edition', 'source_snapshot') }}
),

final as (
    select
        edition,
        source_id,
        vintage,
        file,
        sha256,
        size_bytes,
        obtained_how,
        obtained_at,
        basis,
        url,
        licence,
        citation,
        note
    from snapshot
)

select * from final
