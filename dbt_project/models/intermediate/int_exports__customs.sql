-- Exports added up from customs lines, in the uniform columns: in total, by class of every scheme,
-- and by the product groups of figure 1-2-5. An observation is made of many lines, so it has no line
-- of its own; source_file names the files, parted by semicolons.
with

by_class as (
    select * from {{ ref('int_exports__by_class') }}
),

customs_sum as (
    select * from {{ ref('int_customs__goods') }}
),

year as (
    select * from {{ ref('int_customs__year') }}
    where is_complete
),

product_group as (
    select * from {{ ref('export_product_group') }}
),

file_period as (
    select * from {{ ref('stg_customs_portal__file_period') }}
),

by_product as (
    select
        product_group.product_group,
        year.year,
        sum(customs_sum.value_ntd_thousand) as value_ntd_thousand,
        bool_or(customs_sum.is_preliminary) as is_preliminary
    from customs_sum
    -- a year is added from its months or is given, never both: many to one
    inner join year
        on
            left(customs_sum.period, 4) = year.year
            and case when length(customs_sum.period) = 4 then 'year' else 'month' end
            = year.added_from
    -- no code begins like two codes of the groups (tests/editions): many to one
    inner join product_group
        on starts_with(customs_sum.goods_code, product_group.goods_code)
    group by
        product_group.product_group,
        year.year
),

total as (
    select
        year,
        sum(value_ntd_thousand) as value_ntd_thousand,
        bool_or(is_preliminary) as is_preliminary
    from by_class
    where class_scheme = 'oecd_2011_via_isic'
    group by year
),

files as (
    select
        left(period_from, 4) as year,
        max(vintage) as vintage,
        string_agg(distinct source_file, '; ' order by source_file) as source_file
    from file_period
    where
        period_kind <> 'range'
        and flow_zh = {{ edition_parameter('exports.flow') }}
    group by left(period_from, 4)
),

figure as (
    select
        'customs_exports_total' as indicator_id,
        'total' as breakdown,
        year,
        value_ntd_thousand,
        is_preliminary
    from total

    union all

    select
        'export_value_by_class' as indicator_id,
        class_scheme || '/' || goods_class as breakdown,
        year,
        value_ntd_thousand,
        is_preliminary
    from by_class

    union all

    select
        'export_value_by_product' as indicator_id,
        product_group as breakdown,
        year,
        value_ntd_thousand,
        is_preliminary
    from by_product
),

million as (
    select
        figure.indicator_id,
        'TWN' as area_code,
        figure.breakdown,
        figure.year as period,
        figure.value_ntd_thousand / 1000.0 as value,
        figure.is_preliminary,
        {{ made_from('sum_of_records') }} as made_from,
        files.vintage,
        files.source_file,
        cast(null as bigint) as source_row
    from figure
    -- the files of a year: many to one
    inner join files
        on figure.year = files.year
),

observation as (
    {{ publisher_observations('million', 'customs_portal', extra_columns=['is_preliminary', 'made_from']) }}
),

final as (
    select * replace (case when is_preliminary then 'P' else status end as status)
    from observation
)

select * from final
