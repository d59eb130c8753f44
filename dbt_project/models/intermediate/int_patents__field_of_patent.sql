{{ config(materialized='view') }}
-- One row per utility patent of the edition's window and WIPO field that it counts in, with the
-- number of its fields; a patent without any has field 0. A symbol of a whole subclass or of a
-- split one's main group leads to a field; which of them count is the edition's rule.
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
    select
        granted.patent_id,
        granted.origin_number
    from granted
    inner join rule
        on granted.grant_year between rule.first_year and rule.last_year
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

field_of_patent as (
    select
        patent_id,
        field_number,
        min(ipc_sequence) as first_sequence
    from field_of_symbol
    where field_number is not null
    group by
        patent_id,
        field_number
),

counted as (
    select
        field_of_patent.patent_id,
        field_of_patent.field_number,
        count(*) over (partition by field_of_patent.patent_id) as fields
    from field_of_patent
    cross join rule
    qualify
        rule.fields_counted = 'all'
        or row_number() over (
            partition by field_of_patent.patent_id
            order by field_of_patent.first_sequence, field_of_patent.field_number
        ) = 1
),

final as (
    select
        cohort.patent_id,
        cohort.origin_number,
        coalesce(counted.field_number, 0) as field_number,
        cast(
            case when rule.fields_counted = 'all' then coalesce(counted.fields, 1) else 1 end
            as integer
        ) as fields
    from cohort
    cross join rule
    -- one to many: the fields of a patent
    left join counted
        on cohort.patent_id = counted.patent_id
)

select * from final
