-- Figure 1-2-11: value added of manufacturing and its part of gross output.
with

manufacturing as (
    select * from {{ ref('int_industry_value_added__manufacturing') }}
    where industry_key = 'manufacturing'
),

measured as (
    select
        industry_key as series_key,
        period as point_key,
        'value_added_ntd_100m' as measure,
        value_added_ntd_100m as value,
        value_added_status as status
    from manufacturing

    union all

    select
        industry_key as series_key,
        period as point_key,
        'value_added_rate_pct' as measure,
        {{ share_pct('value_added_ntd_100m', 'gross_output_ntd_100m') }} as value,
        {{
            combined_status(
                share_pct('value_added_ntd_100m', 'gross_output_ntd_100m'),
                'value_added_status',
                'gross_output_status'
            )
        }} as status
    from manufacturing
),

final as (
    {{ figure_values('F1-2-11', 'measured') }}
)

select * from final
