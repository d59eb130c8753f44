"""Printed cells against the evidence: a thin adapter, the comparison is `reconciliation`'s."""

import polars as pl

from reconciliation.mart import reconciliation_mart


def model(dbt, session):
    dbt.config(materialized="table")
    relations = {
        "printed_cell": dbt.ref("printed_cell"),
        "book_cell": dbt.ref("book_cell"),
        "book_measure": dbt.ref("book_measure"),
        "book_row": dbt.ref("book_row"),
        "source_snapshot": dbt.ref("source_snapshot"),
        "dim_source": dbt.ref("dim_source"),
        "estimate": dbt.source("edition", "estimate"),
        "relation": dbt.source("edition", "relation"),
        "policy": dbt.source("edition", "policy"),
        "triage": dbt.source("edition", "triage"),
        "vintage_cell": dbt.source("edition", "vintage_cell"),
    }
    tables = {name: pl.from_arrow(found.to_arrow_table()) for name, found in relations.items()}
    return reconciliation_mart(tables).to_arrow()
