-- One returned row: an observation that cannot be: a share outside 0 to 100, a rank below 1, not
-- whole or beyond all economies, a level that is negative or not finite, an output of nothing, a
-- population that no economy can have.
with

observation as (
    select * from {{ ref('indicator_observation') }}
),

judged as (
    select
        *,
        case
            when value is null then 'has no value'
            when isnan(value) or isinf(value) then 'is not a finite number'
            when unit_code = 'pct' and (value < 0 or value > 100)
                then 'lies outside 0 to 100 per cent'
            when unit_code = 'rank' and (value < 1 or value <> floor(value))
                then 'is not a rank from 1'
            -- some 250 economies exist, and no list of the book is longer
            when
                value > 300
                and (unit_code = 'rank' or indicator_id = 'ranking_economies')
                then 'is more than there are economies'
            -- a file that counts in thousands or millions beside one that does not
            when unit_code = 'persons' and value < 1000 then 'is less than a thousand persons'
            when
                (unit_code = 'persons' and value > 2e10)
                or (indicator_id = 'population_1jan' and value > 2e7)
                then 'is more than the people of the world'
            when unit_code = 'year' and (value < 1900 or value > 2200) then 'is not a year'
            -- value added may be: a division that earns less than its inputs cost, a statistical
            -- discrepancy (both seen in DGBAS A018103010)
            when value < 0 and (indicator_id <> 'value_added' or breakdown = 'manufacturing')
                then 'is negative'
            when
                value = 0
                and (
                    indicator_id in (
                        'gerd_constant_ppp', 'researchers_fte', 'real_gdp',
                        'national_income_per_capita',
                        'real_monthly_wage', 'exports_total', 'population', 'population_1jan'
                    )
                    -- the publisher's totals, where single industries may well have none
                    or (
                        indicator_id in (
                            'technology_receipts', 'technology_payments', 'value_added',
                            'gross_output'
                        )
                        and breakdown in ('all_industries', 'manufacturing')
                    )
                )
                then 'is zero'
        end as fault
    from observation
),

final as (
    select
        concat(
            indicator_id, ' of ', area_code, ' (', breakdown, ') in ', period, ' ', fault, ': ',
            coalesce(cast(value as varchar), 'empty'), ' ', coalesce(unit_code, ''),
            '; correct the file, or declare a correction.'
        ) as message,
        source_file,
        source_row,
        indicator_id,
        area_code,
        breakdown,
        period,
        value
    from judged
    where fault is not null
)

select * from final
