-- Table 1-2-3: Taiwan's R&D expenditure by source of funds. Two printed lines per source, amount
-- then share; the total, which is not the sum of the rounded parts, has an amount line only.
with

promised as (
    select
        measure,
        period
    from {{ source('edition', 'measure_period') }}
    where table_id = 'T1-2-03'
),

funding_source as (
    select
        row_key,
        cast(row_number() over (order by min(position)) as integer) as source_no
    from {{ source('edition', 'row') }}
    where table_id = 'T1-2-03'
    group by row_key
),

observation as (
    select
        case indicator_id when 'gerd_constant_ppp' then 'total' else breakdown end as row_key,
        cast(period as integer) as year,
        value / 100 as amount,
        {{ observation_key() }} as observation_key,
        {{ book_status('value', 'estimate_id', 'status') }} as status
    from {{ ref('int_research_and_development') }}
    where
        area_code = 'TWN'
        and indicator_id in ('gerd_constant_ppp', 'gerd_constant_ppp_by_source')
),

source_year as (
    select
        observation.row_key,
        observation.year,
        observation.amount,
        100 * observation.amount / total.amount as share,
        observation.observation_key as amount_key,
        total.observation_key as total_key,
        observation.status as amount_status,
        {{ combined_status('total.amount', 'observation.status', 'total.status') }} as share_status
    from observation
    -- one total per year: many to one
    left join observation as total
        on
            observation.year = total.year
            and total.row_key = 'total'
),

cell as (
    select
        funding_source.row_key,
        promised.period,
        promised.measure,
        2 * funding_source.source_no
        - case when promised.measure like 'gerd_source_share%' then 0 else 1 end as row_no,
        case promised.measure
            when 'gerd_source_usd_100m' then this_year.amount
            when 'gerd_source_change_usd_100m' then this_year.amount - year_before.amount
            when 'gerd_source_share_pct' then this_year.share
            when 'gerd_source_share_change_pp' then this_year.share - year_before.share
        end as value,
        case
            when promised.measure like 'gerd_source_share%' then this_year.share_status
            else this_year.amount_status
        end as status_now,
        case promised.measure
            when 'gerd_source_change_usd_100m' then year_before.amount_status
            when 'gerd_source_share_change_pp' then year_before.share_status
        end as status_before,
        case promised.measure
            when 'gerd_source_usd_100m' then {{ scaled_from('this_year.amount_key', 100) }}
            when 'gerd_source_change_usd_100m'
                then {{ made_from('difference', {
                    'minuend': 'this_year.amount_key',
                    'subtrahend': 'year_before.amount_key',
                }, constant=100) }}
            when 'gerd_source_share_pct'
                then {{ made_from('share_pct', {
                    'numerator': 'this_year.amount_key',
                    'denominator': 'this_year.total_key',
                }) }}
            when 'gerd_source_share_change_pp'
                then {{ made_from('share_change_pp', {
                    'numerator': 'this_year.amount_key',
                    'denominator': 'this_year.total_key',
                    'previous_numerator': 'year_before.amount_key',
                    'previous_denominator': 'year_before.total_key',
                }) }}
        end as made_from
    from funding_source
    cross join promised
    -- one row per source and year: many to one, twice
    left join source_year as this_year
        on
            funding_source.row_key = this_year.row_key
            and cast(promised.period as integer) = this_year.year
    left join source_year as year_before
        on
            funding_source.row_key = year_before.row_key
            and cast(promised.period as integer) - 1 = year_before.year
    where not (funding_source.row_key = 'total' and promised.measure like 'gerd_source_share%')
),

final as (
    select
        row_no,
        row_key,
        period,
        measure,
        value,
        {{ combined_status('value', 'status_now', 'status_before') }} as status,
        made_from
    from cell
)

select * from final
