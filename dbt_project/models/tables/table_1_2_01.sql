-- Table 1-2-1: gross domestic expenditure on R&D, in USD 100m at constant PPP, and its growth.
{{
    ranked_area_table(
        table_id='T1-2-01',
        indicator_id='gerd_constant_ppp',
        divisor=100,
        level_measure='gerd_ppp2015_usd_100m',
        growth_measure='gerd_yoy_pct'
    )
}}
