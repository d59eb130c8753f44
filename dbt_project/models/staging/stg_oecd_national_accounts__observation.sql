-- One row per observation of the OECD's value added by activity, values in base units.
-- An area without a mapping keeps its code and gets area_code 'UNK', marked by is_area_mapped.
with

source as (
    select * from {{ source('oecd_national_accounts', 'observation') }}
),

area_alias as (
    select * from {{ ref('area_alias') }}
),

area as (
    select * from {{ ref('area') }}
),

final as (
    select
        coalesce(area_alias.area_code, area.area_code, 'UNK') as area_code,
        coalesce(area_alias.area_code, area.area_code) is not null as is_area_mapped,
        source.ref_area as publisher_area_code,
        source.freq as frequency,
        source.sector as sector_code,
        source.counterpart_sector as counterpart_sector_code,
        source.transaction as transaction_code,
        source.instr_asset as instrument_code,
        source.activity as activity_code,
        source.expenditure as expenditure_code,
        source.unit_measure as unit_measure_code,
        source.price_base as price_base_code,
        source.transformation as transformation_code,
        source.table_identifier,
        source.time_period as period,
        source.obs_value * power(10, coalesce(source.unit_mult, 0)) as value,
        source.obs_status as observation_status,
        source.base_per as base_period,
        source._vintage as vintage,
        source._source_file as source_file,
        source._source_row as source_row
    from source
    -- an alias names one area, an area code itself: both many to one
    left join area_alias
        on
            area_alias.source_id = 'oecd_national_accounts'
            and source.ref_area = area_alias.alias
    left join area
        on source.ref_area = area.area_code
)

select * from final
