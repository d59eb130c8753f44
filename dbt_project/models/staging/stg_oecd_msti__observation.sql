-- One row per MSTI series and year, decoded to our areas. Rows without a value are kept: they are
-- break markers and cells included elsewhere. Series: int_research_and_development__observed.
-- An area without a mapping keeps its code and gets area_code 'UNK'.
with

source as (
    select * from {{ source('oecd_msti', 'observation') }}
),

area_alias as (
    select * from {{ ref('area_alias') }}
),

area as (
    select * from {{ ref('area') }}
),

final as (
    select
        source.dataflow as dataflow_code,
        coalesce(area_alias.area_code, area.area_code, 'UNK') as area_code,
        source.ref_area as publisher_area_code,
        source.freq as frequency,
        source.measure as measure_code,
        source.unit_measure as unit_measure_code,
        source.price_base as price_base_code,
        source.transformation as transformation_code,
        source.time_period as period,
        source.obs_value as value,
        source.unit_mult as value_exponent,
        source.base_per as base_period,

        -- up to three statuses apply to one value; P is looked for in all, else the first counts
        case
            when
                'P' in (
                    coalesce(source.obs_status, ''),
                    coalesce(source.obs_status_2, ''),
                    coalesce(source.obs_status_3, '')
                ) then 'P'
            else {{ publisher_status('source.obs_status') }}
        end as status,
        source.conf_status as confidentiality_status,

        -- where it stands
        source._vintage as vintage,
        source._source_file as source_file,
        source._source_row as source_row
    from source
    -- an alias names one area: many to one
    left join area_alias
        on
            area_alias.source_id = 'oecd_msti'
            and source.ref_area = area_alias.alias
    left join area
        on source.ref_area = area.area_code
)

select * from final
