-- Table 1-2-6: basic environment for industrial innovation, IMD ranks.
{{ peer_rank_table(table_id='T1-2-06') }}
