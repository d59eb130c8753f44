"""What a reader is told of one number when he selects it, and the file that carries it.

Here: the sections of a number's history as label and text, and packing those of a table into one
script. A page under file:// may load a script but not fetch a file, and the pages stay small. Not
here: where a number comes from (publication.explanation), the formulas (publication.formulas).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from publication.codes import code_word, verdict_word
from publication.explanation import Explanation, Input, Observation, SourceFile, amounts
from publication.formulas import ROLES, in_words, number
from publication.layout import Language
from publication.site.wording import words

SHOWN_RIVALS = 5
"""Of the areas that a rank is found among, so many are named."""


@dataclass
class Section:
    """A headed list of (label, text) or (label, text, address) entries."""

    heading: str
    entries: list[tuple[str, ...]] = field(default_factory=list)

    def add(self, label: str, text: object, address: str = "") -> None:
        """Add an entry unless there is nothing to say."""
        shown = "" if text is None else str(text)
        if shown:
            self.entries.append((label, shown, address) if address else (label, shown))


def history(
    cell: Explanation,
    shown: str,
    claims: Sequence[Mapping[str, Any]],
    language: Language,
) -> list[Section]:
    """Tell where a number comes from: the number, the book, its inputs down to file and line.

    Args:
        cell: the number, explained.
        shown: the number as the page shows it.
        claims: the statements that were held against it.
        language: of the words.
    """
    w = words(language)
    first = Section(shown)
    first.add(w["computed_as"], cell.formula_in_words(language))
    first.add(w["value"], None if cell.value is None else number(cell.value))
    first.add(w["unit"], cell.unit[0 if language == "zh" else 1])
    first.add(w["status"], code_word("status", cell.status, language))
    for gap in cell.gaps:
        first.add(w["missing"], gap[f"reason_{language}"])
    sections = [first, _in_print(cell, language)]
    statements = Section(w["prose"])
    for claim in claims:
        statements.add(
            code_word("claim_verdict", claim["verdict"], language),
            claim[f"statement_{language}"],
            f"statements.html#{claim['claim_id']}",
        )
    revisions = Section(w["revisions"])
    for line in cell.revisions:
        revisions.add(
            f"{line['source_id']} {line['vintage']}",
            f"{line['printed_as']} ({number(line['value'])})",
            "revisions.html",
        )
    row = {cell.key.row_key: cell.labels[f"row_{language}"], "total": ""}
    return [*sections, *_inputs(cell.inputs, language, row, set()), revisions, statements]


def _in_print(cell: Explanation, language: Language) -> Section:
    w = words(language)
    section = Section(w["in_print"])
    if (found := cell.reconciliation) is not None:
        section.add(w["printed"], found["printed"])
        section.add(w["verdict"], verdict_word(found["verdict"], language))
        section.add(w["cause"], found[f"cause_{language}"])
    for line in cell.errata:
        wanted = f" → {line['should_be']}" if line["should_be"] else ""
        decision = code_word("triage", line["triage"], language)
        section.add(w["errata"], f"{line['printed']}{wanted} ({decision})", "errata.html")
        section.add(w["note"], line[f"note_{language}"])
    return section


def _inputs(
    inputs: Sequence[Input],
    language: Language,
    breakdowns: Mapping[str, str],
    told: set[object],
) -> Iterator[Section]:
    """A section per observation, those that an estimate is made from after it; each told once."""
    w, index = words(language), 1 if language == "zh" else 0
    rivals = [given.observation for given in inputs if given.role == "ranked_among"]
    for given in inputs:
        observation = given.observation
        if given.role == "ranked_among" or observation.key in told:
            continue
        told.add(observation.key)
        role = ROLES.get(given.role, (given.role, given.role))[index]
        breakdown = observation.key.breakdown
        parts = (
            _name(observation.indicator, language),
            _name(observation.area, language),
            breakdowns.get(breakdown, breakdown),
            observation.key.period,
        )
        heading = role + w["listing"] + w["comma"].join(filter(None, parts))
        yield _observation(heading, observation, language, told)
        yield from _inputs(observation.inputs, language, breakdowns, told)
    if rivals:
        section = Section(ROLES["ranked_among"][index])
        for rival in sorted(rivals, key=lambda one: -(one.value or 0.0))[:SHOWN_RIVALS]:
            section.add(_name(rival.area, language), rival.amount(language))
        if len(rivals) > SHOWN_RIVALS:
            section.add("…", w["of_areas"].format(len(rivals)))
        yield section


def _observation(
    heading: str, observation: Observation, language: Language, told: set[object]
) -> Section:
    w = words(language)
    section = Section(heading)
    section.add(w["observation"], observation.amount(language))
    if observation.formula:
        values = amounts(observation.inputs, language)
        section.add(
            w["computed_as"],
            in_words(observation.formula, observation.constant, values, language),
        )
    if (estimate := observation.estimate) is not None:
        section.add(w["rule"], code_word("rule", estimate["rule"], language), "estimates.html")
        section.add(w["reason"], estimate[f"reason_{language}"])
        section.add(w["decision"], f"{estimate['decided_by']}, {estimate['decided_on']}")
    elif observation.status:
        section.add(w["status"], code_word("observation", observation.status, language))
    if observation.provisional is not None:
        section.add(w["reason"], observation.provisional[0 if language == "zh" else 1])
    if (correction := observation.correction) is not None:
        change = f"{number(observation.publisher_value)} → {number(correction['value'])}"
        section.add(w["correction"], f"{change}: {correction[f'reason_{language}']}")
        section.add(w["evidence"], correction["evidence"])
        section.add(w["decision"], f"{correction['decided_by']}, {correction['decided_on']}")
    if observation.vintage is not None:
        _add_files(section, observation, language, told)
    return section


def _add_files(
    section: Section, observation: Observation, language: Language, told: set[object]
) -> None:
    """File and line; what is known of the file itself only where it is named first."""
    w = words(language)
    row = observation.source_row
    line = w["counted"] if row is None else w["line"].format(row)
    for file in observation.files:
        section.add(w["file"], f"{file.file}{w['comma']}{line}")
        if observation.multiplier not in (None, 1.0):
            section.add(w["multiplied"], f"× {number(observation.multiplier)}")
        if (observation.source["id"], file) in told:
            continue
        told.add((observation.source["id"], file))
        _add_file(section, observation, file, language)


def _add_file(
    section: Section, observation: Observation, file: SourceFile, language: Language
) -> None:
    w, source = words(language), observation.source
    section.add(w["publisher"], source[f"publisher_{language}"])
    section.add(w["title"], source[f"title_{language}"], f"sources.html#{source['id']}")
    section.add(w["vintage"], observation.vintage)
    section.add(w["basis"], code_word("basis", file.basis, language))
    section.add("SHA-256", file.sha256)
    section.add(w["licence"], file.licence)
    section.add(w["citation"], file.citation)


def _name(texts: tuple[str, str, str], language: Language) -> str:
    return texts[1 if language == "zh" else 2] or texts[0]


def cells_script(cells: Mapping[str, Sequence[Section]]) -> str:
    """Pack the sections of all cells of a table; every string stands in it once.

    Args:
        cells: by the cell's id in the page.

    Returns:
        A script that calls `whitepaperCells` with the strings and, per cell, the numbers of them.
    """
    strings: dict[str, int] = {}

    def number(text: str) -> int:
        return strings.setdefault(text, len(strings))

    packed = {
        name: [
            [
                number(section.heading),
                [[number(part) for part in entry] for entry in section.entries],
            ]
            for section in sections
            if section.entries
        ]
        for name, sections in cells.items()
    }
    data = json.dumps(
        {"strings": list(strings), "cells": packed}, ensure_ascii=False, separators=(",", ":")
    )
    # A script file is no HTML, but one pasted into a page must not end it.
    return f"whitepaperCells({data.replace('<', chr(92) + 'u003c')});\n"
