{#- The levels of a row's label from the outside in, as those of a header: its group, its name, and
    where a name takes several lines the measure's label. -#}
{% macro label_levels(language) -%}
  case when group_{{ language }} <> '' then group_{{ language }} || ' > ' else '' end
        || number_prefix || name_{{ language }}
        || case when is_split then ' > ' || measure_{{ language }} else '' end
{%- endmacro %}
