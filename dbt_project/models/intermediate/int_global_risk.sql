-- Rank of a risk in the severity ranking of a horizon, one row per report, horizon and risk.
with

risk_rank as (
    select * from {{ ref('stg_wef_grr__risk_rank') }}
),

figure as (
    select
        'risk_rank' as indicator_id,
        'WLD' as area_code,
        horizon_key || ':' || risk_key as breakdown,
        report_year as period,
        cast(risk_rank as double) as value,
        vintage,
        source_file,
        source_row,
        horizon_key,
        risk_key
    from risk_rank
),

final as (
    {{ publisher_observations('figure', 'wef_grr', extra_columns=['horizon_key', 'risk_key']) }}
)

select * from final
