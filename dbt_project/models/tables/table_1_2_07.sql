-- Table 1-2-7: services that support innovation, IMD ranks.
{{ peer_rank_table(table_id='T1-2-07') }}
