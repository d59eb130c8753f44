-- One row per file and goods code: how the file names the goods.
with

source as (
    select * from {{ source('customs_portal', 'goods_name') }}
),

final as (
    select
        file_key,
        goods_code,
        goods_name_zh,
        goods_name_en,
        _vintage as vintage,
        _source_file as source_file,
        _source_row as source_row
    from source
)

select * from final
