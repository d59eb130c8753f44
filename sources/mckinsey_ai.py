"""McKinsey Digital: when artificial intelligence clearly surpasses human performance.

Here: one CSV template, the year estimated before and after generative AI for each capability.
Not here: the order of the printed rows (dbt_project, editions).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from sources.contract import Source, Table
from sources.tabular import read_templates, require
from sources.templates import template_of

ESTIMATES = ("pre_genai_estimate", "post_genai_estimate")

CAPABILITY_YEAR = Table(
    name="capability_year",
    columns={
        "position": pl.Int32(),
        "capability_key": pl.String(),
        "capability_zh": pl.String(),
        "capability_en": pl.String(),
        "estimate": pl.String(),
        "calendar_year": pl.Int32(),
    },
    key=("capability_key", "estimate"),
    description="Year in which a technology reaches the top quartile of human performance in a "
    "capability, as estimated before and after generative AI; position is the report's order.",
)


def read(files: Sequence[Path]) -> dict[str, pl.DataFrame]:
    """Read the template."""
    tables = read_templates(files, (CAPABILITY_YEAR,))
    frame = tables["capability_year"]
    require(frame, "estimate", pl.col("estimate").is_in(ESTIMATES), " or ".join(ESTIMATES))
    is_year = pl.col("calendar_year").is_between(2000, 2100)
    require(frame, "calendar_year", is_year, "a year from 2000 to 2100")
    return tables


TEMPLATE_COLUMNS: dict[str, tuple[str, str]] = {
    "position": (
        "Place of the capability in the report's chart, from 1.",
        "1",
    ),
    "capability_key": (
        "Our short name of the capability.",
        "creativity",
    ),
    "capability_zh": (
        "Chinese name as the table prints it.",
        "創造力",
    ),
    "capability_en": (
        "Name in the report.",
        "Creativity",
    ),
    "estimate": (
        "pre_genai_estimate or post_genai_estimate: a row for each.",
        "pre_genai_estimate",
    ),
    "calendar_year": (
        "Year read off the chart.",
        "2045",
    ),
}

SOURCE = Source(
    id="mckinsey_ai",
    title_en="The economic potential of generative AI: years in which AI surpasses humans",
    title_zh="生成式AI的經濟潛力：AI能力超越人類的時間點",
    publisher_en="McKinsey Digital",
    publisher_zh="麥肯錫數位（McKinsey Digital）",
    homepage="https://www.mckinsey.com/capabilities/mckinsey-digital/our-insights/"
    "the-economic-potential-of-generative-ai-the-next-productivity-frontier",
    licence="© McKinsey & Company, all rights reserved; the years are quoted with their source",
    citation="McKinsey Digital (June 2023), The economic potential of generative AI: the next "
    "productivity frontier.",
    access="by hand",
    how_to_get="Read the years (top quartile of human performance) off the report's chart into a "
    "CSV (UTF-8) with the header position,capability_key,capability_zh,capability_en,estimate,"
    "calendar_year; estimate is pre_genai_estimate or post_genai_estimate.",
    tables=(CAPABILITY_YEAR,),
    read=read,
    feeds=("T1-1-02",),
    template=template_of((CAPABILITY_YEAR,), TEMPLATE_COLUMNS),
)
