-- Population on 1 January by country and year, estimates and medium variant. The printed figures
-- agree with the population of 1 January, not with that of mid-year. Groups of countries other than
-- the world are left out: they are the UN's, not ours.
with

location as (
    select * from {{ ref('stg_un_wpp__demographic_indicator') }}
),

figure as (
    select
        'population_1jan' as indicator_id,
        area_code,
        'total' as breakdown,
        period,
        population_1jan_thousand as value,
        vintage,
        source_file,
        source_row,
        is_country
    from location
    where
        (is_country or area_code = 'WLD')
        and coalesce(variant_name_en, 'Medium') in ('Medium', 'Estimates')
        and population_1jan_thousand is not null
),

final as (
    {{ publisher_observations('figure', 'un_wpp', extra_columns=['is_country']) }}
)

select * from final
