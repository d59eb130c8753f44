-- Figure 1-2-10: technology imports by origin.
{{
    technology_partner_figure(
        'F1-2-10',
        flow='payments',
        amount='tech_import_ntd_100m',
        share='tech_import_share_pct'
    )
}}
