-- One row per report, horizon and rank: the risk that stands there.
with

source as (
    select * from {{ source('wef_grr', 'risk_rank') }}
),

final as (
    select
        cast(report_year as varchar) as report_year,
        horizon as horizon_key,
        rank as risk_rank,
        risk_key,
        risk_name_zh,
        risk_name_en,
        _vintage as vintage,
        _source_file as source_file,
        _source_row as source_row
    from source
)

select * from final
