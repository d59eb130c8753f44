{#- The project's own graph as rows, read from dbt's manifest while it runs. Tests and exposures are
    no stations of a number and stay out. -#}

{% macro lineage_node_name(node) -%}
    {%- if node.resource_type == 'source' -%}
        {{ node.source_name }}.{{ node.name }}
    {%- else -%}
        {{ node.name }}
    {%- endif -%}
{%- endmacro %}

{% macro lineage_station(node) -%}
    {%- if node.resource_type == 'source' -%}
        {{ 'edition' if node.source_name == 'edition' else 'bronze' }}
    {%- elif node.resource_type == 'seed' -%}
        reference
    {%- else -%}
        {{ node.fqn[1] }}
    {%- endif -%}
{%- endmacro %}

{% macro lineage_nodes() -%}
    {%- set found = [] -%}
    {%- if execute -%}
        {%- for node in graph.sources.values() -%}
            {%- do found.append(node) -%}
        {%- endfor -%}
        {%- for node in graph.nodes.values() if node.resource_type in ('model', 'seed') -%}
            {%- do found.append(node) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(found | sort(attribute='unique_id')) }}
{%- endmacro %}
