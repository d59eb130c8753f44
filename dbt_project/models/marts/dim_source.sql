-- Sources: who publishes, under which licence, and how to cite.
with

source as (
    select * from {{ source('edition', 'source') }}
),

final as (
    select
        source_id,
        title_zh,
        title_en,
        publisher_zh,
        publisher_en,
        homepage,
        licence,
        citation,
        access,
        feeds
    from source
)

select * from final
