-- Figure 1-2-9: technology exports by destination.
{{
    technology_partner_figure(
        'F1-2-09',
        flow='receipts',
        amount='tech_export_ntd_100m',
        share='tech_export_share_pct'
    )
}}
