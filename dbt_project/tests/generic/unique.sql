-- dbt's own unique, but each of the rows that share a value is shown whole, with a sentence.
{% test unique(model, column_name) %}
select
    concat(
        '{{ model.identifier }} has more than one row with {{ column_name }} = "',
        {{ column_name }},
        '": correct the file, or the model that makes it.'
    ) as message,
    *
from {{ model }}
where {{ column_name }} is not null
qualify count(*) over (partition by {{ column_name }}) > 1
{% endtest %}
