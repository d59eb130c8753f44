-- One row per utility patent of the edition's window and WIPO field that one of its symbols leads to,
-- by a rule for the whole subclass or for the main group of a split one.
with

rule as (
    select * from {{ ref('int_patents__rule') }}
),

granted as (
    select * from {{ ref('int_patents__granted') }}
),

symbol as (
    select * from {{ ref('stg_uspto_bulk__ipc') }}
),

field_rule as (
    select * from {{ ref('int_patents__field_rule') }}
),

cohort as (
    select granted.patent_id
    from granted
    where
        granted.grant_year between (select rule.first_year from rule)
        and (select rule.last_year from rule)
),

-- the patents of the window first: the others are most
symbol_of_cohort as (
    select
        symbol.patent_id,
        symbol.ipc_sequence,
        symbol.ipc_subclass,
        symbol.main_group
    from symbol
    where symbol.patent_id in (select cohort.patent_id from cohort)
),

field_of_symbol as (
    select
        symbol_of_cohort.patent_id,
        symbol_of_cohort.ipc_sequence,
        coalesce(of_subclass.field_number, of_group.field_number) as field_number
    from symbol_of_cohort
    -- a subclass has one rule, or one for each of its main groups: both many to one
    left join field_rule as of_subclass
        on
            of_subclass.main_group is null
            and symbol_of_cohort.ipc_subclass = of_subclass.ipc_subclass
    left join field_rule as of_group
        on
            symbol_of_cohort.ipc_subclass = of_group.ipc_subclass
            and symbol_of_cohort.main_group = of_group.main_group
),

final as (
    select
        patent_id,
        field_number,
        min(ipc_sequence) as first_sequence
    from field_of_symbol
    where field_number is not null
    group by
        patent_id,
        field_number
)

select * from final
