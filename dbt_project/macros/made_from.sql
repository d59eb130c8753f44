{#- How a value came about, carried beside it through the models: a formula's id, its constant, and the
    keys of the observations that went in, each with its role. Taken from the rows that are joined, so
    that it cannot say anything but what was computed. The formulas in words: publication/formulas.py.

    A key is carried as one column from where the observation is read to where it is used. On Spark
    struct_pack becomes named_struct and the list an array. -#}

{#- The key of an observation. `of`: the relation that has the columns, or none where it is alone;
    what the relation does not have is given as SQL. -#}
{% macro observation_key(of=none, indicator_id=none, area_code=none, breakdown=none, period=none) -%}
  {%- set prefix = of ~ '.' if of else '' -%}
  struct_pack(
            indicator_id := {{ indicator_id or prefix ~ 'indicator_id' }},
            area_code := {{ area_code or prefix ~ 'area_code' }},
            breakdown := {{ breakdown or prefix ~ 'breakdown' }},
            period := {{ period or prefix ~ 'period' }}
        )
{%- endmacro %}

{#- What a value is made from. `inputs`: role to the SQL of a key; a key of a join that found nothing
    is left out. `among`: SQL of a list of keys that a rank was found among. `constant`: SQL of the
    one number that the formula needs besides. -#}
{% macro made_from(formula, inputs={}, constant='null', among=none) -%}
  struct_pack(
            formula := '{{ formula }}',
            constant := cast({{ constant }} as double),
            inputs := {% if inputs -%}
            list_filter([
                {%- for role, key in inputs.items() %}
                struct_pack(role := '{{ role }}', observation := {{ key }})
                {%- if not loop.last %},{% endif %}
                {%- endfor %}
            ], lambda input: input.observation.indicator_id is not null)
            {%- else -%}
            null
            {%- endif %}
            {%- if among %}
            || list_transform(
                {{ among }}, lambda rival: struct_pack(role := 'ranked_among', observation := rival)
            )
            {%- endif %}
        )
{%- endmacro %}

{#- The value as the publisher has it, in the printed unit. -#}
{% macro scaled_from(key, divisor) -%}
  {%- if divisor == 1 -%}
    {{ made_from('given', {'value': key}) }}
  {%- else -%}
    {{ made_from('scaled', {'value': key}, constant=divisor) }}
  {%- endif -%}
{%- endmacro %}
