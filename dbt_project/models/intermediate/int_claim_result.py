"""Statements of the prose against the evidence: a thin adapter, judging is `reconciliation`'s."""

import polars as pl

from reconciliation.claims.mart import claim_mart
from reconciliation.policy import decide


def model(dbt, session):
    dbt.config(materialized="table")
    # Queries of claims may also read these; named here so that they are built before.
    dbt.ref("book_row")
    dbt.ref("book_table")
    dbt.ref("dim_area")
    relations = {
        "book_cell": dbt.ref("book_cell"),
        "printed_cell": dbt.ref("printed_cell"),
        "book_measure": dbt.ref("book_measure"),
        "indicator_observation": dbt.ref("indicator_observation"),
        "dim_indicator": dbt.ref("dim_indicator"),
        "claim": dbt.source("edition", "claim"),
        "claim_setting": dbt.source("edition", "claim_setting"),
        "policy": dbt.source("edition", "policy"),
        "triage": dbt.source("edition", "triage"),
        "vintage_cell": dbt.source("edition", "vintage_cell"),
    }
    tables = {name: pl.from_arrow(found.to_arrow_table()) for name, found in relations.items()}

    def run_sql(query):
        found = session.execute(query).fetchone()
        return found[0] if found else None

    judged = claim_mart(tables, run_sql)
    return decide(judged, tables["policy"], tables["triage"]).to_arrow()
