-- One row per wage statistic of the Ministry of Labor, labels as printed.
-- Choosing labels: int_wages.
{{ staged_statistics('mol_wages') }}
