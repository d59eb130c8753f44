-- What the editor declares where MSTI has no observation. An observation always wins, so an
-- estimate whose cell the publisher has since filled does not appear here.
with

rule_value as (
    select * from {{ ref('int_research_and_development__rule_values') }}
),

final as (
    select
        indicator_id,
        area_code,
        period,
        rule_value as value,
        estimate_id,
        estimate_rule,
        made_from
    from rule_value
    where
        observed_value is null
        and rule_value is not null
)

select * from final
