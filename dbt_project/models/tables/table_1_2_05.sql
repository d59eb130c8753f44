-- Table 1-2-5: researchers per thousand employed, and the relative change of that ratio.
{{
    ranked_area_table(
        table_id='T1-2-05',
        indicator_id='researchers_per_1000_employed',
        divisor=1,
        level_measure='researchers_per_1000_employees',
        growth_measure='researchers_per_1000_employees_yoy_pct'
    )
}}
