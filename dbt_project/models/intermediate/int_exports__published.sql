-- Total exports and the published share of each class: the published route. Amounts per class
-- follow from the two (table_1_2_09 to 11).
{{ observations_by_label(
    source_id='mof_trade_statistics',
    statistics=ref('stg_mof_trade_statistics__statistic'),
    indicators=['exports_total', 'export_share'],
    unit='unit_zh',
    label='item_label_zh',
    title='table_title_zh',
) }}
