-- Table 1-2-4: researchers in full-time equivalents, in units of 10,000, and their growth. The book
-- heads the column 仟人 (thousands), but prints tens of thousands.
{{
    ranked_area_table(
        table_id='T1-2-04',
        indicator_id='researchers_fte',
        divisor=10000,
        level_measure='researchers_fte',
        growth_measure='researchers_fte_yoy_pct'
    )
}}
