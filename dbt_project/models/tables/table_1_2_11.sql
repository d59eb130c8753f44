-- Table 1-2-11: exports by skilled-labour intensity, amount and share.
{{ export_table('T1-2-11') }}
