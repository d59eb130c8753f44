-- Figure 1-2-3: IMD scores of the criteria of table 1-2-7.
{{ score_figure('F1-2-03') }}
