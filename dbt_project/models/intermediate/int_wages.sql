-- Real total monthly earnings per employee in industry and services.
{{ observations_by_label(
    source_id='mol_wages',
    statistics=ref('stg_mol_wages__statistic'),
    indicators=['real_monthly_wage'],
    unit='unit_zh',
    label='item_label_zh',
    title='table_title_zh',
) }}
