-- How many utility patents of the edition's window come from where and count in a WIPO field, by the
-- number of fields that each of them counts in. Field 0 holds those without any.
with

rule as (
    select * from {{ ref('int_patents__rule') }}
),

granted as (
    select * from {{ ref('int_patents__granted') }}
),

field_of_patent as (
    select * from {{ ref('int_patents__field_of_patent') }}
),

-- the first field is that of the first symbol that has one
fields_of_patent as (
    select
        patent_id,
        count(*) as fields,
        min(cast(first_sequence as bigint) * 100 + field_number) % 100 as first_field
    from field_of_patent
    group by patent_id
),

final as (
    select
        granted.origin_number,
        coalesce(field_of_patent.field_number, 0) as field_number,
        case when rule.fields_counted = 'all' then coalesce(fields_of_patent.fields, 1) else 1 end
            as fields,
        count(*) as patents
    from granted
    cross join rule
    -- one to one
    left join fields_of_patent
        on granted.patent_id = fields_of_patent.patent_id
    -- one to many: all fields of a patent, or its first
    left join field_of_patent
        on
            fields_of_patent.patent_id = field_of_patent.patent_id
            and (
                rule.fields_counted = 'all'
                or fields_of_patent.first_field = field_of_patent.field_number
            )
    where
        granted.grant_year between (select first_year from rule) and (select last_year from rule)
    group by
        granted.origin_number,
        coalesce(field_of_patent.field_number, 0),
        case when rule.fields_counted = 'all' then coalesce(fields_of_patent.fields, 1) else 1 end
)

select * from final
