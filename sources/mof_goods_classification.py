"""Which class of technology level, capital or skill intensity a goods code belongs to.

Here: the CSV template in which the finance ministry's classification is handed over; no public
file of it is known. Not here: adding up trade by class (dbt_project).

A code may change its class, and the same digits mean other goods in another edition of the
Harmonized System: a row holds for one edition and from one month to another.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl

from sources.contract import (
    Source,
    SourceError,
    Table,
    Template,
    TemplateColumn,
    TemplateSheet,
)
from sources.tabular import read_templates, require

CLASSES: Mapping[str, tuple[str, ...]] = {
    "technology_level": ("high_tech", "medium_high_tech", "medium_low_tech", "low_tech"),
    "capital_intensity": tuple(f"{how}_capital_intensity" for how in ("high", "medium", "low")),
    "skill_intensity": tuple(f"{how}_skill_intensity" for how in ("high", "medium", "low")),
}
"""Classes of each scheme (科技層級, 資本密集度, 技術人力密集度), named as in the book's tables."""

GOODS_CLASS = Table(
    name="goods_class",
    columns={
        "hs_code": pl.String(),
        "hs_edition": pl.String(),
        "class_scheme": pl.String(),
        "class": pl.String(),
        "valid_from": pl.String(),
        "valid_to": pl.String(),
    },
    key=("hs_code", "hs_edition", "class_scheme", "valid_from"),
    description=(
        "The class of a goods code in one scheme, from a month to another (empty valid_to: until "
        "now). / 貨品號列於各分類架構之類別及適用期間（valid_to 空白表示迄今）。"
    ),
)


def read(files: Sequence[Path]) -> dict[str, pl.DataFrame]:
    """Read the template.

    Raises:
        SourceError: a bad row (see the expectations below), or two rows of one code and scheme
            whose months overlap.
    """
    tables = read_templates(files, (GOODS_CLASS,), optional=("valid_to",))
    frame = tables["goods_class"]
    is_code = pl.col("hs_code").str.contains(
        r"^([0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{8}|[0-9]{10,11})$"
    )
    require(frame, "hs_code", is_code, "2, 4, 6, 8, 10 or 11 digits with leading zeros")
    is_edition = pl.col("hs_edition").str.contains(r"^HS(1988|1992|1996|2002|2007|2012|2017|2022)$")
    require(frame, "hs_edition", is_edition, "an edition such as HS2017 or HS2022")
    is_scheme = pl.col("class_scheme").is_in(list(CLASSES))
    require(frame, "class_scheme", is_scheme, "one of " + ", ".join(CLASSES))
    for scheme, classes in CLASSES.items():
        holds = (pl.col("class_scheme") != scheme) | pl.col("class").is_in(classes)
        require(frame, "class", holds, f"of {scheme}: " + ", ".join(classes))
    is_month = r"^[0-9]{4}-(0[1-9]|1[0-2])$"
    for column in ("valid_from", "valid_to"):
        holds = pl.col(column).is_null() | pl.col(column).str.contains(is_month)
        require(frame, column, holds, "a month such as 2022-01")
    in_order = pl.col("valid_to").is_null() | (pl.col("valid_from") <= pl.col("valid_to"))
    require(frame, "valid_to", in_order, "a month not before valid_from, or an empty field")
    _check_overlap(frame)
    return tables


def _check_overlap(frame: pl.DataFrame) -> None:
    """Two classes for one code at one time would count its trade twice."""
    code = ["hs_code", "hs_edition", "class_scheme"]
    ordered = frame.sort(*code, "valid_from").with_columns(
        before=pl.col("valid_to").shift(1).over(code),
        line_before=pl.col("_source_row").shift(1).over(code),
        started=pl.col("valid_from").shift(1).over(code),
    )
    clash = ordered.filter(
        pl.col("started").is_not_null()
        & (pl.col("before").is_null() | (pl.col("before") >= pl.col("valid_from")))
    ).head(1)
    if clash.height:
        row = clash.row(0, named=True)
        raise SourceError(
            f"{row['hs_code']} ({row['hs_edition']}, {row['class_scheme']}) has two classes in "
            f"{row['valid_from']}: see also line {row['line_before']}.",
            file=row["_source_file"],
            place=row["_source_row"],
            expected="months that do not overlap",
            todo="close the older row with its last month in valid_to",
        )


SOURCE = Source(
    id="mof_goods_classification",
    title_en="Classification of goods by technology level, capital intensity and skill intensity",
    title_zh="貨品科技層級、資本密集度及技術人力密集度分類對照表",
    publisher_en="Department of Statistics, Ministry of Finance, Taiwan",
    publisher_zh="財政部統計處",
    homepage="https://www.mof.gov.tw",
    licence="Obtained on request from the ministry; confirm the terms with it before publishing",
    citation="財政部統計處，貨品分類對照表 (Ministry of Finance, Taiwan, classification of goods)",
    access="by hand",
    how_to_get=(
        "Ask the Department of Statistics for the table of goods codes by 科技層級, 資本密集度 and "
        "技術人力密集度, fill in the CSV template (UTF-8) hs_code,hs_edition,class_scheme,class,"
        "valid_from,valid_to (`whitepaper template mof_goods_classification`) and land it. "
        "Months as 2022-01; valid_to is empty while a class holds. Until it is landed, tables use "
        "the shares that the ministry publishes. "
        "向財政部統計處索取對照表，依範本填寫；號列須保留前導零。"
    ),
    tables=(GOODS_CLASS,),
    read=read,
    feeds=(),
    template=Template(
        sheets=(
            TemplateSheet(
                "goods_class",
                "One row per goods code, scheme and span of months / 每一號列、架構與期間一列",
                (
                    TemplateColumn(
                        "hs_code", "Goods code with leading zeros, 2 to 11 digits / 號列", "854231"
                    ),
                    TemplateColumn("hs_edition", "Edition of the HS / HS 版本", "HS2022"),
                    TemplateColumn(
                        "class_scheme", "One of " + ", ".join(CLASSES), "technology_level"
                    ),
                    TemplateColumn(
                        "class",
                        "; ".join(f"{scheme}: {', '.join(c)}" for scheme, c in CLASSES.items()),
                        "high_tech",
                    ),
                    TemplateColumn("valid_from", "First month / 起始年月", "2022-01"),
                    TemplateColumn("valid_to", "Last month; empty: until now / 終止年月", ""),
                ),
            ),
        ),
    ),
)
