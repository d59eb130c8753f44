-- The figures of the book: number, title, unit line, source line and notes as declared by the
-- edition; how they are drawn; whether their data are landed, and what to land if not.
with

figure as (
    select * from {{ source('edition', 'figure') }}
),

base_year as (
    {{ base_period_of_indicator() }}
),

base_year_of_figure as (
    select
        measure.figure_id,
        string_agg(
            distinct base_year.base_period, '、'
            order by base_year.base_period
        ) as base_year_zh,
        string_agg(
            distinct base_year.base_period, ', '
            order by base_year.base_period
        ) as base_year_en
    from {{ source('edition', 'figure_measure') }} as measure
    -- one base year per indicator: many to one
    inner join base_year
        on measure.indicator_id = base_year.indicator_id
    group by measure.figure_id
),

peers_of_panel as (
    select
        panel.panel_id,
        string_agg(area.name_zh_prose, '、' order by panel.position) as peers_zh,
        string_agg(area.name_en, ', ' order by panel.position) as peers_en
    from {{ source('edition', 'panel') }} as panel
    -- a member is one area: many to one
    inner join {{ ref('area') }} as area
        on panel.area_code = area.area_code
    where panel.role = 'country'
    group by panel.panel_id
),

-- what only stands in the data table does not make a figure
drawn as (
    select
        point.figure_id,
        count(*) as values_promised,
        count(point.value) as values_there,
        count(case when point.value is null and point.gap_en is null then 1 end) as values_missing
    from {{ ref('figure_point') }} as point
    -- one declaration per measure: many to one
    inner join {{ source('edition', 'figure_measure') }} as measure
        on
            point.figure_id = measure.figure_id
            and point.measure = measure.measure
            and measure.drawn_as <> 'table'
    group by point.figure_id
),

final as (
    select
        figure.edition,
        figure.figure_id,
        figure.model as model_name,
        figure.position,
        figure.number_zh,
        figure.number_en,
        figure.title_zh,
        figure.title_en,
        figure.unit_zh,
        figure.unit_en,
        figure.source_zh,
        figure.source_en,
        replace(
            {{ with_base_period('figure.notes_zh', 'base_year_of_figure.base_year_zh', '未載明') }},
            '{peers}', coalesce(peers_of_panel.peers_zh, '')
        ) as notes_zh,
        replace(
            {{ with_base_period('figure.notes_en', 'base_year_of_figure.base_year_en', 'unstated') }},
            '{peers}', coalesce(peers_of_panel.peers_en, '')
        ) as notes_en,
        figure.page,
        figure.chart,
        figure.width,
        coalesce(drawn.values_there, 0) > 0 as is_landed,
        cast(coalesce(drawn.values_promised, 0) as integer) as values_promised,
        cast(coalesce(drawn.values_there, 0) as integer) as values_there,
        cast(coalesce(drawn.values_missing, 0) as integer) as values_missing,
        figure.land_sources,
        figure.land_zh,
        figure.land_en
    from figure
    -- one line per figure and one per panel: all at most one
    left join base_year_of_figure
        on figure.figure_id = base_year_of_figure.figure_id
    left join peers_of_panel
        on figure.peer_panel_id = peers_of_panel.panel_id
    left join drawn
        on figure.figure_id = drawn.figure_id
)

select * from final
