-- One row per DGBAS national-accounts value, with price basis, reference year and unit read out
-- of the measure's name and the industry decoded. Choosing measures: int_national_accounts and
-- int_industry_value_added.
{%- set price_basis %}
        case
            when measure like '%連鎖%' then 'chained'
            when measure like '%平減%' then 'deflator'
            when measure like '%當期價格%' or measure like '%名目%' then 'current'
            else 'not_stated'
        end
{%- endset %}

{#- '2021為參考年_新臺幣百萬元' and '名目值，元' name more than the unit -#}
{%- set unit_zh %}
        nullif(
            regexp_replace(
                coalesce(unit, regexp_extract(measure, '[(（]([^()（）]*)[)）]$', 1)),
                '^.*[_，,]',
                ''
            ),
            ''
        )
{%- endset %}
{{ staged_dgbas_observations(
    'dgbas_national_accounts',
    read_out={
        'price_basis': price_basis,
        'reference_year': "nullif(regexp_extract(measure, '([0-9]{4})年?為參考年', 1), '')",
        'unit_zh': unit_zh,
    },
) }}
