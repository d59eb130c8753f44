{#- Figures 1-2-2 and 1-2-3: IMD scores of Taiwan, and the mean of the figure's peers. The mean is
    that of all peers or none: the mean of some would be another statistic. -#}
{% macro score_figure(figure_id) -%}
with

score as (
    select * from {{ ref('int_competitiveness_score') }}
),

peer as (
    select
        panel.area_code,
        count(*) over () as peers
    from {{ source('edition', 'figure') }} as figure
    -- one to many: the countries of the figure's panel
    inner join {{ source('edition', 'panel') }} as panel
        on
            figure.peer_panel_id = panel.panel_id
            and panel.role = 'country'
    where figure.figure_id = '{{ figure_id }}'
),

peer_mean as (
    select
        score.breakdown,
        score.period,
        case
            when count(score.value) = max(peer.peers) then avg(score.value)
        end as value,
        max(score.status) as status
    from peer
    -- one score per area, criterion and year
    inner join score
        on peer.area_code = score.area_code
    group by
        score.breakdown,
        score.period
),

series as (
    select
        concat('TWN_', period) as series_key,
        breakdown as point_key,
        value,
        {{ book_status('value', 'estimate_id', 'status') }} as status
    from score
    where area_code = 'TWN'

    union all

    select
        concat('peer_mean_', period) as series_key,
        breakdown as point_key,
        value,
        case when status = 'P' then 'P' else '' end as status
    from peer_mean
),

measured as (
    select
        series_key,
        point_key,
        'score' as measure,
        value,
        status
    from series
),

final as (
    {{ figure_values(figure_id, 'measured') }}
)

select * from final
{%- endmacro %}
