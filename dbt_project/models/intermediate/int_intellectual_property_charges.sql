-- Charges for the use of intellectual property, receipts and payments, by quarter and year.
{{ observations_by_label(
    source_id='cbc_bop',
    statistics=ref('stg_cbc_bop__item'),
    indicators=['ip_charges_receipts', 'ip_charges_payments'],
    label='item_label_zh',
) }}
