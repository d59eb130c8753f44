-- Table 1-2-2: R&D expenditure as a percentage of GDP, and its relative (not point) change.
{{
    ranked_area_table(
        table_id='T1-2-02',
        indicator_id='gerd_pct_gdp',
        divisor=1,
        level_measure='gerd_pct_gdp',
        growth_measure='gerd_pct_gdp_yoy_pct'
    )
}}
