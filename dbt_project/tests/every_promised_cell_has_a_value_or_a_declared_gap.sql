-- One returned row: a promised cell without a value for which the edition declares no gap of the
-- publisher; or a promised column (measure and period) without any value at all; or a column that
-- nobody promised.
with

cell as (
    select * from {{ ref('book_cell') }}
),

area as (
    select * from {{ ref('dim_area') }}
),

promised_column as (
    select
        promised.edition,
        promised.table_id,
        promised.measure,
        promised.period,
        measure.indicator_id
    from {{ source('edition', 'measure_period') }} as promised
    -- a column is of one measure: many to one
    left join {{ source('edition', 'measure') }} as measure
        on
            promised.edition = measure.edition
            and promised.table_id = measure.table_id
            and promised.measure = measure.measure
),

made_column as (
    select
        edition,
        table_id,
        measure,
        period,
        count(value) as values_made
    from cell
    group by
        edition,
        table_id,
        measure,
        period
),

column_status as (
    select
        coalesce(promised_column.table_id, made_column.table_id) as table_id,
        coalesce(promised_column.measure, made_column.measure) as measure,
        coalesce(promised_column.period, made_column.period) as period,
        promised_column.indicator_id,
        promised_column.table_id is not null as is_promised,
        coalesce(made_column.values_made, 0) > 0 as is_filled
    from promised_column
    -- a column is promised once and made once: one to one
    full join made_column
        on
            promised_column.edition = made_column.edition
            and promised_column.table_id = made_column.table_id
            and promised_column.measure = made_column.measure
            and promised_column.period = made_column.period
),

-- quotients also need the indicator below the line
denominator as (
    select 'patent_density_per_million' as measure, 'population' as indicator_id
    union all
    select 'value_added_rate_pct' as measure, 'gross_output' as indicator_id
),

missing_cell as (
    select
        cell.table_id,
        cell.row_key,
        cell.period,
        cell.measure,
        column_status.indicator_id,
        denominator.indicator_id as denominator_id,
        coalesce(row_area.area_code, column_area.area_code, 'TWN') as area_code,
        -- a change needs the year before as well
        regexp_matches(cell.measure, 'yoy|change|growth') as is_change
    from cell
    -- one column, one denominator, one area per key: all many to one
    inner join column_status
        on
            cell.table_id = column_status.table_id
            and cell.measure = column_status.measure
            and cell.period = column_status.period
            and column_status.is_promised
            and column_status.is_filled
    left join denominator
        on cell.measure = denominator.measure
    left join area as row_area
        on cell.row_key = row_area.area_code
    left join area as column_area
        on upper(regexp_extract(cell.measure, '_([a-z]{3})$', 1)) = column_area.area_code
    where cell.value is null
),

gap as (
    select distinct
        indicator_id,
        area_code,
        period
    from {{ source('edition', 'publisher_gap') }}
),

undeclared_cell as (
    select missing_cell.*
    from missing_cell
    -- one to many, of which only the cells that no gap explains are kept
    left join gap
        on
            missing_cell.area_code = gap.area_code
            and gap.indicator_id in (missing_cell.indicator_id, missing_cell.denominator_id)
            and (
                missing_cell.period = gap.period
                or (
                    missing_cell.is_change
                    and try_cast(gap.period as integer) + 1
                    = try_cast(missing_cell.period as integer)
                )
            )
    where gap.area_code is null
),

file_of_indicator as (
    {{ file_of_indicator() }}
),

fault as (
    select
        concat(
            undeclared_cell.table_id, ' promises ', undeclared_cell.indicator_id, ' of ', area_code,
            case when row_key <> area_code then concat(' (', row_key, ')') else '' end,
            ' for ', period, case when is_change then ' and the year before' else '' end,
            ', and ', file_of_indicator.source_id, ' has no value of it: land a file that has it, ',
            'or declare the gap (and an ',
            'estimate, if there is to be one) in the edition''s estimates.yml.'
        ) as message,
        undeclared_cell.indicator_id,
        undeclared_cell.table_id,
        undeclared_cell.row_key,
        undeclared_cell.period,
        undeclared_cell.measure,
        undeclared_cell.is_change
    from undeclared_cell
    -- one source named per indicator: many to one
    left join file_of_indicator
        on undeclared_cell.indicator_id = file_of_indicator.indicator_id

    union all

    select
        case
            when is_promised
                then concat(
                    table_id, ' promises ', measure, ' for "', period,
                    '", and ', file_of_indicator.source_id, ' has not one value of it: land a ',
                    'file that has it, or take the column out of tables.yml.'
                )
            else concat(
                table_id, ' has cells of ', measure, ' for "', period,
                '", which the edition does not ',
                'promise: add the column to its tables.yml, or see the table''s model.'
            )
        end as message,
        column_status.indicator_id,
        table_id,
        cast(null as varchar) as row_key,
        period,
        measure,
        regexp_matches(measure, 'yoy|change|growth') as is_change
    from column_status
    -- one source named per indicator: many to one
    left join file_of_indicator
        on column_status.indicator_id = file_of_indicator.indicator_id
    where not (is_promised and is_filled)
),

final as (
    select
        fault.message,
        file_of_indicator.source_file,
        cast(null as bigint) as source_row,
        fault.table_id,
        fault.row_key,
        fault.period,
        fault.measure
    from fault
    -- one file named per indicator: many to one
    left join file_of_indicator
        on fault.indicator_id = file_of_indicator.indicator_id
    -- levels before the changes that follow from them
    order by
        fault.is_change,
        fault.table_id,
        fault.row_key,
        fault.period
)

select * from final
