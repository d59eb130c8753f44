-- The cells of tables 1-2-9 to 1-2-11 by each route and classification: published (total times the
-- published share at two decimals; amounts are not forced to add up) and microdata (customs lines by
-- class: amounts add up exactly, shares follow).
{%- set by_class = {
    'indicator_id': "'export_value_by_class'",
    'area_code': "'TWN'",
    'breakdown': "class_scheme || '/' || goods_class",
} %}
{%- set of_all = {
    'indicator_id': "'customs_exports_total'", 'area_code': "'TWN'", 'breakdown': "'total'",
} %}
with

edition_row as (
    select * from {{ source('edition', 'row') }}
    where table_id in ('T1-2-09', 'T1-2-10', 'T1-2-11')
),

published as (
    select * from {{ ref('int_exports__published') }}
    where area_code = 'TWN'
),

by_class as (
    select * from {{ ref('int_exports__by_class') }}
),

published_total as (
    select
        period,
        value / 100 as export_value_ntd_100m,
        {{ observation_key() }} as observation_key,
        {{ book_status('value', 'estimate_id', 'status') }} as status
    from published
    where indicator_id = 'exports_total'
),

published_share as (
    select
        breakdown as row_key,
        period,
        cast({{ round_half_away('value', 2) }} as double) as export_share_pct,
        {{ observation_key() }} as observation_key,
        {{ book_status('value', 'estimate_id', 'status') }} as status
    from published
    where indicator_id = 'export_share'

    union all

    select
        'total' as row_key,
        period,
        100.0 as export_share_pct,
        null as observation_key,
        status
    from published_total
),

published_cell as (
    select
        'published' as basis,
        '' as classification,
        published_share.row_key,
        published_share.period,
        published_total.export_value_ntd_100m * published_share.export_share_pct / 100
            as export_value_ntd_100m,
        published_share.export_share_pct,
        published_total.status as total_status,
        published_share.status as share_status,
        case
            when published_share.row_key = 'total'
                then {{ scaled_from('published_total.observation_key', 100) }}
            else {{ made_from('share_of_total', {
                'total': 'published_total.observation_key',
                'share': 'published_share.observation_key',
            }, constant=100) }}
        end as value_from,
        case
            when published_share.row_key = 'total'
                then {{ made_from('whole', {'total': 'published_total.observation_key'}) }}
            else {{ made_from('rounded', {'value': 'published_share.observation_key'}, constant=2) }}
        end as share_from
    from published_share
    -- one total per period: many to one
    left join published_total
        on published_share.period = published_total.period
),

customs_total as (
    select
        class_scheme,
        year,
        sum(value_ntd_thousand) as value_ntd_thousand,
        bool_or(is_preliminary) as is_preliminary
    from by_class
    group by
        class_scheme,
        year
),

customs_value as (
    select
        class_scheme,
        year,
        goods_class as row_key,
        {{ observation_key(period='year', **by_class) }} as observation_key,
        value_ntd_thousand
    from by_class

    union all

    select
        class_scheme,
        year,
        'total' as row_key,
        {{ observation_key(period='year', **of_all) }} as observation_key,
        value_ntd_thousand
    from customs_total
),

customs_cell as (
    select
        'microdata' as basis,
        customs_value.class_scheme as classification,
        customs_value.row_key,
        customs_value.year as period,
        customs_value.value_ntd_thousand / 100000.0 as export_value_ntd_100m,
        {{ share_pct('customs_value.value_ntd_thousand', 'customs_total.value_ntd_thousand') }}
            as export_share_pct,
        case when customs_total.is_preliminary then 'P' else '' end as total_status,
        case when customs_total.is_preliminary then 'P' else '' end as share_status,
        {{ scaled_from('customs_value.observation_key', 100) }} as value_from,
        {{ made_from('share_pct', {
            'numerator': 'customs_value.observation_key',
            'denominator': observation_key(period='customs_value.year', **of_all),
        }) }} as share_from
    from customs_value
    -- one total per scheme and year: many to one
    inner join customs_total
        on
            customs_value.class_scheme = customs_total.class_scheme
            and customs_value.year = customs_total.year
),

table_of_scheme as (
    select * from (
        values
        ('T1-2-09', 'technology_level'),
        ('T1-2-09', 'oecd_2011_via_isic'),
        ('T1-2-10', 'capital_intensity'),
        ('T1-2-11', 'skill_intensity'),
        ('T1-2-09', ''),
        ('T1-2-10', ''),
        ('T1-2-11', '')
    ) as pair (table_id, classification)
),

cell as (
    select * from published_cell
    union all
    select * from customs_cell
),

placed as (
    select
        cell.*,
        table_of_scheme.table_id
    from cell
    -- a scheme belongs to one table; the published figures belong to the table that has the row
    inner join table_of_scheme
        on cell.classification = table_of_scheme.classification
    inner join edition_row
        on
            table_of_scheme.table_id = edition_row.table_id
            and cell.row_key = edition_row.row_key
),

final as (
    select
        basis,
        classification,
        table_id,
        row_key,
        period,
        'export_value_ntd_100m' as measure,
        cast(export_value_ntd_100m as double) as value,
        {{ combined_status('export_value_ntd_100m', 'total_status', 'share_status') }} as status,
        value_from as made_from
    from placed

    union all

    select
        basis,
        classification,
        table_id,
        row_key,
        period,
        'export_share_pct' as measure,
        cast(export_share_pct as double) as value,
        {{ combined_status('export_share_pct', 'share_status', "''") }} as status,
        share_from as made_from
    from placed
)

select * from final
