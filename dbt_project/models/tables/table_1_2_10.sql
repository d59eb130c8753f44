-- Table 1-2-10: exports by capital intensity, amount and share.
{{ export_table('T1-2-10') }}
