{#- What a rule that builds on the year before gives; it needs exactly that year, not an older one. -#}
{% macro continued_value(step, before) -%}
case
                when {{ step }}.year <> {{ before }}.year + 1 then null
                when {{ step }}.rule = 'carry_growth'
                    then {{ before }}.value * (1 + {{ step }}.growth_pct / 100)
                when
                    {{ step }}.rule = 'extend_increment'
                    and {{ before }}.year = {{ before }}.year_before + 1
                    then {{ before }}.value + ({{ before }}.value - {{ before }}.value_before)
            end
{%- endmacro %}
