-- Table 1-2-9: exports by technology level, amount and share.
{{ export_table('T1-2-09') }}
