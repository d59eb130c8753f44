{#- Findings on printed cells and statements with this action of the edition's policy, one sentence each; the
    cells that one act explains stand together, the act that explains most first. Only what blocks comes
    with what to do. -#}
{% macro undecided_findings(action) -%}
with

erratum as (
    select * from {{ ref('erratum') }}
    where action = '{{ action }}'
),

grouped as (
    -- cells that one act explains belong together, and come first the more they are
    select
        *,
        coalesce(nullif(hypothesis, ''), concat_ws(' ', table_id, row_key, period, measure, claim_id))
            as act
    from erratum
),

weighed as (
    select
        *,
        count(*) over (partition by act) as cells_of_act,
        row_number() over (partition by act order by row_key, measure, period) as no_in_act
    from grouped
),

numbered as (
    select
        *,
        row_number() over (order by kind, cells_of_act desc, table_id, act, no_in_act) as line_no
    from weighed
),

final as (
    select
        concat(
            case
                when kind = 'claim' then concat('The statement ', claim_id)
                else concat_ws(
                    ' ', table_id, nullif(row_key, ''), nullif(period, ''), measure
                )
            end,
            ': ', replace(verdict, '_', ' '),
            case when no_in_act = 1 then concat('. ', evidence_en) else ', by the same act.' end
            {%- if action == 'block' %},
            case
                when triage = 'changed' then concat(
                    ' It was decided on in errata.yml (', erratum_id, '), and has changed since: ',
                    'decide anew.'
                )
                when line_no = 1 then concat(
                    ' Mend the data, or decide on it in errata.yml: `whitepaper errata --draft` ',
                    'writes the entry.'
                )
                else ''
            end
            {%- endif %}
        ) as message,
        cast(null as varchar) as source_file,
        cast(null as bigint) as source_row,
        kind,
        table_id,
        row_key,
        period,
        measure,
        claim_id,
        printed,
        should_be,
        verdict,
        triage
    from numbered
    order by line_no
)

select * from final
{%- endmacro %}
