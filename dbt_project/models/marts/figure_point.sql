-- Every value that a figure shows or promises, with the labels of its series and point. A promised
-- value that is missing says why, where the edition or the publisher's known gaps say so.
with

measure as (
    select * from {{ ref('book_figure_measure') }}
),

area as (
    select * from {{ ref('area') }}
),

point as (
    {%- for figure in drawn_figures() %}
    select
        '{{ figure | replace('figure_', 'F') | replace('_', '-') }}' as figure_id,
        series_no,
        series_key,
        point_no,
        point_key,
        measure,
        value,
        status
    from {{ ref(figure) }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

publisher_gap as (
    select
        indicator_id,
        area_code,
        period,
        max(reason_zh) as reason_zh,
        max(reason_en) as reason_en
    from {{ source('edition', 'publisher_gap') }}
    group by indicator_id, area_code, period
),

final as (
    select
        measure.edition,
        point.figure_id,
        point.series_no,
        point.series_key,
        coalesce(nullif(series.label_zh, ''), area.name_zh_prose, point.series_key)
            as series_label_zh,
        coalesce(nullif(series.label_en, ''), area.name_en, point.series_key) as series_label_en,
        point.point_no,
        point.point_key,
        coalesce(axis_point.label_zh, point.point_key) as point_label_zh,
        coalesce(axis_point.label_en, point.point_key) as point_label_en,
        point.measure,
        measure.label_zh as measure_label_zh,
        measure.label_en as measure_label_en,
        measure.unit_zh,
        measure.unit_en,
        measure.decimals,
        point.value,
        point.status,
        case
            when point.value is null then coalesce(promise.gap_zh, publisher_gap.reason_zh)
        end as gap_zh,
        case
            when point.value is null then coalesce(promise.gap_en, publisher_gap.reason_en)
        end as gap_en
    from point
    -- one declaration per measure, series, point, promise and gap, and one area per code: all many
    -- to one. A measure that no figure declares would lose its unit: a contract refuses the null.
    left join measure
        on
            point.figure_id = measure.figure_id
            and point.measure = measure.measure
    left join {{ source('edition', 'figure_series') }} as series
        on
            point.figure_id = series.figure_id
            and point.series_key = series.series_key
    left join {{ source('edition', 'figure_axis_point') }} as axis_point
        on
            point.figure_id = axis_point.figure_id
            and point.point_key = axis_point.point_key
    left join {{ source('edition', 'figure_promise') }} as promise
        on
            point.figure_id = promise.figure_id
            and point.measure = promise.measure
            and point.series_key = promise.series_key
            and point.point_key = promise.point_key
    left join publisher_gap
        on
            measure.indicator_id = publisher_gap.indicator_id
            and point.series_key = publisher_gap.area_code
            and point.point_key = publisher_gap.period
    left join area
        on point.series_key = area.area_code
)

select * from final
