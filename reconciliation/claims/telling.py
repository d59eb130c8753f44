"""What was found about a statement, in one paragraph for a person, English and Chinese.

Here: the verdicts, the answer on one reading of the book, and the words of the evidence. Not here:
how an answer comes about (`evaluate`, `mart`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from reconciliation.claims.evidence import Evidence, Place
from reconciliation.claims.forms import Claim
from reconciliation.claims.values import Quantity, Truth

HOLDS, ONLY_VINTAGE = "holds", "holds_only_for_vintage"
FAILS, UNCHECKED = "does_not_hold", "cannot_be_checked"
VERDICTS = (FAILS, ONLY_VINTAGE, UNCHECKED, HOLDS)
"""Worst first."""
CELLS_SHOWN = 12
LEFT_OUT_SHOWN = 5


@dataclass(frozen=True)
class Answer:
    """What one statement comes to on one reading of the book."""

    truth: Truth | None
    missing: str
    used: Mapping[str, Quantity]
    left_out: tuple[str, ...]
    is_transcribed: bool
    places: tuple[Place, ...] = ()

    @property
    def verdict(self) -> str:
        """The word for it."""
        if self.truth is None:
            return UNCHECKED
        return HOLDS if self.truth.holds else FAILS


@dataclass(frozen=True)
class Story:
    """All that there is to tell about one statement.

    `remark` is print (the printed digits decided), open (print alone leaves it open) or empty.
    """

    claim: Claim
    first: Answer
    other: Answer
    computed: Evidence
    printed: Evidence
    verdict: str
    remark: str


def tell(story: Story) -> tuple[str, str]:
    """Return the evidence in English and in Chinese."""
    pairs = [*_finding(story), *_remark(story), *_difference(story), *_numbers(story)]
    english = [en for en, _ in pairs]
    chinese = [zh for _, zh in pairs]
    claim = story.claim
    if claim.note_en:
        english.append(f"Note: {claim.note_en}")
    if claim.note_zh or claim.note_en:
        chinese.append(f"註：{claim.note_zh or claim.note_en}")
    return " ".join(english), "".join(chinese)


def _finding(story: Story) -> Iterator[tuple[str, str]]:
    truth, missing = story.first.truth, story.first.missing
    if truth is None:
        yield f"Cannot be checked: {missing}.", f"無法查核，缺少：{missing}。"
    elif truth.expected:
        yield (
            f"Stated: {truth.expected}. Found: {truth.found}.",
            f"敘述：{truth.expected}；查得：{truth.found}。",
        )
    else:
        yield f"Found: {truth.found}.", f"查得：{truth.found}。"


def _remark(story: Story) -> Iterator[tuple[str, str]]:
    if story.remark == "print" and story.other.truth is not None:
        found = story.other.truth.found
        yield (
            "The source is a transcription of the print, and rounding leaves the answer open; the "
            f"printed digits give {found}, which decides.",
            f"來源為書面轉錄，捨入誤差內無法定論；依印刷數字（{found}）判定。",
        )
    elif story.remark == "open":
        yield "The printed digits alone leave it open.", "僅憑印刷數字（含捨入誤差）無法定論。"


def _difference(story: Story) -> Iterator[tuple[str, str]]:
    first, other = story.first.truth, story.other.truth
    if first is None or other is None or first.holds == other.holds or story.remark == "print":
        return
    name = ("printed", "印刷") if story.claim.judged_on == "computed" else ("computed", "計算")
    word = ("holds", "成立") if other.holds else ("does not hold", "不成立")
    yield (
        f"On the {name[0]} cells it {word[0]}: {other.found or 'see the cells'}.",
        f"依{name[1]}數字則{word[1]}：{other.found}。",
    )


def _numbers(story: Story) -> Iterator[tuple[str, str]]:
    if cells := _cells_shown(story):
        english, chinese = ("; ".join(texts) for texts in zip(*cells, strict=True))
        yield f"Cells: {english}.", f"所據數字：{chinese}。"
    if left_out := "; ".join(story.first.left_out[:LEFT_OUT_SHOWN]):
        yield f"Left out for want of data: {left_out}.", f"因無資料而略過：{left_out}。"
    if source := story.claim.facts_source:
        yield f"Quoted numbers from {source}.", f"引用數字出自{source}。"


def _cells_shown(story: Story) -> list[tuple[str, str]]:
    texts = []
    for name, number in list(story.first.used.items())[:CELLS_SHOWN]:
        place = _place(name)
        there, now = story.printed.cells.get(place), story.computed.cells.get(place)
        if there is not None and now is not None and there.text != now.text:
            texts.append(
                (
                    f"{name} = {now.text} computed, {there.text} printed",
                    f"{name} = {now.text}（計算）、{there.text}（印刷）",
                )
            )
        else:
            texts.append((f"{name} = {number.text()}",) * 2)
    if (rest := len(story.first.used) - CELLS_SHOWN) > 0:
        texts.append((f"and {rest} more", f"另有{rest}個"))
    return texts


def _place(name: str) -> Place:
    """The cell that a name such as T1-2-01.measure[TWN, 2023] stands for."""
    table, _, rest = name.partition(".")
    measure, _, inside = rest.partition("[")
    row, _, period = inside.rstrip("]").partition(", ")
    return Place(table, measure, row, period)
