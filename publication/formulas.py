"""The formulas of the warehouse in words: one entry per id that the models carry.

Here: what `formula` in cell_formula and observation_formula means, in both languages and as an
expression. Not here: computing (dbt_project computes and carries the id, the constant and the
inputs), numbers and units of a cell (`explanation`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Formula:
    """A formula: its expression over the roles of its inputs, and the same in words.

    In the words, ``{role}`` stands for the value of that input with its unit, ``{constant}`` for
    the formula's constant. `expression` is for programs: roles, ``constant``, arithmetic.
    """

    expression: str
    words_en: str
    words_zh: str


FORMULAS: Mapping[str, Formula] = {
    "given": Formula("value", "as in the source: {value}", "同來源所載：{value}"),
    "scaled": Formula("value / constant", "{value} ÷ {constant}", "{value} ÷ {constant}"),
    "rounded": Formula(
        "round_half_away(value, constant)",
        "{value}, rounded to {constant} decimals",
        "{value}，四捨五入至小數{constant}位",
    ),
    "growth_pct": Formula(
        "100 * (value / previous - 1)",
        "growth over the year before: 100 × ({value} ÷ {previous} − 1)",
        "較前一年之變動率：100 ×（{value} ÷ {previous} − 1）",
    ),
    "difference": Formula(
        "(minuend - subtrahend) / constant",
        "({minuend} − {subtrahend}) ÷ {constant}",
        "（{minuend} − {subtrahend}）÷ {constant}",
    ),
    "sum": Formula(
        "(addend + other_addend) / constant",
        "({addend} + {other_addend}) ÷ {constant}",
        "（{addend} + {other_addend}）÷ {constant}",
    ),
    "share_pct": Formula(
        "100 * numerator / denominator",
        "share: 100 × {numerator} ÷ {denominator}",
        "占比：100 × {numerator} ÷ {denominator}",
    ),
    "share_change_pp": Formula(
        "100 * numerator / denominator - 100 * previous_numerator / previous_denominator",
        "change of the share in percentage points: 100 × {numerator} ÷ {denominator} "
        "− 100 × {previous_numerator} ÷ {previous_denominator}",
        "占比變動（百分點）：100 × {numerator} ÷ {denominator} "
        "− 100 × {previous_numerator} ÷ {previous_denominator}",
    ),
    "share_of_total": Formula(
        "total / constant * round_half_away(share, 2) / 100",
        "{total} ÷ {constant} × {share} ÷ 100, the share rounded to 2 decimals",
        "{total} ÷ {constant} × {share} ÷ 100，占比取至小數2位",
    ),
    "whole": Formula(
        "100 * total / total", "the total, {total}, is all of itself", "總計{total}占其本身之全部"
    ),
    "quotient": Formula(
        "numerator / (denominator / constant)",
        "{numerator} ÷ ({denominator} ÷ {constant})",
        "{numerator} ÷（{denominator} ÷ {constant}）",
    ),
    "rank": Formula(
        "1 + number of ranked_among greater than value",
        "rank of {value} among {ranked_among}, the largest first",
        "{value}於{ranked_among}中由大至小之名次",
    ),
    "place": Formula(
        "1 + number of ranked_among greater than value, or equal and before it by area code",
        "place of {value} among {ranked_among}, the largest first, equal ones by area code",
        "{value}於{ranked_among}中由大至小之次序，相同者依地區代碼",
    ),
    "missing": Formula("none", "there is no observation to compute it from", "無可供計算之觀測值"),
    # Observations that are made from others.
    "given_by_editor": Formula(
        "constant", "the editor's figure: {constant}", "編輯給定之值：{constant}"
    ),
    "interpolate": Formula(
        "before + (after - before) * (year - year of before) / (year of after - year of before)",
        "on the straight line from {before} to {after}",
        "{before}與{after}間之線性內插",
    ),
    "extend_increment": Formula(
        "previous + (previous - before_previous)",
        "the last increment once more: {previous} + ({previous} − {before_previous})",
        "延續前次增量：{previous} +（{previous} − {before_previous}）",
    ),
    "carry_growth": Formula(
        "previous * (1 + constant / 100)",
        "the year before carried on: {previous} × (1 + {constant} ÷ 100)",
        "由前一年推估：{previous} ×（1 + {constant} ÷ 100）",
    ),
    # Observations that are made from records, not from lines that could be shown one by one.
    "count_of_records": Formula(
        "number of records", "a count over the records of the files", "檔案紀錄之件數"
    ),
    "weighted_count_of_records": Formula(
        "sum of the records' weights",
        "a weighted count over the records of the files",
        "檔案紀錄之加權件數",
    ),
    "sum_of_records": Formula(
        "sum over the records", "a sum over the records of the files", "檔案紀錄之合計"
    ),
}

ROLES: Mapping[str, tuple[str, str]] = {
    "value": ("value", "本期值"),
    "previous": ("year before", "前一年"),
    "before_previous": ("two years before", "前二年"),
    "before": ("before", "前一觀測"),
    "after": ("after", "後一觀測"),
    "minuend": ("from", "被減數"),
    "subtrahend": ("less", "減數"),
    "addend": ("one", "加數"),
    "other_addend": ("and other", "另一加數"),
    "numerator": ("part", "分子"),
    "denominator": ("whole", "分母"),
    "previous_numerator": ("part, year before", "前一年分子"),
    "previous_denominator": ("whole, year before", "前一年分母"),
    "total": ("total", "總計"),
    "share": ("share", "占比"),
    "ranked_among": ("ranked among", "參與排名"),
}
"""What each role of an input is called, in English and Chinese."""

NOT_THERE = ("(none)", "（無）")


def in_words(formula: str, constant: float | None, inputs: Mapping[str, str], language: str) -> str:
    """Return a formula in words with its inputs filled in.

    Args:
        formula: an id of `FORMULAS`.
        constant: its constant, if it has one.
        inputs: by role, the value with its unit; a role that is not there is shown as none.
        language: ``en`` or ``zh``.

    Raises:
        KeyError: the formula is not declared here.

    >>> in_words("scaled", 100.0, {"value": "4,021 USD million"}, "en")
    '4,021 USD million ÷ 100'
    """
    declared = FORMULAS[formula]
    words = declared.words_zh if language == "zh" else declared.words_en
    absent = NOT_THERE[language == "zh"]
    filled = dict.fromkeys(ROLES, absent) | dict(inputs)
    return words.format(constant=number(constant) if constant is not None else absent, **filled)


def number(value: float | None) -> str:
    """Return a number with all digits that it has, grouped by thousands.

    >>> number(1234.5), number(100.0), number(None), number(1e-7)
    ('1,234.5', '100', 'N/A', '0.0000001')
    """
    if value is None:
        return "N/A"
    from decimal import Decimal

    text = f"{Decimal(repr(value)):,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
