-- One row per table that has two routes: the one that the edition chose, and by which classification
-- of goods its microdata are counted (empty where that is no question).
with

chosen as (
    select * from {{ source('edition', 'basis') }}
),

final as (
    select
        table_id,
        basis,
        case
            when basis = 'published' then ''
            when table_id = 'T1-2-09'
                then {{ edition_parameter('exports.technology_level_scheme') }}
            when table_id = 'T1-2-10' then 'capital_intensity'
            when table_id = 'T1-2-11' then 'skill_intensity'
            else ''
        end as classification
    from chosen
)

select * from final
