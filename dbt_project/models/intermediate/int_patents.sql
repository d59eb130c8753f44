-- Utility patents granted by area, and the most cited: by the route that the edition chose for the
-- table that an indicator feeds. Who is highly cited is known from the bulk tables only.
with

published as (
    select * from {{ ref('int_patents__published') }}
),

microdata as (
    select * from {{ ref('int_patents__microdata') }}
),

chosen_basis as (
    select * from {{ ref('int_chosen_basis') }}
),

table_of_indicator as (
    select *
    from (
        values
        ('patents_granted', 'T1-2-13'),
        ('patents_granted_by_field', 'T1-2-14'),
        ('patent_rank_by_field', 'T1-2-14'),
        ('highly_cited_patents', 'F1-2-06'),
        ('highly_cited_share', 'F1-2-06')
    ) as pair (indicator_id, table_id)
),

route as (
    select
        table_of_indicator.indicator_id,
        coalesce(chosen_basis.basis, 'microdata') as route
    from table_of_indicator
    -- a table with two routes has one choice: one to one
    left join chosen_basis
        on table_of_indicator.table_id = chosen_basis.table_id
),

final as (
    select
        {{ observation_columns() | join(',\n        ') }},
        is_rank_given,
        made_from
    from published
    where indicator_id in (select route.indicator_id from route where route.route = 'published')

    union all

    select
        {{ observation_columns() | join(',\n        ') }},
        is_rank_given,
        made_from
    from microdata
    where indicator_id in (select route.indicator_id from route where route.route = 'microdata')
)

select * from final
