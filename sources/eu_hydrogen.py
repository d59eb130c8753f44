"""EU Hydrogen Strategy: the targets of its three stages.

Here: one CSV template, the text of each stage's target.
Not here: the gigawatts and tonnes in that text, which the staging model extracts (dbt_project).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from sources.contract import Source, Table
from sources.tabular import read_templates, require
from sources.templates import template_of

STAGE_TARGET = Table(
    name="stage_target",
    columns={
        "stage_key": pl.String(),
        "stage_zh": pl.String(),
        "period_from": pl.Int32(),
        "period_to": pl.Int32(),
        "target_text_zh": pl.String(),
    },
    key=("stage_key",),
    description="Years and target of a stage of the EU hydrogen ecosystem, in the words of the "
    "Energy Administration's knowledge base.",
)


def read(files: Sequence[Path]) -> dict[str, pl.DataFrame]:
    """Read the template."""
    tables = read_templates(files, (STAGE_TARGET,))
    in_order = pl.col("period_from") <= pl.col("period_to")
    require(tables["stage_target"], "period_to", in_order, "a year not before period_from")
    for unit in ("GW", "萬噸"):
        # Staging takes the number before the unit; of two, or a range, it would take one.
        text = pl.col("target_text_zh")
        is_range = text.str.contains(rf"(-|[0-9]\s*[~～–—至到])\s*[0-9][0-9,.]*\s*{unit}")
        is_clear = ~is_range & (text.str.count_matches(unit, literal=True) <= 1)
        require(tables["stage_target"], "target_text_zh", is_clear, f"one number of {unit}")
    return tables


TEMPLATE_COLUMNS: dict[str, tuple[str, str]] = {
    "stage_key": (
        "stage_1, stage_2, ...",
        "stage_1",
    ),
    "stage_zh": (
        "Chinese name as the table prints it.",
        "第1階段",
    ),
    "period_from": (
        "First year of the stage.",
        "2020",
    ),
    "period_to": (
        "Last year of the stage.",
        "2024",
    ),
    "target_text_zh": (
        "The target in the words of the knowledge base; at most one number of GW and one of 萬噸.",
        "建立6 GW的電解槽，年產100萬噸綠氫",
    ),
}

SOURCE = Source(
    id="eu_hydrogen",
    title_en="EU Hydrogen Strategy: targets by stage, 2020-2050",
    title_zh="歐盟氫能策略：2020~2050年各階段目標",
    publisher_en="European Commission; Energy Administration, Ministry of Economic Affairs",
    publisher_zh="歐盟執委會；經濟部能源署能源知識庫",
    homepage="https://eur-lex.europa.eu/legal-content/EN/TXT/?uri=CELEX:52020DC0301",
    licence="Commission documents may be reused with acknowledgement (Decision 2011/833/EU, "
    "CC BY 4.0); Chinese text: Energy Administration, quoted with its source",
    citation="European Commission (8 July 2020), A hydrogen strategy for a climate-neutral Europe, "
    "COM(2020) 301 final; 經濟部能源署能源知識庫，2020年7月。",
    access="by hand",
    how_to_get="Copy the three stages from the Energy Administration's knowledge base into a CSV "
    "(UTF-8) with the header stage_key,stage_zh,period_from,period_to,target_text_zh.",
    tables=(STAGE_TARGET,),
    read=read,
    feeds=("T1-4-07",),
    template=template_of((STAGE_TARGET,), TEMPLATE_COLUMNS),
)
