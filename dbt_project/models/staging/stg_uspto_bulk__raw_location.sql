-- One row per place as written on a patent; none where that was not landed.
-- Patents often leave out the country of inventors in the United States and name their state.
with

source as (
    select * from {{ source('uspto_bulk', 'raw_location') }}
),

final as (
    select
        raw_location_id,
        case
            when trim(country_code) <> '' then upper(trim(country_code))
            when
                upper(trim(state_code)) in (
                    'AL', 'AK', 'AZ', 'AR', 'CA', 'CO', 'CT', 'DE', 'DC', 'FL', 'GA', 'HI', 'ID',
                    'IL', 'IN', 'IA', 'KS', 'KY', 'LA', 'ME', 'MD', 'MA', 'MI', 'MN', 'MS', 'MO',
                    'MT', 'NE', 'NV', 'NH', 'NJ', 'NM', 'NY', 'NC', 'ND', 'OH', 'OK', 'OR', 'PA',
                    'RI', 'SC', 'SD', 'TN', 'TX', 'UT', 'VT', 'VA', 'WA', 'WV', 'WI', 'WY'
                ) then 'US'
        end as publisher_area_code
    from source
)

select * from final
