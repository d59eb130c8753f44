-- Table 1-2-14: utility patents of the window by WIPO field, the world and the compared areas, with
-- the rank among all areas. Measures carry the area: patents_granted_twn, rank_twn.
with

edition_row as (
    select * from {{ source('edition', 'row') }}
),

measure_period as (
    select * from {{ source('edition', 'measure_period') }}
),

panel as (
    select * from {{ source('edition', 'panel') }}
),

wipo_field as (
    select * from {{ ref('wipo_field') }}
),

patents as (
    select * from {{ ref('int_patents') }}
),

compared_area as (
    select area_code
    from panel
    where panel_id = 'patent_comparison'

    union all

    select 'WLD' as area_code
),

-- every promised cell
frame as (
    select
        edition_row.position as row_no,
        edition_row.row_key,
        cast(wipo_field.field_number as varchar) as breakdown,
        measure_period.period,
        measure_period.measure
    from edition_row
    -- a row is one field: one to one
    left join wipo_field
        on edition_row.row_key = wipo_field.field_key
    cross join measure_period
    where
        edition_row.table_id = 'T1-2-14'
        and measure_period.table_id = 'T1-2-14'
),

values_by_measure as (
    select
        concat(
            case patents.indicator_id
                when 'patents_granted_by_field' then 'patents_granted_'
                when 'patent_rank_by_field' then 'rank_'
            end,
            lower(patents.area_code)
        ) as measure,
        patents.breakdown,
        patents.period,
        patents.value,
        {{ observation_key('patents') }} as observation_key,
        {{ book_status('patents.value', 'patents.estimate_id', 'patents.status') }} as status
    from patents
    -- an area stands once in the panel: many to one
    inner join compared_area
        on patents.area_code = compared_area.area_code
    where patents.indicator_id in ('patents_granted_by_field', 'patent_rank_by_field')
),

final as (
    select
        frame.row_no,
        frame.row_key,
        frame.period,
        frame.measure,
        values_by_measure.value,
        coalesce(values_by_measure.status, 'M') as status,
        {{ made_from('given', {'value': 'values_by_measure.observation_key'}) }} as made_from
    from frame
    -- one value per measure, field and window: one to one
    left join values_by_measure
        on
            frame.measure = values_by_measure.measure
            and frame.breakdown = values_by_measure.breakdown
            and frame.period = values_by_measure.period
)

select * from final
