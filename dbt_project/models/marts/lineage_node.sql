-- The stations of a number: every bronze table, reference list and model, with what it is.
-- Read from dbt's own graph, so that it cannot differ from what ran.
with

node as (
    {%- for node in lineage_nodes() %}
    select
        '{{ lineage_node_name(node) }}' as node,
        '{{ lineage_station(node) }}' as station,
        '{{ escape_single_quotes(node.description) }}' as description
    {{ 'union all' if not loop.last }}
    {%- else %}
    select
        cast(null as varchar) as node,
        cast(null as varchar) as station,
        cast(null as varchar) as description
    where false
    {%- endfor %}
),

final as (
    select
        node,
        station,
        case
            when station = 'bronze' then split_part(node, '.', 1)
        end as source_id,
        split_part(description, ' / ', 1) as description_zh,
        coalesce(nullif(split_part(description, ' / ', 2), ''), description) as description_en
    from node
)

select * from final
