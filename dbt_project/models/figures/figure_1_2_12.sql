-- Figure 1-2-12: value added of manufacturing over its gross output, Taiwan by DGBAS and the other
-- economies by the OECD. Each in its own currency: a ratio needs no conversion.
with

observation as (
    select
        indicator_id,
        area_code,
        period,
        value,
        {{ book_status('value', 'estimate_id', 'status') }} as status
    from {{ ref('int_industry_value_added') }}
    where breakdown = 'manufacturing'

    union all

    select
        case indicator_id
            when 'manufacturing_value_added' then 'value_added'
            else 'gross_output'
        end as indicator_id,
        area_code,
        period,
        value,
        {{ book_status('value', 'estimate_id', 'status') }} as status
    from {{ ref('int_manufacturing_value_added') }}
    -- the OECD has no Taiwan; should it come to, DGBAS stays the source
    where area_code <> 'TWN'
),

manufacturing as (
    select
        area_code,
        period,
        {{ side_by_side('value', 'value_added') }} as value_added,
        {{ side_by_side('status', 'value_added') }} as value_added_status,
        {{ side_by_side('value', 'gross_output') }} as gross_output,
        {{ side_by_side('status', 'gross_output') }} as gross_output_status
    from observation
    group by area_code, period
),

rate as (
    select
        area_code,
        period,
        {{ share_pct('value_added', 'gross_output') }} as value_added_rate_pct,
        value_added_status,
        gross_output_status
    from manufacturing
),

measured as (
    select
        area_code as series_key,
        period as point_key,
        'value_added_rate_pct' as measure,
        value_added_rate_pct as value,
        {{ combined_status('value_added_rate_pct', 'value_added_status', 'gross_output_status') }}
            as status
    from rate
),

final as (
    {{ figure_values('F1-2-12', 'measured') }}
)

select * from final
