-- One returned row: an indicator, area and year whose parts add up to more than the total that the
-- publisher gives: industries of the technology trade against all industries, divisions against
-- manufacturing, areas against the world.
-- Tolerance: half of the unit in which each part and the total are given: one thousand or one
-- million dollars in publishers' files, a hundred million (a hundredth of that for the technology
-- trade) in files transcribed from print; none for patents, which are counted.
with

observation as (
    select * from {{ ref('indicator_observation') }}
),

industry as (
    select * from {{ ref('industry') }}
),

area as (
    select * from {{ ref('dim_area') }}
),

marked as (
    select
        observation.indicator_id,
        case
            when observation.indicator_id in ('patents_granted', 'patents_granted_by_field')
                then observation.breakdown
            else observation.area_code
        end as whole,
        observation.period,
        observation.value,
        case
            when observation.indicator_id in ('patents_granted', 'patents_granted_by_field')
                then observation.area_code = 'WLD'
            when observation.indicator_id in ('technology_receipts', 'technology_payments')
                then observation.breakdown = 'all_industries'
            else observation.breakdown = 'manufacturing'
        end as is_total,
        case
            when observation.indicator_id in ('patents_granted', 'patents_granted_by_field')
                then area.area_kind in ('country', 'former', 'unknown')
            else industry.industry_key not in ('all_industries', 'manufacturing')
        end as is_part,
        case
            when observation.indicator_id = 'patents_granted' then 0
            when observation.indicator_id = 'patents_granted_by_field' then 1e-8
            when observation.indicator_id in ('technology_receipts', 'technology_payments')
                then case when observation.basis = 'transcribed' then 500 else 0.5 end
            else case when observation.basis = 'transcribed' then 50 else 0.5 end
        end as half_unit,
        observation.source_file,
        observation.source_row
    from observation
    -- one industry, one area: many to one
    left join industry
        on observation.breakdown = industry.industry_key
    left join area
        on observation.area_code = area.area_code
    where
        observation.indicator_id in (
            'technology_receipts', 'technology_payments', 'value_added', 'gross_output',
            'patents_granted', 'patents_granted_by_field'
        )
),

compared as (
    select
        indicator_id,
        whole,
        period,
        sum(case when is_part then value end) as parts,
        sum(case when is_total then value end) as total,
        sum(case when is_part or is_total then half_unit end) as tolerance,
        min(case when is_total then source_file end) as source_file,
        min(case when is_total then source_row end) as source_row
    from marked
    group by
        indicator_id,
        whole,
        period
),

final as (
    select
        concat(
            'The parts of ', indicator_id, ' (', whole, ') in ', period, ' add up to ',
            cast(parts as decimal(20, 2)), ', more than their total ', cast(total as decimal(20,
            2)),
            ': a part stands twice, or the total is of something else.'
        ) as message,
        source_file,
        source_row,
        indicator_id,
        whole,
        period,
        parts,
        total
    from compared
    where parts > total + tolerance
)

select * from final
