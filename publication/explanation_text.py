"""Explanations as text for a person and as JSON for a program.

Here: wording, layout and the keys of the JSON (docs/explain.md). Not here: what is told
(`explanation`), the formulas (`formulas`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import PurePath
from typing import Any

from publication.codes import code_word, verdict_word
from publication.explanation import (
    ClaimExplanation,
    Explanation,
    Input,
    Observation,
    ObservationKey,
    amounts,
)
from publication.formulas import FORMULAS, ROLES, in_words, number
from publication.layout import Language, plain

SHOWN_RIVALS = 5
"""Of those that a rank is found among, so many are told; the JSON has all."""

_COUNTED = {
    "line": ("line", "行"),
    "sheet row": ("row", "列"),
    "value": ("value no.", "個值"),
    "data line": ("data line", "筆資料"),
}
_COUNTED_BY_NAME = {
    ".json": ("entry", "筆"),
    ".xlsx": ("row", "列"),
    ".ods": ("row", "列"),
    ".xls": ("line or row", "行（列）"),
}
"""What a row number counts, as far as a name tells; texts come as .xls, too."""
_WORDS: Mapping[str, tuple[str, str]] = {
    "printed": ("printed as", "應印"),
    "value": ("value", "數值"),
    "status": ("status", "狀態"),
    "formula": ("computed", "計算"),
    "book": ("in the book", "書中"),
    "erratum": ("erratum", "勘誤"),
    "revision": ("revision", "修正"),
    "gap": ("no value", "缺值原因"),
    "source": ("source", "來源"),
    "file": ("file", "檔案"),
    "licence": ("licence", "授權"),
    "cite": ("cite as", "引用"),
    "basis": ("basis", "基礎"),
    "sha256": ("sha256", "sha256"),
    "obtained": ("obtained", "取得"),
    "address": ("from", "網址"),
    "note": ("note", "說明"),
    "correction": ("correction", "更正"),
    "estimate": ("estimate", "推估"),
    "provisional": ("provisional", "初步"),
    "raw": ("raw", "原始列"),
    "where": ("fields", "欄位"),
    "in_file": ("multiplied", "換算"),
    "statement": ("statement", "敘述"),
    "verdict": ("verdict", "判定"),
    "evidence": ("evidence", "證據"),
}
_WIDTH = 12


def as_json(found: Explanation | Observation | ClaimExplanation) -> dict[str, Any]:
    """Return an explanation as plain values; keys never change their meaning."""
    if isinstance(found, Explanation):
        return _cell_as_json(found)
    if isinstance(found, Observation):
        return _observation_as_json(found)
    return {
        "kind": "claim",
        **found.claim,
        "cells": [_cell_as_json(cell) for cell in found.cells],
    }


def as_text(
    found: Sequence[Explanation | Observation | ClaimExplanation], language: Language
) -> str:
    """Return explanations for a person; the files that all of them rest on come last, once each."""
    page = _Page(language)
    for number_, each in enumerate(found):
        if number_:
            page.lines.append("")
        if isinstance(each, Explanation):
            _add_cell(page, each)
        elif isinstance(each, Observation):
            _add_observation(page, each, 0)
        else:
            _add_claim(page, each)
    _add_files(page)
    return "\n".join(page.lines)


def _cell_as_json(cell: Explanation) -> dict[str, Any]:
    return {
        "kind": "cell",
        "edition": cell.edition,
        "table_id": cell.key.table_id,
        "row_key": cell.key.row_key,
        "period": cell.key.period,
        "measure": cell.key.measure,
        "labels": dict(cell.labels),
        "printed_as": cell.printed_as,
        "value": cell.value,
        "decimals": cell.decimals,
        "unit_zh": cell.unit[0],
        "unit_en": cell.unit[1],
        "status": cell.status,
        "formula": _formula_as_json(cell.formula, cell.constant, cell.inputs),
        "inputs": _inputs_as_json(cell.inputs),
        "gaps": [dict(gap) for gap in cell.gaps],
        "revisions": [_without_key(line) for line in cell.revisions],
        "reconciliation": _without_key(cell.reconciliation) if cell.reconciliation else None,
        "errata": [_without_key(line) for line in cell.errata],
    }


def _observation_as_json(observation: Observation) -> dict[str, Any]:
    named = {
        name: dict(zip(("id", "name_zh", "name_en"), texts, strict=True))
        for name, texts in (
            ("indicator", observation.indicator),
            ("area", observation.area),
            ("unit", observation.unit),
        )
    }
    return {
        "kind": "observation",
        **named,
        "breakdown": observation.key.breakdown,
        "period": observation.key.period,
        "value": observation.value,
        "status": observation.status,
        "base_period": observation.base_period,
        "basis": observation.basis,
        "multiplier": observation.multiplier,
        "publisher_value": observation.publisher_value,
        "correction": dict(observation.correction) if observation.correction else None,
        "estimate": dict(observation.estimate) if observation.estimate else None,
        "provisional": _reason(observation.provisional),
        "formula": (
            _formula_as_json(observation.formula, observation.constant, observation.inputs)
            if observation.formula
            else None
        ),
        "inputs": _inputs_as_json(observation.inputs),
        "source": dict(observation.source),
        "vintage": observation.vintage,
        "source_file": observation.source_file,
        "source_row": observation.source_row,
        "is_counted_over_records": observation.is_counted,
        "files": [asdict(file) for file in observation.files],
        "raw": [asdict(line) for line in observation.raw],
    }


def _formula_as_json(
    formula: str, constant: float | None, inputs: Sequence[Input]
) -> dict[str, Any]:
    return {
        "id": formula,
        "constant": constant,
        "expression": FORMULAS[formula].expression,
        "words_zh": in_words(formula, constant, amounts(inputs, "zh"), "zh"),
        "words_en": in_words(formula, constant, amounts(inputs, "en"), "en"),
    }


def _inputs_as_json(inputs: Sequence[Input]) -> list[dict[str, Any]]:
    return [
        {"role": given.role, "observation": _observation_as_json(given.observation)}
        for given in inputs
    ]


def _reason(texts: tuple[str, str] | None) -> dict[str, str] | None:
    return {"reason_zh": texts[0], "reason_en": texts[1]} if texts else None


def _without_key(line: Mapping[str, Any]) -> dict[str, Any]:
    key = ("edition", "table_id", "row_key", "period", "measure")
    return {name: value for name, value in line.items() if name not in key}


class _Page:
    """Lines of text in one language, labels in a column of their own."""

    def __init__(self, language: Language) -> None:
        self.zh = language == "zh"
        self.language = language
        self.lines: list[str] = []
        self.told: set[ObservationKey] = set()
        self.files: dict[tuple[str, str, str], Observation] = {}

    def pick(self, pair: tuple[str, str]) -> str:
        return pair[1] if self.zh else pair[0]

    def word(self, kind: str, code: str | None) -> str:
        """Return what a code of the marts is called."""
        return code_word(kind, code, self.language)

    def add(self, word: str, text: str, indent: int = 2) -> None:
        label = self.pick(_WORDS[word])
        # A Chinese character takes two columns of a terminal.
        gap = max(_WIDTH - sum(2 if ord(letter) > 0x2E7F else 1 for letter in label), 1)
        self.lines.append(" " * indent + label + " " * gap + _legible(text))

    def mark(self, observation: Observation, file: str) -> str:
        """Return the number under which a file is described at the end of the page."""
        place = (observation.source["id"], observation.vintage or "", file)
        self.files.setdefault(place, observation)
        return f"[{list(self.files).index(place) + 1}]"


def _add_cell(page: _Page, cell: Explanation) -> None:
    labels, tongue = cell.labels, "zh" if page.zh else "en"
    place = " · ".join(
        filter(None, (labels[f"row_{tongue}"], cell.key.period, labels[f"measure_{tongue}"]))
    )
    page.lines += [
        _legible(f"{labels[f'number_{tongue}']} {labels[f'title_{tongue}']}"),
        _legible(f"{place}  [{' '.join(filter(None, cell.key))}]"),
    ]
    page.add("printed", f"{cell.printed_as}")
    page.add("value", f"{number(cell.value)}  ({cell.unit[0 if page.zh else 1]})")
    page.add("status", page.word("status", cell.status))
    page.add("formula", cell.formula_in_words(page.language))
    for gap in cell.gaps:
        reason = gap[f"reason_{tongue}"]
        page.add("gap", f"{gap['indicator_id']} {gap['area_code']} {gap['period']}: {reason}")
    _add_reconciliation(page, cell, tongue)
    for line in cell.revisions:
        page.add(
            "revision",
            f"{line['source_id']} {line['vintage']}: {line['printed_as']} "
            f"({number(line['value'])}; {_signed(line['change'])})",
        )
    _add_inputs(page, cell.inputs, 2)


def _add_reconciliation(page: _Page, cell: Explanation, tongue: str) -> None:
    found, stop = cell.reconciliation, page.pick((". ", "。"))
    if found is not None:
        verdict = verdict_word(found["verdict"], page.language)
        cause = str(found[f"cause_{tongue}"] or "")
        page.add("book", f"{found['printed']}: {verdict}" + (f"{stop}{cause}" if cause else ""))
    for line in cell.errata:
        decided = ", ".join(
            filter(
                None,
                (
                    page.word("triage", line["triage"]),
                    line["erratum_id"],
                    line["decided_by"],
                    str(line["decided_on"] or ""),
                ),
            )
        )
        should_be = f" → {line['should_be']}" if line["should_be"] else ""
        note = line[f"note_{tongue}"]
        page.add(
            "erratum",
            f"{line['printed']}{should_be} ({decided})" + (f"{stop}{note}" if note else ""),
        )


def _add_claim(page: _Page, explanation: ClaimExplanation) -> None:
    claim, tongue = explanation.claim, "zh" if page.zh else "en"
    page.lines.append(_legible(str(claim["claim_id"])))
    page.add("statement", str(claim[f"statement_{tongue}"]))
    page.add("verdict", page.word("claim_verdict", claim["verdict"]))
    page.add("evidence", str(claim[f"evidence_{tongue}"]))
    for cell in explanation.cells:
        page.lines.append("")
        _add_cell(page, cell)


def _add_inputs(page: _Page, inputs: Sequence[Input], indent: int) -> None:
    rivals = [given for given in inputs if given.role == "ranked_among"]
    for given in inputs:
        if given.role != "ranked_among":
            role = page.pick(ROLES.get(given.role, (given.role, given.role)))
            page.lines.append("")
            _add_observation(page, given.observation, indent, role)
    if not rivals:
        return
    ordered = sorted(rivals, key=lambda given: -(given.observation.value or 0.0))
    told = [
        f"{_name(page, given.observation.area)} {number(given.observation.value)}"
        for given in ordered[:SHOWN_RIVALS]
    ]
    more = "…" if len(rivals) > SHOWN_RIVALS else ""
    role = page.pick(ROLES["ranked_among"])
    page.lines += [
        "",
        " " * indent + f"{role} ({len(rivals)}): " + _legible("; ".join(told)) + more,
    ]


def _add_observation(page: _Page, observation: Observation, indent: int, role: str = "") -> None:
    what = ", ".join(
        filter(
            None,
            (
                _name(page, observation.indicator),
                _name(page, observation.area),
                observation.key.breakdown if observation.key.breakdown != "total" else "",
                observation.key.period,
            ),
        )
    )
    amount = observation.amount(page.language)
    page.lines.append(_legible(" " * indent + (f"{role}: " if role else "") + f"{what} = {amount}"))
    inner = indent + 2
    if observation.key in page.told:
        page.lines[-1] += page.pick(("  (see above)", "（見上）"))
        return
    page.told.add(observation.key)
    if observation.formula:
        words = amounts(observation.inputs, page.language)
        page.add(
            "formula",
            in_words(observation.formula, observation.constant, words, page.language),
            inner,
        )
    _add_decisions(page, observation, inner)
    if observation.vintage is not None:
        _add_provenance(page, observation, inner)
    _add_inputs(page, observation.inputs, inner)


def _add_decisions(page: _Page, observation: Observation, indent: int) -> None:
    tongue = "zh" if page.zh else "en"
    if (estimate := observation.estimate) is not None:
        page.add(
            "estimate",
            f"{page.word('rule', estimate['rule'])}: {estimate[f'reason_{tongue}']} "
            f"({estimate['decided_by']}, {estimate['decided_on']})",
            indent,
        )
    if (correction := observation.correction) is not None:
        page.add(
            "correction",
            f"{number(observation.publisher_value)} → {number(correction['value'])}: "
            f"{correction[f'reason_{tongue}']} [{correction['evidence']}] "
            f"({correction['decided_by']}, {correction['decided_on']})",
            indent,
        )
    if observation.provisional is not None:
        page.add("provisional", observation.provisional[0 if page.zh else 1], indent)
    elif observation.status and observation.estimate is None:
        page.add("status", page.word("observation", observation.status), indent)


def _add_provenance(page: _Page, observation: Observation, indent: int) -> None:
    for file in observation.files:
        mark = page.mark(observation, file.file)
        page.add("source", f"{file.file}{_line_word(page, observation)}  {mark}", indent)
    if observation.multiplier not in (None, 1.0):
        times = number(observation.multiplier)
        page.add(
            "in_file", page.pick((f"the number there × {times}", f"檔中數字 × {times}")), indent
        )
    for line in observation.raw:
        place = f"{line.place}: " if line.place else ""
        page.add("raw", f"{place}{line.text}", indent)
        labelled = [f"{label}={text}" for label, text in line.fields if label and text]
        if labelled:
            page.add("where", "; ".join(labelled), indent)


def _add_files(page: _Page) -> None:
    """Describe, once each, the files that the lines above are from."""
    tongue = "zh" if page.zh else "en"
    for number_, ((source_id, vintage, name), observation) in enumerate(page.files.items(), 1):
        source = observation.source
        file = next(file for file in observation.files if file.file == name)
        publisher, title = source[f"publisher_{tongue}"], source[f"title_{tongue}"]
        page.lines += ["", _legible(f"  [{number_}] {publisher}: {title}")]
        page.add("file", f"{name}  ({source_id} {vintage}, {file.size_bytes:,} bytes)", 6)
        page.add("sha256", file.sha256, 6)
        page.add("basis", page.word("basis", file.basis), 6)
        page.add("obtained", f"{file.obtained_how}, {file.obtained_at}", 6)
        if file.url:
            page.add("address", file.url, 6)
        page.add("licence", file.licence, 6)
        page.add("cite", file.citation, 6)
        if file.note:
            page.add("note", file.note, 6)


def _line_word(page: _Page, observation: Observation) -> str:
    if observation.source_row is None:
        return page.pick((", counted over its records", "，依其紀錄計數"))
    row = observation.source_row
    if observation.raw:
        en, zh = _COUNTED[observation.raw[0].counted_as]
    else:
        suffix = PurePath(observation.source_file).suffix.lower()
        en, zh = _COUNTED_BY_NAME.get(suffix, _COUNTED["line"])
    return page.pick((f", {en} {row}", f"，第{row}{zh}"))


def _name(page: _Page, texts: tuple[str, str, str]) -> str:
    return texts[1 if page.zh else 2] or texts[0]


def _signed(value: float | None) -> str:
    if value is None:
        return "N/A"
    return ("+" if value >= 0 else "−") + number(abs(value))


def _legible(text: str) -> str:
    """Return a text on one line, without what would garble a terminal."""
    return plain(text.replace("\t", " ").replace("\r", "").replace("\n", " ⏎ "))
