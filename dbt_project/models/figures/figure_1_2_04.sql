-- Figure 1-2-4: labour productivity index of services and manufacturing by quarter.
with

measured as (
    select
        breakdown as series_key,
        period as point_key,
        indicator_id as measure,
        value,
        {{ book_status('value', 'estimate_id', 'status') }} as status
    from {{ ref('int_labour_productivity') }}
    where area_code = 'TWN'
),

final as (
    {{ figure_values('F1-2-04', 'measured') }}
)

select * from final
