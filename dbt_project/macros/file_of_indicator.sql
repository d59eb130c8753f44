{#- One row per indicator with its source and the file to look into when a value of it is missing: the one that its
    other observations come from, else all files of its source. -#}
{% macro file_of_indicator() -%}
  select
      indicator.indicator_id,
      indicator.source_id,
      coalesce(
          max(observation.source_file),
          string_agg(distinct source_snapshot.file, ', ' order by source_snapshot.file)
      ) as source_file
  from {{ ref('dim_indicator') }} as indicator
  -- one to many, and files by files: only names are kept
  left join {{ ref('source_snapshot') }} as source_snapshot
      on indicator.source_id = source_snapshot.source_id
  left join {{ ref('indicator_observation') }} as observation
      on
          indicator.indicator_id = observation.indicator_id
          and observation.estimate_id is null
  group by
      indicator.indicator_id,
      indicator.source_id
{%- endmacro %}
