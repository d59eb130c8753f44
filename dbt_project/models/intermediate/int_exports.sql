-- Taiwan's exports by both routes: the published total and shares (int_exports__published), and what
-- customs lines add up to (int_exports__customs), which are indicators of their own.
with

published as (
    select * from {{ ref('int_exports__published') }}
),

customs as (
    select * from {{ ref('int_exports__customs') }}
),

final as (
    select
        {{ observation_columns() | join(',\n        ') }},
        null as made_from
    from published

    union all

    select
        {{ observation_columns() | join(',\n        ') }},
        made_from
    from customs
)

select * from final
