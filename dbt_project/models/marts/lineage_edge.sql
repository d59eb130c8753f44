-- Which station is made from which: one row per pair, read from dbt's own graph.
with

edge as (
    {%- set nodes = lineage_nodes() %}
    {%- set names = {} %}
    {%- for node in nodes %}{% do names.update({node.unique_id: lineage_node_name(node)}) %}{% endfor %}
    {%- for node in nodes if node.resource_type == 'model' %}
    {%- for parent in node.depends_on.nodes | unique | sort if parent in names %}
    select
        '{{ names[parent] }}' as from_node,
        '{{ names[node.unique_id] }}' as to_node
    union all
    {%- endfor %}
    {%- endfor %}
    select
        cast(null as varchar) as from_node,
        cast(null as varchar) as to_node
    where false
),

final as (
    select
        from_node,
        to_node
    from edge
)

select * from final
