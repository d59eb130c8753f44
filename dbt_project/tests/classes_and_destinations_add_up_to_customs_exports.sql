-- One returned row: a year in which the classes of a classification, or the destinations, do not add up
-- to what the customs lines of that year add up to: something was lost or counted twice.
with

customs_sum as (
    select * from {{ ref('int_customs__goods') }}
),

year as (
    select * from {{ ref('int_customs__year') }}
    where is_complete
),

by_class as (
    select * from {{ ref('int_exports__by_class') }}
),

by_partner as (
    select * from {{ ref('int_customs__by_partner') }}
),

total as (
    select
        year.year,
        sum(customs_sum.value_ntd_thousand) as value_ntd_thousand
    from customs_sum
    -- a year is added from its months or is given, never both: many to one
    inner join year
        on
            left(customs_sum.period, 4) = year.year
            and case when length(customs_sum.period) = 4 then 'year' else 'month' end
            = year.added_from
    group by year.year
),

part as (
    select
        class_scheme as way,
        year,
        sum(value_ntd_thousand) as value_ntd_thousand
    from by_class
    group by
        class_scheme,
        year

    union all

    select
        'destination' as way,
        year,
        sum(value_ntd_thousand) as value_ntd_thousand
    from by_partner
    group by year
),

final as (
    select
        concat(
            'Exports of ', total.year, ' by ', part.way, ' add up to NTD ',
            part.value_ntd_thousand, ' thousand instead of ', total.value_ntd_thousand, '.'
        ) as message,
        cast(null as varchar) as source_file,
        cast(null as bigint) as source_row,
        part.way,
        total.year
    from total
    -- one part per way and year: one to many
    inner join part
        on total.year = part.year
    where total.value_ntd_thousand is distinct from part.value_ntd_thousand
)

select * from final
