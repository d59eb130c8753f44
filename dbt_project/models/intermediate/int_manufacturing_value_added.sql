-- Value added and output of manufacturing by economy, current prices, national currency (OECD table
-- 6). Taiwan is not in it: int_industry_value_added.
with

accounts as (
    select * from {{ ref('stg_oecd_national_accounts__observation') }}
),

source_basis as (
    select * from {{ ref('int_source_basis') }}
),

manufacturing as (
    select
        case transaction_code
            when 'B1G' then 'manufacturing_value_added'
            when 'P1' then 'manufacturing_gross_output'
        end as indicator_id,
        area_code,
        'total' as breakdown,
        period,
        value,
        {{ publisher_status('observation_status') }} as status,
        vintage,
        source_file,
        source_row
    from accounts
    where
        frequency = 'A'
        and transaction_code in ('B1G', 'P1')
        and activity_code = 'C'
        and unit_measure_code = 'XDC'
        and price_base_code = 'V'
        and area_code <> 'UNK'
        and value is not null
),

-- several tables of the flow may carry the same value; unequal ones break the key, as they should
deduplicated as (
    select *
    from manufacturing
    qualify
        row_number() over (
            partition by indicator_id, area_code, period, value
            order by source_file, source_row
        ) = 1
),

final as (
    select
        deduplicated.indicator_id,
        deduplicated.area_code,
        deduplicated.breakdown,
        deduplicated.period,
        {{ corrected_value('deduplicated.value') }} as value,
        indicator.unit_code,
        cast(null as varchar) as base_period,
        deduplicated.status,
        cast(null as varchar) as estimate_id,
        cast(null as varchar) as estimate_rule,
        'oecd_national_accounts' as source_id,
        deduplicated.vintage,
        deduplicated.source_file,
        deduplicated.source_row,
        {{ correction_columns('deduplicated.value', 'source_basis.basis') }},
        cast(1 as double) as multiplier
    from deduplicated
    -- one indicator, one basis and at most one correction: all many to one
    left join {{ ref('indicator') }} as indicator
        on deduplicated.indicator_id = indicator.indicator_id
    left join source_basis
        on
            source_basis.source_id = 'oecd_national_accounts'
            and deduplicated.vintage = source_basis.vintage
    {{ join_correction('deduplicated', 'oecd_national_accounts') }}
)

select * from final
