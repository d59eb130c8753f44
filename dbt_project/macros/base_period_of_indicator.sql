{#- Indicator and the base or reference year of its constant prices, as the files have it. Fills
    `{base_period}` in what the edition declares. -#}
{% macro base_period_of_indicator() -%}
    select
        indicator_id,
        max(base_period) as base_period
    from {{ ref('indicator_observation') }}
    where base_period is not null
    group by indicator_id
{%- endmacro %}

{#- A declared text with its `{base_period}` filled in, or `unstated` where no file says it. -#}
{% macro with_base_period(text, base_period, unstated) -%}
  replace({{ text }}, '{base_period}', coalesce({{ base_period }}, '{{ unstated }}'))
{%- endmacro %}
