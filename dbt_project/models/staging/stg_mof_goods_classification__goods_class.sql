-- One row per goods code, scheme and span of months: the class that the ministry gives it.
with

source as (
    select * from {{ source('mof_goods_classification', 'goods_class') }}
),

final as (
    select
        hs_code as goods_code,
        hs_edition,
        class_scheme,
        class as goods_class,
        valid_from,
        valid_to,
        _vintage as vintage,
        _source_file as source_file,
        _source_row as source_row
    from source
)

select * from final
