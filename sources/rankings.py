"""International rankings of innovation and artificial intelligence, from several publishers.

Here: one CSV template, an economy's place and how many economies were ranked.
Not here: the IMD criteria behind tables 1-2-6 and 1-2-7 (`imd_wcy`).

The period is text as the publisher names the edition (`2025`, `2024-2025`) and is empty where the
publisher names none.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from sources.contract import Source, Table
from sources.tabular import read_templates, require
from sources.templates import template_of

EVALUATION = Table(
    name="evaluation",
    columns={
        "evaluation_key": pl.String(),
        "evaluation_name_zh": pl.String(),
        "evaluator_zh": pl.String(),
        "period": pl.String(),
        "area_code": pl.String(),
        "rank": pl.Int32(),
        "economies_evaluated": pl.Int32(),
    },
    key=("evaluation_key", "period", "area_code"),
    description="An economy's rank in one edition of an international ranking, and the number of "
    "economies ranked.",
)


def read(files: Sequence[Path]) -> dict[str, pl.DataFrame]:
    """Read the template."""
    tables = read_templates(files, (EVALUATION,), keep_empty=("period",))
    frame = tables["evaluation"]
    is_period = pl.col("period").str.contains(r"^([0-9]{4}(-[0-9]{4})?)?$")
    require(frame, "period", is_period, "a year, two joined by '-', or an empty field")
    is_area = pl.col("area_code").str.contains(r"^[A-Z]{3}$")
    require(frame, "area_code", is_area, "three letters (ISO 3166-1)")
    is_rank = pl.col("rank").is_between(1, pl.col("economies_evaluated"))
    require(frame, "rank", is_rank, "a rank from 1 to economies_evaluated")
    return tables


TEMPLATE_COLUMNS: dict[str, tuple[str, str]] = {
    "evaluation_key": (
        "Our short name of the ranking, the same every year; small letters and _.",
        "national_competitiveness",
    ),
    "evaluation_name_zh": (
        "Chinese name as the table prints it.",
        "國家整體競爭力",
    ),
    "evaluator_zh": (
        "Who made it, with its edition, as the table prints it.",
        "洛桑國際管理學院(IMD) 2025",
    ),
    "period": (
        "Edition of the ranking: a year, or two joined by -; empty where the publisher names none.",
        "2024-2025",
    ),
    "area_code": (
        "Economy, three letters (ISO 3166-1).",
        "TWN",
    ),
    "rank": (
        "Its place, from 1.",
        "6",
    ),
    "economies_evaluated": (
        "How many economies were ranked.",
        "69",
    ),
}

SOURCE = Source(
    id="rankings",
    title_en="International rankings of innovation and artificial intelligence",
    title_zh="國際創新與人工智慧評比排名",
    publisher_en="IMD, CEOWORLD, GEM, Oxford Insights, Tortoise Media, IFR",
    publisher_zh="洛桑國際管理學院、CEOWORLD、全球創業觀察、Oxford Insights、Tortoise Media、"
    "國際機器人聯合會",
    homepage="https://www.imd.org/centers/wcc/world-competitiveness-center/rankings/",
    licence="Each publisher's own terms, all rights reserved; single ranks are quoted with their "
    "source",
    citation="IMD World Competitiveness Ranking 2025; CEOWORLD magazine; Global Entrepreneurship "
    "Monitor 2024/2025; Oxford Insights, Government AI Readiness Index 2024; Tortoise Media, "
    "Global AI Index 2024; International Federation of Robotics 2024.",
    access="by hand",
    how_to_get="Look the ranks up in the publishers' reports and fill in a CSV (UTF-8) with the "
    "header evaluation_key,evaluation_name_zh,evaluator_zh,period,area_code,rank,"
    "economies_evaluated.",
    tables=(EVALUATION,),
    read=read,
    feeds=("T1-2-12",),
    template=template_of((EVALUATION,), TEMPLATE_COLUMNS),
    rolling=True,
)
