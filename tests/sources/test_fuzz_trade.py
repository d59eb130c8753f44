"""Mutated files of the trade and patent sources: an error that says what is wrong, or all of it."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from fuzzing import mutate_file, read

from tests.sources.test_mof_goods_classification import TEXT
from tests.sources.test_px import SPARSE
from tests.standin.comtrade import document, line
from tests.standin.taiwan_trade import customs_csv, database_csv

ROUNDS = 150
SEEDS = {
    "comtrade": (
        "comtrade",
        "c.json",
        document([line(392, 2020, "X"), line(490, 2021, "M"), line(410, 2020, "X", motCode=3)]),
    ),
    "customs totals": ("customs_totals", "csv.csv", customs_csv((2014, 9))),
    "finance ministry": ("mof_trade_statistics", "i8121.csv", database_csv("i8121", 2026, 2026)),
    "classification of goods": ("mof_goods_classification", "g.csv", TEXT.encode()),
    "sparse px": ("dgbas_productivity", "s.px", SPARSE.encode()),
}


@pytest.mark.parametrize("seed", SEEDS)
def test_a_mutated_file_gives_an_error_or_whole_tables(seed: str, tmp_path: Path) -> None:
    source_id, name, content = SEEDS[seed]
    rng = random.Random(seed)
    assert read(source_id, {name: content}, tmp_path).error is None
    refused = 0
    for _ in range(ROUNDS):
        mutated = {name: mutate_file(content, rng)}
        refused += read(source_id, mutated, tmp_path).error is not None
    assert refused > ROUNDS // 4
