-- Figure 1-2-5: exports of electronic components and of ICT and audio-video products, their share of
-- total exports and their change on the year before.
with

exports as (
    select
        indicator_id,
        breakdown,
        period,
        value / 100 as value_ntd_100m,
        {{ book_status('value', 'estimate_id', 'status') }} as status
    from {{ ref('int_exports') }}
    where
        area_code = 'TWN'
        and indicator_id in ('export_value_by_product', 'exports_total')
),

product as (
    select
        breakdown as series_key,
        period,
        value_ntd_100m,
        status
    from exports
    where
        indicator_id = 'export_value_by_product'
        and breakdown in ('electronic_components', 'ict_audio_visual')
),

total as (
    select
        period,
        value_ntd_100m,
        status
    from exports
    where indicator_id = 'exports_total'
),

electronic_components as (
    select * from product
    where series_key = 'electronic_components'
),

ict_audio_visual as (
    select * from product
    where series_key = 'ict_audio_visual'
),

series as (
    select
        series_key,
        period,
        value_ntd_100m,
        status
    from product

    union all

    select
        'both' as series_key,
        electronic_components.period,
        electronic_components.value_ntd_100m + ict_audio_visual.value_ntd_100m as value_ntd_100m,
        {{
            combined_status(
                'electronic_components.value_ntd_100m + ict_audio_visual.value_ntd_100m',
                'electronic_components.status',
                'ict_audio_visual.status'
            )
        }} as status
    from electronic_components
    -- one value per product and year: one to one
    inner join ict_audio_visual
        on electronic_components.period = ict_audio_visual.period
),

measured as (
    select
        series_key,
        period as point_key,
        'export_value_ntd_100m' as measure,
        value_ntd_100m as value,
        status
    from series

    union all

    select
        series.series_key,
        series.period as point_key,
        'export_share_pct' as measure,
        {{ share_pct('series.value_ntd_100m', 'total.value_ntd_100m') }} as value,
        {{ combined_status('series.value_ntd_100m', 'series.status', 'total.status') }} as status
    from series
    -- one total per year: many to one
    inner join total
        on series.period = total.period

    union all

    select
        series.series_key,
        series.period as point_key,
        'export_yoy_pct' as measure,
        {{ growth_pct('series.value_ntd_100m', 'previous.value_ntd_100m') }} as value,
        {{ combined_status('series.value_ntd_100m', 'series.status', 'previous.status') }} as status
    from series
    -- one value per series and year: one to one
    inner join series as previous
        on
            series.series_key = previous.series_key
            and try_cast(series.period as integer) - 1 = try_cast(previous.period as integer)
),

final as (
    {{ figure_values('F1-2-05', 'measured') }}
)

select * from final
