-- What each figure shows of its series and points, and how it is drawn.
with

measure as (
    select * from {{ source('edition', 'figure_measure') }}
),

base_year as (
    {{ base_period_of_indicator() }}
),

final as (
    select
        measure.edition,
        measure.figure_id,
        measure.measure,
        measure.position,
        measure.label_zh,
        measure.label_en,
        {{ with_base_period('measure.unit_zh', 'base_year.base_period', '未載明') }} as unit_zh,
        {{ with_base_period('measure.unit_en', 'base_year.base_period', 'unstated') }} as unit_en,
        measure.decimals,
        measure.drawn_as,
        measure.axis_low,
        measure.axis_high,
        measure.indicator_id
    from measure
    -- one base year per indicator: many to one
    left join base_year
        on measure.indicator_id = base_year.indicator_id
)

select * from final
