{#- The codes of a staged relation that lead to no member of a dimension, one row each, with the
    first line that has it. A test that uses it stops everything downstream of that relation.
      staged: the relation; codes: SQL expressions of the code and name as the publisher wrote
      them; is_mapped: SQL predicate; kind: what the code stands for; seed: where to add it. -#}
{% macro unmapped_codes(
    source_id,
    staged,
    codes,
    kind="area",
    is_mapped="is_area_mapped",
    seed="area_alias.csv"
) -%}
with

staged as (
    select * from {{ staged }}
),

unmapped as (
    select
        concat_ws(' / ', {{ codes | join(', ') }}) as label,
        source_file,
        source_row
    from staged
    where not ({{ is_mapped }})
),

final as (
    select
        concat(
            '{{ source_id }} has the {{ kind }} "', label, '" (', count(*), ' rows), which is not ',
            'known here: add it to dbt_project/seeds/{{ seed }}, or correct the file.'
        ) as message,
        source_file,
        min(source_row) as source_row,
        label
    from unmapped
    group by
        label,
        source_file
)

select * from final
{%- endmacro %}
