-- The most cited patents of the edition's window by area: how many of them, and what share of all.
-- A cohort is a grant year, or all years pooled. Patents are in the set while fewer than the declared
-- share of the cohort is cited more often; the block of equals that crosses the border counts in
-- part, so that the set is exactly that share ('weighted'), or wholly ('inclusive').
with

rule as (
    select * from {{ ref('int_patents__rule') }}
),

citations as (
    select * from {{ ref('int_patents__citations') }}
),

origin as (
    select * from {{ ref('int_patents__origin') }}
),

counted as (
    select
        case when rule.cited_cohort = 'grant_year' then citations.grant_year else 0 end as cohort,
        origin.area_code,
        citations.times_cited,
        sum(citations.patents) as patents
    from citations
    cross join rule
    -- many to one
    inner join origin
        on citations.origin_number = origin.origin_number
    group by
        case when rule.cited_cohort = 'grant_year' then citations.grant_year else 0 end,
        origin.area_code,
        citations.times_cited
),

block as (
    select
        cohort,
        times_cited,
        sum(patents) as equals
    from counted
    group by
        cohort,
        times_cited
),

placed as (
    select
        cohort,
        times_cited,
        equals,
        sum(equals) over (partition by cohort order by times_cited desc) - equals as cited_more,
        sum(equals) over (partition by cohort) as patents_of_cohort
    from block
),

weight as (
    select
        placed.cohort,
        placed.times_cited,
        case
            when placed.cited_more >= placed.patents_of_cohort * rule.top_cited_pct / 100 then 0
            when rule.cited_ties = 'inclusive' then 1
            else
                least(
                    1,
                    (placed.patents_of_cohort * rule.top_cited_pct / 100 - placed.cited_more)
                    / placed.equals
                )
        end as weight
    from placed
    cross join rule
),

-- decimals, so that the sum is the same in whatever order it is made
by_area as (
    select
        counted.area_code,
        sum(cast(counted.patents * weight.weight as decimal(28, 12))) as patents,
        sum(
            cast(
                case when counted.times_cited = 0 then counted.patents * weight.weight else 0 end
                as decimal(28, 12)
            )
        ) as uncited_patents
    from counted
    -- a block has one weight: many to one
    inner join weight
        on
            counted.cohort = weight.cohort
            and counted.times_cited = weight.times_cited
    group by counted.area_code
),

with_world as (
    select
        area_code,
        patents,
        uncited_patents
    from by_area

    union all

    select
        'WLD' as area_code,
        sum(patents) as patents,
        sum(uncited_patents) as uncited_patents
    from by_area
    having count(*) > 0
),

world as (
    select patents
    from with_world
    where area_code = 'WLD'
),

final as (
    select
        with_world.area_code,
        rule.period,
        cast(round(with_world.patents, 9) as double) as patents,
        cast(with_world.patents as double) / cast(world.patents as double) * 100 as share_pct,
        cast(round(with_world.uncited_patents, 9) as double) as uncited_patents
    from with_world
    cross join world
    cross join rule
)

select * from final
