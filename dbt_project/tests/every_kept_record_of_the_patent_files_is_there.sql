-- One returned row: a table of the USPTO's bulk data with more or fewer rows than records were kept of
-- its file when it was read.
{%- set tables = {
    'g_patent': 'patent',
    'g_inventor_disambiguated': 'inventor',
    'g_location_disambiguated': 'location',
    'g_ipc_at_issue': 'ipc',
    'g_us_patent_citation': 'citation',
    'g_inventor_not_disambiguated': 'raw_inventor',
    'g_location_not_disambiguated': 'raw_location',
    'g_wipo_technology': 'wipo_field',
} %}
with

record_count as (
    select * from {{ ref('stg_uspto_bulk__record_count') }}
    where category = 'kept'
),

there as (
    {%- for file_table, table in tables.items() %}
    select
        '{{ file_table }}' as file_table,
        count(*) as records
    from {{ ref('stg_uspto_bulk__' ~ table) }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

final as (
    select
        concat(
            coalesce(record_count.records, 0), ' records were kept of ', there.file_table, ', and ',
            there.records, ' are there: remove data/bronze/uspto_bulk, which is made again, and ',
            'refresh.'
        ) as message,
        record_count.source_file,
        record_count.source_row
    from there
    -- one to one
    left join record_count
        on there.file_table = record_count.file_table
    where coalesce(record_count.records, 0) <> there.records
)

select * from final
