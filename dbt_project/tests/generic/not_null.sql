-- dbt's own not_null, but a failing row says what is wrong in a sentence and shows the whole row,
-- with the file and line where the model has them.
{% test not_null(model, column_name) %}
select
    concat(
        '{{ model.identifier }}.{{ column_name }} is empty in this row: ',
        'correct the file, or the model that makes it.'
    ) as message,
    *
from {{ model }}
where {{ column_name }} is null
{% endtest %}
