"""World Economic Forum, Global Risks Report: the ranking of risks by severity.

Here: one CSV template, the rank order for the short and the long term.
Not here: which ranks a table prints (dbt_project, editions).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from sources.contract import Source, Table
from sources.tabular import read_templates, require
from sources.templates import template_of

HORIZONS = ("short_term_2y", "long_term_10y")

RISK_RANK = Table(
    name="risk_rank",
    columns={
        "report_year": pl.Int32(),
        "horizon": pl.String(),
        "rank": pl.Int32(),
        "risk_key": pl.String(),
        "risk_name_en": pl.String(),
        "risk_name_zh": pl.String(),
    },
    key=("report_year", "horizon", "rank"),
    description="A risk's place in the report's ranking by severity over two or ten years "
    "(1 = most severe).",
)


def read(files: Sequence[Path]) -> dict[str, pl.DataFrame]:
    """Read the template."""
    tables = read_templates(files, (RISK_RANK,))
    frame = tables["risk_rank"]
    require(frame, "horizon", pl.col("horizon").is_in(HORIZONS), " or ".join(HORIZONS))
    require(frame, "rank", pl.col("rank") >= 1, "a rank from 1")
    return tables


TEMPLATE_COLUMNS: dict[str, tuple[str, str]] = {
    "report_year": (
        "Year in the title of the report.",
        "2025",
    ),
    "horizon": (
        "short_term_2y or long_term_10y.",
        "short_term_2y",
    ),
    "rank": (
        "Place by severity, 1 = most severe.",
        "1",
    ),
    "risk_key": (
        "Our short name of the risk, the same every year.",
        "extreme_weather_events",
    ),
    "risk_name_en": (
        "Name in the report.",
        "Extreme weather events",
    ),
    "risk_name_zh": (
        "Chinese name as the table prints it.",
        "極端氣候事件",
    ),
}

SOURCE = Source(
    id="wef_grr",
    title_en="Global Risks Report: global risks ranked by severity",
    title_zh="全球風險報告：全球風險嚴重程度排名",
    publisher_en="World Economic Forum (WEF)",
    publisher_zh="世界經濟論壇（WEF）",
    homepage="https://www.weforum.org/publications/series/global-risks-report/",
    licence="© World Economic Forum, terms of use of weforum.org (reports: CC BY-NC-ND 4.0); only "
    "the order of the risks is kept here",
    citation="World Economic Forum, The Global Risks Report 2025, 20th edition, January 2025.",
    access="by hand",
    how_to_get="Copy the two rankings by severity (2 years, 10 years) of the January report into "
    "a CSV (UTF-8) with the header report_year,horizon,rank,risk_key,risk_name_en,risk_name_zh; "
    "horizon is short_term_2y or long_term_10y.",
    tables=(RISK_RANK,),
    read=read,
    feeds=("T1-1-04",),
    template=template_of((RISK_RANK,), TEMPLATE_COLUMNS),
    release_months=(1,),
    rolling=True,
)
