{{ config(severity='warn') }}
-- One returned row: an area and year whose four sources of funds do not add up to its GERD. A
-- warning only: publishers leave funds unclassified.
-- Tolerance: four parts and a total, each exact to half of the last printed place of the table
-- (0.005 of 100 million dollars), that is 5 x 0.5 million dollars.
with

observation as (
    select * from {{ ref('indicator_observation') }}
),

by_source as (
    select
        area_code,
        period,
        count(*) as sources_of_funds,
        sum(value) as parts,
        min(source_file) as source_file,
        min(source_row) as source_row
    from observation
    where
        indicator_id = 'gerd_constant_ppp_by_source'
        and value is not null
    group by
        area_code,
        period
),

total as (
    select * from observation
    where indicator_id = 'gerd_constant_ppp'
),

final as (
    select
        concat(
            'The sources of funds of ', by_source.area_code, ' in ', by_source.period,
            ' add up to ',
            cast(by_source.parts as decimal(18, 1)), ' USD million, its GERD is ',
            cast(total.value as decimal(18, 1)),
            ': shares of the total will not sum to 100; say so in a note.'
        ) as message,
        by_source.source_file,
        by_source.source_row,
        by_source.area_code,
        by_source.period,
        by_source.parts,
        total.value as gerd
    from by_source
    -- one total per area and year: one to one
    inner join total
        on
            by_source.area_code = total.area_code
            and by_source.period = total.period
    where
        by_source.sources_of_funds = 4
        and abs(by_source.parts - total.value) > 2.5
)

select * from final
