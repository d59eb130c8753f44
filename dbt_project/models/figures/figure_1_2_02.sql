-- Figure 1-2-2: IMD scores of the criteria of table 1-2-6.
{{ score_figure('F1-2-02') }}
