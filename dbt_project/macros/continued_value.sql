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

{#- What such a rule builds on: the year before, and for an increment the one before that. -#}
{% macro continued_from(step, before) -%}
case {{ step }}.rule
                when 'carry_growth' then {{
                    made_from('carry_growth', {
                        'previous': year_of_series(before, before ~ '.year'),
                    }, constant=step ~ '.growth_pct')
                }}
                when 'extend_increment' then {{
                    made_from('extend_increment', {
                        'previous': year_of_series(before, before ~ '.year'),
                        'before_previous': year_of_series(before, before ~ '.year_before'),
                    })
                }}
            end
{%- endmacro %}

{#- Key of the observation, or estimate, of a whole series in a year. -#}
{% macro year_of_series(series, year) -%}
  {{ observation_key(series, breakdown="'total'", period='cast(' ~ year ~ ' as varchar)') }}
{%- endmacro %}
