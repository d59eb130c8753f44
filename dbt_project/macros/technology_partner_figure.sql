{#- Figures 1-2-9 and 1-2-10: technology trade by partner, what is left of the survey's total, and
    the total. A year of which no partner is known has nothing: the total alone would pass for
    'other economies'.

    flow: 'receipts' or 'payments'; amount, share: the figure's measures. -#}
{% macro technology_partner_figure(figure_id, flow, amount, share) -%}
with

partner as (
    select
        breakdown as series_key,
        period,
        value / 100000 as value_ntd_100m,
        {{ book_status('value', 'estimate_id', 'status') }} as status
    from {{ ref('int_technology_trade__by_partner') }}
    where indicator_id = 'technology_{{ flow }}_by_partner'
),

shown as (
    select partner.*
    from partner
    -- a series stands once: many to one
    inner join {{ source('edition', 'figure_series') }} as series
        on
            series.figure_id = '{{ figure_id }}'
            and partner.series_key = series.series_key
),

surveyed as (
    select distinct period from partner
),

known as (
    select
        partner.period,
        coalesce(sum(shown.value_ntd_100m), 0) as shown_ntd_100m,
        max(case when shown.status = 'E' then 1 else 0 end) as has_estimate,
        max(case when shown.status = 'P' then 1 else 0 end) as has_provisional
    from surveyed as partner
    -- one to many: the partners that the figure shows
    left join shown
        on partner.period = shown.period
    group by partner.period
),

total as (
    select
        known.period,
        by_industry.{{ flow }}_ntd_100m as value_ntd_100m,
        by_industry.{{ flow }}_status as status,
        known.shown_ntd_100m,
        case
            when known.has_estimate = 1 then 'E'
            when known.has_provisional = 1 then 'P'
            else ''
        end as shown_status
    from known
    -- one total per survey year: one to one
    inner join {{ ref('int_technology_trade__by_industry') }} as by_industry
        on
            known.period = by_industry.period
            and by_industry.industry_key = 'all_industries'
),

amount as (
    select
        series_key,
        period,
        value_ntd_100m,
        status
    from shown

    union all

    select
        'other' as series_key,
        period,
        value_ntd_100m - shown_ntd_100m as value_ntd_100m,
        {{ combined_status('value_ntd_100m', 'status', 'shown_status') }} as status
    from total

    union all

    select
        'total' as series_key,
        period,
        value_ntd_100m,
        status
    from total
),

measured as (
    select
        series_key,
        period as point_key,
        '{{ amount }}' as measure,
        value_ntd_100m as value,
        status
    from amount

    union all

    select
        amount.series_key,
        amount.period as point_key,
        '{{ share }}' as measure,
        {{ share_pct('amount.value_ntd_100m', 'total.value_ntd_100m') }} as value,
        {{ combined_status('amount.value_ntd_100m', 'amount.status', 'total.status') }} as status
    from amount
    -- one total per survey year: many to one
    inner join total
        on amount.period = total.period
),

final as (
    {{ figure_values(figure_id, 'measured') }}
)

select * from final
{%- endmacro %}
