{{ config(severity='warn') }}
-- One returned row: a printed cell or a statement that the edition's policy (reconciliation.yml) puts
-- before the editor, and on which the editor has not decided. The edition is published.
{{ undecided_findings('warn') }}
