-- How far our counts by technology field lie from those by the publisher's own fields, per field and
-- area for the edition's window, by the edition's counting rule. A cross-check: no count rests on the
-- publisher's fields. Empty where they were not landed.
with

edition as (
    select edition from {{ source('edition', 'edition') }}
),

own as (
    select * from {{ ref('int_patents__by_field') }}
),

publishers as (
    select * from {{ ref('int_patents__by_publishers_field') }}
),

wipo_field as (
    select * from {{ ref('wipo_field') }}
),

split_field as (
    select distinct field_number
    from {{ ref('int_patents__field_rule') }}
    where main_group is not null
),

pair as (
    select
        coalesce(own.field_number, publishers.field_number) as field_number,
        coalesce(own.area_code, publishers.area_code) as area_code,
        coalesce(own.period, publishers.period) as period,
        coalesce(own.grants, 0) as own_grants,
        coalesce(publishers.grants, 0) as publisher_grants
    from own
    -- a field and an area stand once on either side: one to one
    full outer join publishers
        on
            own.field_number = publishers.field_number
            and own.area_code = publishers.area_code
    where exists (select 1 from publishers)
),

caused as (
    select
        pair.*,
        wipo_field.name_zh,
        wipo_field.name_en,
        split_field.field_number is not null as has_split_subclass,
        case
            when split_field.field_number is not null then 'split'
            when pair.field_number = 0 then 'none'
            when wipo_field.field_number is null then 'unknown'
            else ''
        end as kind
    from pair
    -- a number is one field: both many to one
    left join wipo_field
        on pair.field_number = wipo_field.field_number
    left join split_field
        on pair.field_number = split_field.field_number
),

final as (
    select
        edition.edition,
        caused.field_number,
        coalesce(caused.name_zh, case when caused.kind = 'none' then '無領域' else '不明領域' end)
            as field_name_zh,
        coalesce(caused.name_en, case when caused.kind = 'none' then 'No field' else 'Unknown field' end)
            as field_name_en,
        caused.area_code,
        caused.period,
        caused.own_grants,
        caused.publisher_grants,
        caused.own_grants - caused.publisher_grants as difference,
        100 * (caused.own_grants - caused.publisher_grants) / nullif(caused.publisher_grants, 0)
            as relative_difference_pct,
        caused.has_split_subclass,
        case caused.kind
            when 'split' then '領域含拆分之次類：發布機關將其專利計入該次類之所有領域'
            when 'none' then '發布機關之領域取自CPC：無CPC者無領域'
            when 'unknown' then '發布機關所給編號非WIPO領域'
            else ''
        end as known_cause_zh,
        case caused.kind
            when 'split'
                then 'has part of a split subclass: the publisher gives its patents all of its fields'
            when 'none' then 'the publisher reads fields from the CPC: none where a patent has none'
            when 'unknown' then 'the publisher gives a number that is no field of WIPO'
            else ''
        end as known_cause_en
    from caused
    cross join edition
)

select * from final
