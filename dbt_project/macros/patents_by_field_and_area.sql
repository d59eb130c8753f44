{#- Patents by technology field and area, and of the world, whoever says which field.

    weighted: the CTE, with field_number, origin_number and grants in decimals; origin: the CTE of
    int_patents__origin. -#}
{% macro patents_by_field_and_area(weighted='weighted', origin='origin') -%}
    select
        {{ weighted }}.field_number,
        {{ origin }}.area_code,
        round(sum({{ weighted }}.grants), 9) as grants
    from {{ weighted }}
    -- many to one
    inner join {{ origin }}
        on {{ weighted }}.origin_number = {{ origin }}.origin_number
    group by
        {{ weighted }}.field_number,
        {{ origin }}.area_code

    union all

    select
        field_number,
        'WLD' as area_code,
        round(sum(grants), 9) as grants
    from {{ weighted }}
    group by field_number
{%- endmacro %}
