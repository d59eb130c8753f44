-- Figure 1-2-6: the areas with the most highly cited US patents of the window, most first.
with

figure as (
    select
        figure.top_count,
        point.point_key,
        point.position as point_no
    from {{ source('edition', 'figure') }} as figure
    -- the figure's one window
    inner join {{ source('edition', 'figure_axis_point') }} as point
        on figure.figure_id = point.figure_id
    where figure.figure_id = 'F1-2-06'
),

patents as (
    select
        patents.indicator_id,
        patents.area_code,
        figure.point_key,
        figure.point_no,
        figure.top_count,
        patents.value,
        {{ book_status('patents.value', 'patents.estimate_id', 'patents.status') }} as status
    from {{ ref('int_patents') }} as patents
    -- one window: many to one
    inner join figure
        on patents.period = figure.point_key
    where
        patents.indicator_id in ('highly_cited_patents', 'highly_cited_share')
        and patents.area_code not in ('WLD', 'UNK')
),

ranked as (
    select
        area_code,
        top_count,
        row_number() over (order by value desc, area_code) as series_no
    from patents
    where
        indicator_id = 'highly_cited_patents'
        and value is not null
),

final as (
    select
        cast(ranked.series_no as integer) as series_no,
        patents.area_code as series_key,
        patents.point_no,
        patents.point_key,
        case patents.indicator_id
            when 'highly_cited_share' then 'highly_cited_share_pct'
            else patents.indicator_id
        end as measure,
        cast(patents.value as double) as value,
        patents.status
    from ranked
    -- one to many: count and share of the area
    inner join patents
        on ranked.area_code = patents.area_code
    where ranked.series_no <= ranked.top_count
)

select * from final
