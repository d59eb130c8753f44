{#- The body of an int_<subject> whose publisher names its statistics by label:
    seeds/statistic_label.csv says which label is which indicator, in which unit. Labels are matched
    by pattern (LIKE, unless a regular expression), never by position, because publishers reorder
    items and rebase names. Several tables of a publisher may carry the same statistic: equal values
    become one observation; unequal ones stay and break the key, which a test catches.

    statistics: the staged relation. label, title, unit, breakdown, base_period: SQL on it. -#}
{% macro observations_by_label(
    source_id,
    statistics,
    indicators,
    label,
    title=none,
    unit=none,
    breakdown="'total'",
    base_period=none
) -%}
{%- set no_text = "cast(null as varchar)" -%}
with

statistic_label as (
    select * from {{ ref('statistic_label') }}
),

statistic as (
    select
        {{ label }} as label,
        {{ title or no_text }} as title,
        {{ unit or no_text }} as unit,
        {{ breakdown }} as breakdown,
        {{ base_period or no_text }} as base_period,
        period,
        value,
        vintage,
        source_file,
        source_row
    from {{ statistics }}
    where value is not null
),

matched as (
    select
        statistic_label.indicator_id,
        'TWN' as area_code,
        coalesce(statistic_label.breakdown, statistic.breakdown) as breakdown,
        statistic.period,
        statistic.value * statistic_label.multiplier as value,
        statistic_label.multiplier,
        statistic.base_period,
        statistic.vintage,
        statistic.source_file,
        statistic.source_row
    from statistic
    -- a label is one indicator at most: many to one
    inner join statistic_label
        on
            statistic.label like statistic_label.label_like
            and coalesce(regexp_extract(statistic.label, statistic_label.label_unless, 0), '') = ''
            and coalesce(statistic.title like statistic_label.title_like, true)
            and coalesce(statistic.unit = statistic_label.unit_zh, statistic_label.unit_zh is null)
    where
        statistic_label.source_id = '{{ source_id }}'
        and statistic_label.indicator_id in ('{{ indicators | join("', '") }}')
),

deduplicated as (
    select
        indicator_id,
        area_code,
        breakdown,
        period,
        value,
        multiplier,
        base_period,
        vintage,
        source_file,
        source_row
    from matched
    qualify
        row_number() over (
            partition by indicator_id, breakdown, period, value
            order by source_file, source_row
        ) = 1
),

final as (
    {{ publisher_observations(
        'deduplicated',
        source_id,
        base_period='deduplicated.base_period',
        multiplier='deduplicated.multiplier',
    ) }}
)

select * from final
{%- endmacro %}
