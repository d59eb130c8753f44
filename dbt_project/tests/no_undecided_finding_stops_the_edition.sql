-- One returned row: a printed cell or a statement that the evidence contradicts, of a kind that the
-- edition's policy (reconciliation.yml) lets block, and on which the editor has not decided; or one
-- that was decided on and is now found otherwise.
{{ undecided_findings('block') }}
