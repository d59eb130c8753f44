{#- The body of tables 1-2-9 to 1-2-11, which differ in their classes only. An amount is the total
    times the published share at two decimals; amounts are not forced to add up (book's note). -#}
{% macro export_table(table_id) -%}
with

edition_row as (
    select * from {{ source('edition', 'row') }}
),

measure_period as (
    select * from {{ source('edition', 'measure_period') }}
),

exports as (
    select * from {{ ref('int_exports') }}
),

-- every promised cell: the table's classes by its columns
frame as (
    select
        edition_row.position as row_no,
        edition_row.row_key,
        measure_period.period,
        measure_period.measure
    from edition_row
    cross join measure_period
    where
        edition_row.table_id = '{{ table_id }}'
        and measure_period.table_id = '{{ table_id }}'
),

totals as (
    select
        period,
        value / 100 as export_value_ntd_100m,
        {{ observation_key() }} as observation_key,
        {{ book_status('value', 'estimate_id', 'status') }} as status
    from exports
    where indicator_id = 'exports_total' and area_code = 'TWN'
),

shares as (
    select
        breakdown as row_key,
        period,
        cast({{ round_half_away('value', 2) }} as double) as export_share_pct,
        {{ observation_key() }} as observation_key,
        {{ book_status('value', 'estimate_id', 'status') }} as status
    from exports
    where indicator_id = 'export_share' and area_code = 'TWN'

    union all

    select
        'total' as row_key,
        period,
        100.0 as export_share_pct,
        null as observation_key,
        status
    from totals
),

cells as (
    select
        frame.row_no,
        frame.row_key,
        frame.period,
        frame.measure,
        case frame.measure
            when 'export_value_ntd_100m'
                then totals.export_value_ntd_100m * shares.export_share_pct / 100
            when 'export_share_pct'
                then shares.export_share_pct
        end as value,
        totals.status as total_status,
        shares.status as share_status,
        case
            when frame.row_key = 'total' and frame.measure = 'export_value_ntd_100m'
                then {{ scaled_from('totals.observation_key', 100) }}
            when frame.row_key = 'total'
                then {{ made_from('whole', {'total': 'totals.observation_key'}) }}
            when frame.measure = 'export_value_ntd_100m'
                then {{ made_from('share_of_total', {
                    'total': 'totals.observation_key',
                    'share': 'shares.observation_key',
                }, constant=100) }}
            else {{ made_from('rounded', {'value': 'shares.observation_key'}, constant=2) }}
        end as made_from
    from frame
    -- one total per period, one share per class and period: both many to one
    left join totals
        on frame.period = totals.period
    left join shares
        on
            frame.row_key = shares.row_key
            and frame.period = shares.period
),

final as (
    select
        row_no,
        row_key,
        period,
        measure,
        cast(value as double) as value,
        case
            when measure = 'export_share_pct'
                then {{ combined_status('value', 'share_status', "''") }}
            else {{ combined_status('value', 'total_status', 'share_status') }}
        end as status,
        made_from
    from cells
)

select * from final
{%- endmacro %}
