-- One row per month (or year) of the edition's years for which there are customs lines, and whether
-- several files hold it, or one file as preliminary and as final. Other models join it to the lines:
-- so only the files of these years are read.
with

file_period as (
    select * from {{ ref('stg_customs_portal__file_period') }}
    where
        period_kind <> 'range'
        and flow_zh = {{ edition_parameter('exports.flow') }}
        and left(period_from, 4) >= {{ edition_parameter('exports.from_year') }}
),

final as (
    select
        period_from as period,
        left(period_from, 4) as year,
        period_kind,
        count(*) > 1 as is_contested
    from file_period
    group by
        period_from,
        period_kind
)

select * from final
