"""In which order, and when: Dagster definitions and the `whitepaper` command.

Thin by rule: no parsing (sources), no statistics (dbt_project), no judgement (expectations).
"""
