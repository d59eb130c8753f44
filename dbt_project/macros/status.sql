{#- A publisher's SDMX status letter as we keep it: A (normal) and blank are ''. -#}
{% macro publisher_status(letter) -%}
  case when coalesce({{ letter }}, '') in ('', 'A') then '' else {{ letter }} end
{%- endmacro %}

{#- The status a book cell takes over from one observation: E only for an estimate of the editor,
    P for a provisional input, M when there is no value. -#}
{% macro book_status(value, estimate_id, status) -%}
  case
    when {{ value }} is null then 'M'
    when {{ estimate_id }} is not null then 'E'
    when {{ status }} = 'P' then 'P'
    else ''
  end
{%- endmacro %}

{#- The status of a cell computed from two observations: the more serious one prevails. -#}
{% macro combined_status(value, first, second) -%}
  case
    when {{ value }} is null then 'M'
    when 'E' in (coalesce({{ first }}, ''), coalesce({{ second }}, '')) then 'E'
    when 'P' in (coalesce({{ first }}, ''), coalesce({{ second }}, '')) then 'P'
    else ''
  end
{%- endmacro %}
