"""What the codes in the marts are called, in Chinese and English.

Here: the words for verdicts, decisions, statuses, rules and the like, for every answer that shows
them. Not here: formulas (`formulas`), labels of tables and indicators (they are in the database),
the other words of the site (`site.wording`).
"""

from __future__ import annotations

from publication.layout import Language

VERDICTS: dict[str, tuple[str, str, str, str]] = {
    "exact": (
        "相符",
        "exact",
        "等於計算值四捨五入之結果。",
        "Is what the computed value rounds to.",
    ),
    "within_rounding": (
        "捨入範圍內",
        "within rounding",
        "小數位數與宣告不同，就其位數而言正確。",
        "Has other decimals than declared, and is right at those.",
    ),
    "other_rounding_rule": (
        "捨入規則不同",
        "other rounding rule",
        "以無條件捨去、進位或四捨六入得出。",
        "Is cut off, rounded up or rounded half to even.",
    ),
    "estimate_declared": (
        "已宣告之推估",
        "declared estimate",
        "為編輯宣告之推估值，或由其算得。",
        "Is, or is made from, an estimate that the editor has declared.",
    ),
    "estimate_undeclared": (
        "未宣告之推估",
        "undeclared estimate",
        "無來源，僅能以延伸或內插得出。",
        "Has no source; only carrying on or interpolating gives it.",
    ),
    "other_vintage": (
        "其他版本之數值",
        "other vintage",
        "為另一已取得版本之數值。",
        "Is the figure of another landed vintage.",
    ),
    "preliminary": (
        "初步統計",
        "preliminary",
        "為初步統計數、其後已修正，或初步標記有誤。",
        "Is preliminary, has been revised since, or has the mark wrongly.",
    ),
    "unit_slip": (
        "單位錯誤",
        "unit slip",
        "相差十之乘冪，或單位標示錯誤。",
        "Is right but for a power of ten, or the unit label is wrong.",
    ),
    "row_interchanged": (
        "列互換",
        "rows interchanged",
        "數值印於另一列，該列之數值印於此。",
        "Stands in another row, whose number stands here.",
    ),
    "copied_from_other_period": (
        "誤植他期數值",
        "copied from other period",
        "為另一期間之數值。",
        "Is the figure of another period.",
    ),
    "sort_order_broken": (
        "列序錯誤",
        "order broken",
        "所在列不合宣告之排序。",
        "Its line is out of the declared order.",
    ),
    "rank_contradicts_values": (
        "名次與數值矛盾",
        "rank contradicts values",
        "名次與旁邊之數值不符。",
        "Is a rank that the values beside it deny.",
    ),
    "parts_do_not_add": (
        "加總不符",
        "parts do not add",
        "各部分與合計不符，且非捨入所致。",
        "Belongs to parts and a total that do not add; rounding does not explain it.",
    ),
    "implausible_jump": (
        "變動異常",
        "implausible jump",
        "變動超出宣告之合理範圍。",
        "Changes, or implies a change, beyond the declared bounds.",
    ),
    "mismatch": ("不符", "mismatch", "與計算值不同。", "Differs from what is computed."),
    "not_reproducible": (
        "無法重現",
        "not reproducible",
        "無來源，亦無宣告之推估。",
        "Has no source and no declared estimate.",
    ),
}
"""Verdicts on printed numbers: name zh, name en, meaning zh, meaning en. The words of
docs/reconciliation.md, in the order of the list there."""

AGREEING = frozenset({"exact", "within_rounding", "estimate_declared"})
"""Verdicts with which a printed number stands as it is."""

CODES: dict[str, dict[str, tuple[str, str]]] = {
    "claim_verdict": {
        "holds": ("成立", "holds"),
        "holds_only_for_vintage": ("僅於某版本成立", "holds for one vintage only"),
        "does_not_hold": ("不成立", "does not hold"),
        "cannot_be_checked": ("無法查核", "cannot be checked"),
    },
    "triage": {
        "confirmed": ("應更正", "to correct"),
        "explained": ("有已知原因", "differs for a known reason"),
        "rejected": ("維持原印刷", "stands as printed"),
        "changed": ("裁定後已變動", "changed since it was decided"),
        "": ("尚未裁定", "undecided"),
    },
    "status": {
        "": ("正常", "normal"),
        "P": ("初步統計", "provisional"),
        "E": ("編輯推估", "the editor's estimate"),
        "M": ("缺值", "missing"),
    },
    "observation": {
        "E": ("發布機關推估", "estimated by the publisher"),
        "P": ("初步統計", "provisional"),
        "B": ("序列中斷", "break in the series"),
        "M": ("缺值", "missing"),
    },
    "rule": {
        "given": ("直接給定", "given"),
        "interpolate": ("前後兩年內插", "interpolated between the years around it"),
        "extend_increment": ("沿用前期增量", "carried on by the last increment"),
        "carry_growth": ("沿用成長率", "carried on by a growth rate"),
    },
    "outcome": {
        "not_yet_published": ("尚未發布", "not yet"),
        "arrived": ("已於其他版本發布", "in another landed vintage"),
        "superseded": ("已發布並採用", "published and used"),
        "other_base_year": ("已發布，基期不同", "published on another base year"),
    },
    "basis": {
        "publisher": ("發布機關原檔", "the publisher's own file"),
        "transcribed": ("依已印書轉錄", "transcribed from the printed book"),
        "editor": ("編輯推估", "the editor's estimate"),
        "corrected": ("編輯更正", "corrected by the editor"),
    },
    "access": {
        "open": ("公開取得", "open"),
        "by hand": ("人工取得", "by hand"),
    },
    "station": {
        "edition": ("版次宣告", "Declared by the edition"),
        "bronze": ("發布機關資料表", "Publisher's table"),
        "reference": ("參考清單", "Reference list"),
        "staging": ("整理", "Renamed and decoded"),
        "intermediate": ("計算", "Computed"),
        "tables": ("書中之表", "Printed table"),
        "figures": ("書中之圖", "Figure"),
        "marts": ("資料集", "Mart"),
    },
}
"""What the codes of the marts are called; a code without an entry is shown as it is."""


def code_word(kind: str, code: str | None, language: Language) -> str:
    """What a code of the marts is called; the code itself where it has no name."""
    pair = CODES[kind].get(code or "")
    return pair[0 if language == "zh" else 1] if pair else str(code)


def verdict_word(verdict: str, language: Language) -> str:
    """What a verdict on a printed number is called."""
    entry = VERDICTS.get(verdict)
    return entry[0 if language == "zh" else 1] if entry else verdict.replace("_", " ")


def verdict_meaning(verdict: str, language: Language) -> str:
    """What a verdict on a printed number means, in one sentence."""
    entry = VERDICTS.get(verdict)
    return entry[2 if language == "zh" else 3] if entry else ""
