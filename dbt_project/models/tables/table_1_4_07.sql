-- Table 1-4-7: the numbers in the targets of the EU hydrogen stages. A stage whose target names no
-- number has no numeric cell.
with

stage as (
    select
        row_key,
        cast(row_number() over (order by position) as integer) as row_no
    from {{ source('edition', 'row') }}
    where table_id = 'T1-4-07'
),

target as (
    select
        breakdown,
        period,
        value,
        case indicator_id
            when 'hydrogen_electrolyser_gw' then 'electrolyser_capacity_gw'
            when 'hydrogen_output_10kt' then 'green_hydrogen_output_10kt_per_year'
        end as measure,
        {{ observation_key() }} as observation_key,
        {{ book_status('value', 'estimate_id', 'status') }} as status
    from {{ ref('int_hydrogen_targets') }}
),

final as (
    select
        stage.row_no,
        stage.row_key,
        target.period,
        target.measure,
        target.value,
        target.status,
        {{ made_from('given', {'value': 'target.observation_key'}) }} as made_from
    from stage
    -- one to many: a capacity and an output
    inner join target
        on stage.row_key = target.breakdown
)

select * from final
