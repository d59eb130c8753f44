-- One returned row: a year of a table that the edition computes from customs lines, for which the lines
-- are not all there, have no value in NTD, or are classified to a lesser part than the edition declares.
-- Lines that were never landed show against the published total only: with less of it than that part,
-- not all goods were asked for.
with

chosen as (
    select * from {{ ref('int_chosen_basis') }}
    where basis = 'microdata' and table_id in ('T1-2-09', 'T1-2-10', 'T1-2-11')
),

measure_period as (
    select * from {{ source('edition', 'measure_period') }}
),

year as (
    select * from {{ ref('int_customs__year') }}
),

customs_sum as (
    select * from {{ ref('int_customs__goods') }}
),

by_class as (
    select * from {{ ref('int_exports__by_class') }}
),

published_total as (
    select
        period,
        value as value_ntd_million
    from {{ ref('int_exports__published') }}
    where
        indicator_id = 'exports_total'
        and area_code = 'TWN'
),

promised as (
    select distinct
        chosen.table_id,
        chosen.classification,
        measure_period.period
    from chosen
    inner join measure_period
        on chosen.table_id = measure_period.table_id
),

without_ntd as (
    select
        left(period, 4) as year,
        sum(lines_without_ntd) as line_count
    from customs_sum
    group by left(period, 4)
),

classified as (
    select
        class_scheme,
        year,
        sum(value_ntd_thousand) / 1000.0 as value_ntd_million,
        100.0 * coalesce(
            sum(value_ntd_thousand) filter (where goods_class <> 'unclassified'), 0
        ) / nullif(sum(value_ntd_thousand), 0) as classified_pct
    from by_class
    group by
        class_scheme,
        year
),

checked as (
    select
        promised.table_id,
        promised.classification,
        promised.period,
        coalesce(year.month_count, 0) as month_count,
        coalesce(year.is_complete, false) as is_complete,
        coalesce(without_ntd.line_count, 0) as lines_without_ntd,
        coalesce(classified.classified_pct, 0) as classified_pct,
        classified.value_ntd_million,
        published_total.value_ntd_million as published_ntd_million,
        coalesce(
            classified.classified_pct
            >= cast({{ edition_parameter('exports.least_classified_pct') }} as double),
            false
        ) as is_classified,
        coalesce(
            100.0 * classified.value_ntd_million / nullif(published_total.value_ntd_million, 0)
            >= cast({{ edition_parameter('exports.least_classified_pct') }} as double),
            true
        ) as is_whole
    from promised
    -- each says one thing of a year: all many to one
    left join year
        on promised.period = year.year
    left join without_ntd
        on promised.period = without_ntd.year
    left join classified
        on
            promised.classification = classified.class_scheme
            and promised.period = classified.year
    left join published_total
        on promised.period = published_total.period
),

final as (
    select
        case
            when not is_complete
                then concat(
                    table_id, ' is to be computed from customs lines, but of ', period, ' only ',
                    month_count, ' months of ', {{ edition_parameter('exports.flow') }},
                    ' have been landed: land the other files of customs_portal as a new vintage, ',
                    'or choose the basis "published" in edition.yml.'
                )
            when lines_without_ntd > 0
                then concat(
                    table_id, ' is to be computed from customs lines, but ', lines_without_ntd,
                    ' sums of ', period, ' have no value in 新臺幣(千元): query them again in NTD.'
                )
            when not is_classified
                then concat(
                    'Of the exports of ', period, ' ',
                    cast(cast(classified_pct as decimal(10, 2)) as varchar),
                    ' % have a class of ', classification, ', less than the declared ',
                    coalesce({{ edition_parameter('exports.least_classified_pct') }}, '(none)'),
                    ' % (', table_id,
                    '): see export_by_class; land the classification of that edition of the HS, or ',
                    'unsd_hs_correlation for the bridge.'
                )
            else
                concat(
                    table_id, ' is to be computed from customs lines, but those of ', period,
                    ' add up to NTD ', cast(cast(value_ntd_million as bigint) as varchar),
                    ' million, and the published total is ',
                    cast(cast(published_ntd_million as bigint) as varchar),
                    ' million: query the other goods too, or choose the basis "published" in ',
                    'edition.yml.'
                )
        end as message,
        cast(null as varchar) as source_file,
        cast(null as bigint) as source_row,
        table_id,
        period
    from checked
    where
        not is_complete
        or lines_without_ntd > 0
        -- without a declared floor none is reached
        or not is_classified
        or not is_whole
)

select * from final
