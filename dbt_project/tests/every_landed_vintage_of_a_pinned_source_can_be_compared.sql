{{ config(severity='warn') }}
-- One returned row: a vintage that was landed, is not pinned, and could not be computed with.
with

vintage as (
    select * from {{ source('edition', 'vintage') }}
    where trouble <> ''
),

source as (
    select * from {{ ref('dim_source') }}
),

final as (
    select
        concat(
            vintage.source_id, ' of vintage ', vintage.vintage, ' (', source.title_en,
            ') has been landed, but the book cannot be computed with it, so no cell was compared: ',
            vintage.trouble
        ) as message,
        cast(null as varchar) as source_file,
        cast(null as bigint) as source_row,
        vintage.source_id,
        vintage.vintage
    from vintage
    -- a source is listed once: many to one
    left join source
        on vintage.source_id = source.source_id
)

select * from final
