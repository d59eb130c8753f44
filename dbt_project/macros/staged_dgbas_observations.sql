{#- Staging of DGBAS's statistical database: one row per value, labels as printed, with the industry
    decoded. read_out: further columns by name, as SQL on bronze; what the publisher says in the
    names of measures and units only. -#}
{% macro staged_dgbas_observations(source_id, read_out) -%}
with

source as (
    select * from {{ source(source_id, 'observation') }}
),

labelled as (
    select
        table_id,
        table_name as table_name_zh,
        measure as measure_label_zh,
        item as item_label_zh,
        item2 as item2_label_zh,
        item3 as item3_label_zh,
        item_dimensions as item_dimensions_zh,
        frequency,
        period,
        value,

        -- read out of the names
        nullif(regexp_extract(item, '^([A-Z]{1,2})[.]', 1), '') as industry_code,
        regexp_replace(item, '^[A-Z]{1,2}[.]', '') as industry_label_zh,
        {%- for name, sql in read_out.items() %}
        {{ sql }} as {{ name }},
        {%- endfor %}

        -- where it stands
        _vintage as vintage,
        _source_file as source_file,
        _source_row as source_row
    from source
),

final as (
    select
        labelled.table_id,
        labelled.table_name_zh,
        labelled.measure_label_zh,
        labelled.item_label_zh,
        labelled.item2_label_zh,
        labelled.item3_label_zh,
        labelled.item_dimensions_zh,
        labelled.industry_code,
        labelled.industry_label_zh,
        industry_alias.industry_key,
        {%- for name in read_out %}
        labelled.{{ name }},
        {%- endfor %}
        labelled.frequency,
        labelled.period,
        labelled.value,
        labelled.vintage,
        labelled.source_file,
        labelled.source_row
    from labelled
    -- an alias names one industry: many to one
    left join {{ ref('industry_alias') }} as industry_alias
        on
            industry_alias.source_id = '{{ source_id }}'
            and labelled.industry_label_zh = industry_alias.alias
)

select * from final
{%- endmacro %}
