"""Printed against computed from the sources: does each cell agree, and if not, why not.

Here: pairing printed with computed cells, the verdict of a cell that agrees, and the search for
the one act (two rows interchanged, a decimal point moved, another vintage, ...) that explains most
of the cells that do not. Not here: the book against itself (`consistency`), which of both verdicts
a cell gets in the end (`verdicts`).

Of several explanations the one that explains most cells is taken; of those that explain equally
many, a misprinted digit before a coincidence with another cell.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal
from fractions import Fraction

from publication.rounding import GUARD_PLACES, round_half_away
from reconciliation.cells import CellKey
from reconciliation.printed import Printed

AGREEING = frozenset({"exact", "within_rounding", "estimate_declared", "preliminary"})
SHIFTS = (-8, -6, -4, -3, -2, -1, 1, 2, 3, 4, 6, 8)
"""Powers of ten between the units that such books use: thousand, 萬, million, 億, percent."""
LONE_DIGITS = 3
"""A single cell that equals another one by chance: fewer significant digits are no evidence."""
MOST_CARRIED_PCT = 5
"""Editors carry a level on by a round growth rate; larger ones are no carrying on."""


@dataclass(frozen=True)
class Pair:
    """A printed cell and what is computed in its place.

    `computed_value` is unrounded and None where no source has the observation; `computed` is the
    string that would be printed. `status` is that of the computed cell: '', P, E or M.
    """

    key: CellKey
    printed: Printed
    computed: str
    computed_value: Fraction | None
    decimals: int
    status: str
    is_rank: bool = False

    @property
    def differs(self) -> bool:
        """Whether the printed number is not the one that the computed value rounds to."""
        if self.printed.value is None or self.computed_value is None:
            return (self.printed.value is None) != (self.computed_value is None)
        return self.printed.value != self.rounded

    @property
    def rounded(self) -> Decimal:
        """The computed value at the printed table's decimals."""
        if self.computed_value is None:
            raise ValueError(f"{self.key} has no computed value")
        return round_half_away(_decimal(self.computed_value), self.decimals)


@dataclass(frozen=True)
class Explanation:
    """One act that explains printed cells: the verdict and a sentence for each cell."""

    verdict: str
    id: str
    cells: Mapping[CellKey, tuple[str, str]]
    rank: int
    """Order among explanations of equally many cells; the lowest is taken."""


@dataclass(frozen=True)
class SourceVerdict:
    """What comparing a printed cell with the sources says."""

    verdict: str
    cause_en: str = ""
    cause_zh: str = ""
    hypothesis: str = ""
    explains: int = 0


Labels = Mapping[tuple[str, str], tuple[str, str]]
"""English and Chinese label of a row, by table and row key."""


@dataclass(frozen=True)
class OtherVintage:
    """What the book would print under another vintage of one source."""

    source_id: str
    vintage: str
    printed_as: Mapping[CellKey, Decimal | None]


def compare_with_source(
    pairs: Sequence[Pair], labels: Labels, other_vintages: Sequence[OtherVintage] = ()
) -> dict[CellKey, SourceVerdict]:
    """Compare every printed cell with the computed one.

    Args:
        pairs: printed cells that have a number or N/A, with what is computed.
        labels: names of the rows, for the sentences.
        other_vintages: the same cells under other landed vintages.

    Returns:
        A verdict for each pair.
    """
    verdicts = {pair.key: _verdict_of_agreement(pair) for pair in pairs if not pair.differs}
    left = {pair.key: pair for pair in pairs if pair.differs}
    for pair in list(left.values()):
        if _is_shorter(pair):
            verdicts[pair.key] = _shorter(pair)
            del left[pair.key]
    book = _Book(pairs, labels)
    explanations = list(_explanations(book, left, other_vintages))
    while explanations:
        best = max(
            explanations,
            key=lambda e: (len(e.cells.keys() & left.keys()), -e.rank, e.id),
        )
        explained = best.cells.keys() & left.keys()
        if not explained:
            break
        for key in explained:
            english, chinese = best.cells[key]
            verdicts[key] = SourceVerdict(
                best.verdict,
                english,
                chinese,
                best.id if len(best.cells) > 1 else "",
                len(explained),
            )
            del left[key]
        explanations = [e for e in explanations if e.id != best.id and e.cells.keys() & left.keys()]
    for pair in left.values():
        verdicts[pair.key] = _mismatch(pair)
    _follow_estimates(book, verdicts)
    return verdicts


class _Book:
    """The pairs, found by row and column."""

    def __init__(self, pairs: Sequence[Pair], labels: Labels) -> None:
        self.by_key = {pair.key: pair for pair in pairs}
        self._labels = labels
        self.rows: dict[tuple[str, str], list[str]] = {}
        self.periods: dict[tuple[str, str], list[str]] = {}
        for pair in pairs:
            table, row, period, measure = pair.key
            rows = self.rows.setdefault((table, measure), [])
            periods = self.periods.setdefault((table, measure), [])
            if row not in rows:
                rows.append(row)
            if period not in periods:
                periods.append(period)

    def at(self, key: CellKey, *, row: str | None = None, period: str | None = None) -> Pair | None:
        """The pair in another row or period of the same column or line."""
        wanted = CellKey(
            key.table_id,
            key.row_key if row is None else row,
            key.period if period is None else period,
            key.measure,
        )
        return self.by_key.get(wanted)

    def label(self, key: CellKey, row: str | None = None) -> tuple[str, str]:
        """English and Chinese name of a row."""
        row = key.row_key if row is None else row
        return self._labels.get((key.table_id, row), (row, row))


Left = Mapping[CellKey, Pair]


def _explanations(
    book: _Book, left: Left, other_vintages: Sequence[OtherVintage]
) -> Iterator[Explanation]:
    yield from _interchanged_rows(book, left)
    yield from _moved_points(left)
    yield from _copied_periods(book, left)
    yield from _other_vintages(left, other_vintages)
    yield from _other_rounding(book, left)
    yield from _undeclared_estimates(book, left)
    yield from _revised_preliminaries(left)
    yield from _figures_of_other_rows(book, left)
    yield from _misprints(left)


def _interchanged_rows(book: _Book, left: Left) -> Iterator[Explanation]:
    """Two rows that stand in each other's place, in some periods of some measures."""
    found: dict[tuple[str, str, str], dict[CellKey, tuple[str, str]]] = {}
    for key, pair in left.items():
        for row in book.rows[key.table_id, key.measure]:
            other = book.at(key, row=row)
            if other is None or row == key.row_key or not other.differs:
                continue
            if _prints(pair, other) and _prints(other, pair):
                first, second = sorted((key.row_key, row))
                name_en, name_zh = book.label(key, row)
                found.setdefault((key.table_id, first, second), {})[key] = (
                    f"{pair.printed.text} is the figure of {name_en}, whose cell holds this row's: "
                    "the two rows are interchanged.",
                    f"{pair.printed.text}為{name_zh}之數值，而該列印的是本列數值：兩列互換。",
                )
    for (table, first, second), cells in found.items():
        yield Explanation(
            "row_interchanged", f"{table}: rows {first} and {second} interchanged", cells, rank=0
        )


def _copied_periods(book: _Book, left: Left) -> Iterator[Explanation]:
    """A column, or a cell, that shows another period's figures."""
    found: dict[tuple[str, str, str, str], dict[CellKey, tuple[str, str]]] = {}
    for key, pair in left.items():
        for period in book.periods[key.table_id, key.measure]:
            other = book.at(key, period=period)
            if other is None or period == key.period or not _prints(pair, other):
                continue
            column = (key.table_id, key.measure, key.period, period)
            found.setdefault(column, {})[key] = (
                f"{pair.printed.text} is this row's figure of {period}, not of {key.period}.",
                f"{pair.printed.text}為本列{period}之數值，而非{key.period}。",
            )
    for (table, measure, shown, period), cells in found.items():
        if len(cells) == 1 and len(left[next(iter(cells))].printed.digits) < LONE_DIGITS:
            continue
        yield Explanation(
            "copied_from_other_period",
            f"{table} {measure}: {shown} holds figures of {period}",
            cells,
            rank=4,
        )


def _moved_points(left: Left) -> Iterator[Explanation]:
    """The right digits at a wrong power of ten."""
    found: dict[tuple[str, str, int], dict[CellKey, tuple[str, str]]] = {}
    for key, pair in left.items():
        value = pair.computed_value
        if pair.is_rank or pair.printed.value is None or not value or not pair.printed.value:
            continue
        for shift in SHIFTS:
            if pair.printed.stands_for(value * Fraction(10) ** shift):
                factor = f"10^{shift}"
                found.setdefault((key.table_id, key.measure, shift), {})[key] = (
                    f"{pair.printed.text} is {factor} times {pair.computed}: "
                    "the decimal point or the unit slipped.",
                    f"{pair.printed.text}為{pair.computed}之{factor}倍：小數點或單位錯置。",
                )
                break
    for (table, measure, shift), cells in found.items():
        yield Explanation("unit_slip", f"{table} {measure}: times 10^{shift}", cells, rank=1)


def _other_vintages(left: Left, other_vintages: Sequence[OtherVintage]) -> Iterator[Explanation]:
    for other in other_vintages:
        cells = {
            key: (
                f"{pair.printed.text} is the figure of vintage {other.vintage} of "
                f"{other.source_id}.",
                f"{pair.printed.text}為{other.source_id} {other.vintage}版之數值。",
            )
            for key, pair in left.items()
            if key in other.printed_as and other.printed_as[key] == pair.printed.value
        }
        if cells:
            yield Explanation("other_vintage", f"{other.source_id} {other.vintage}", cells, rank=3)


def _other_rounding(book: _Book, left: Left) -> Iterator[Explanation]:
    """Half to even at a tie; or a whole column that is cut off, rounded up or rounded twice.

    A last digit off by one fits cutting off half of the time: a rule is believed only where every
    cell that tells it from ordinary rounding follows it, at least three do, and these are more than
    what it does not explain.
    """
    for key, pair in left.items():
        value = pair.computed_value
        if value is None or pair.printed.value is None:
            continue
        even = _quantized(value, pair.decimals, ROUND_HALF_EVEN)
        if even == pair.printed.value:
            yield Explanation(
                "other_rounding_rule",
                f"{key}: half to even",
                {
                    key: (
                        "Rounded half to even instead of half up.",
                        "採四捨六入五成雙，而非四捨五入。",
                    )
                },
                rank=2,
            )
    rules = (
        ("cut off instead of rounded", "無條件捨去，而非四捨五入", ROUND_FLOOR),
        ("rounded up instead of to the nearest", "無條件進位，而非四捨五入", ROUND_CEILING),
    )
    columns: dict[tuple[str, str], list[Pair]] = {}
    for pair in book.by_key.values():
        columns.setdefault((pair.key.table_id, pair.key.measure), []).append(pair)
    for (table, measure), pairs in columns.items():
        for english, chinese, rounding in rules:
            telling = [pair for pair in pairs if _tells(pair, rounding)]
            wrong = [pair for pair in telling if pair.key in left]
            others = [pair for pair in pairs if pair.key in left and pair not in wrong]
            followed = len(wrong) == len(telling) and len(wrong) > len(others)
            if len(wrong) >= LONE_DIGITS and followed:
                yield Explanation(
                    "other_rounding_rule",
                    f"{table} {measure}: {english}",
                    {pair.key: (f"The column is {english}.", f"整欄{chinese}。") for pair in wrong},
                    rank=2,
                )


def _tells(pair: Pair, rounding: str) -> bool:
    """Whether the cell tells this rounding from ordinary rounding, and is printed by one of both.

    A rank or a count is never rounded: it tells nothing of a rule.
    """
    if pair.computed_value is None or pair.printed.value is None:
        return False
    by_rule = _quantized(pair.computed_value, pair.decimals, rounding)
    return by_rule != pair.rounded and pair.printed.value in (by_rule, pair.rounded)


def _undeclared_estimates(book: _Book, left: Left) -> Iterator[Explanation]:
    """A number where no source has one: carried on, or put between its neighbours.

    With the level goes the growth rate that was computed from it.
    """
    for key, pair in left.items():
        if pair.computed_value is not None or pair.printed.value is None:
            continue
        why = _estimate_rule(book, key, pair.printed)
        if why is None:
            continue
        english, chinese = why
        yield Explanation(
            "estimate_undeclared",
            f"{key}: estimated",
            {
                key: (
                    f"No source has this figure; {pair.printed.text} is {english}. "
                    "Declare it in estimates.yml or print N/A.",
                    f"來源無此數值；{pair.printed.text}係{chinese}。請於estimates.yml申明或改印N/A。",
                )
            },
            rank=0,
        )


def _follow_estimates(book: _Book, verdicts: dict[CellKey, SourceVerdict]) -> None:
    """Give the rates made from an undeclared estimate, of its period and the next, its verdict."""
    estimated = [key for key, found in verdicts.items() if found.verdict == "estimate_undeclared"]
    for table, row, period, _ in estimated:
        for key, found in list(verdicts.items()):
            if (key.table_id, key.row_key) != (table, row) or found.verdict != "not_reproducible":
                continue
            periods = book.periods[key.table_id, key.measure]
            before = periods[periods.index(key.period) - 1] if key.period in periods[1:] else None
            if period in (key.period, before):
                verdicts[key] = SourceVerdict(
                    "estimate_undeclared",
                    f"No source has this figure; it was made from the estimated level of {period}.",
                    f"來源無此數值；係由{period}之推估值計算而得。",
                )


def _estimate_rule(book: _Book, key: CellKey, printed: Printed) -> tuple[str, str] | None:
    periods = book.periods[key.table_id, key.measure]
    at = periods.index(key.period)
    before = _figure(book.at(key, period=periods[at - 1])) if at > 0 else None
    earlier = _figure(book.at(key, period=periods[at - 2])) if at > 1 else None
    after = _figure(book.at(key, period=periods[at + 1])) if at + 1 < len(periods) else None
    if before is None:
        return None
    if after is not None and printed.stands_for((before + after) / 2):
        return "the mean of the years beside it", "前後兩年之平均"
    if printed.stands_for(before):
        return "the figure of the year before", "沿用前一年數值"
    if earlier is not None and printed.stands_for(2 * before - earlier):
        return "the last increment continued", "延續前一年增量"
    for tenths in range(-10 * MOST_CARRIED_PCT, 10 * MOST_CARRIED_PCT + 1):
        growth = Fraction(tenths, 10)
        if tenths % 5 == 0 and printed.stands_for(before * (1 + growth / 100)):
            shown = f"{tenths / 10:g}"
            return (
                f"the year before carried on by {shown} %",
                f"以前一年按{shown}%推估",
            )
    return None


def _figure(pair: Pair | None) -> Fraction | None:
    """The best figure there is: computed, else printed."""
    if pair is None:
        return None
    if pair.computed_value is not None:
        return pair.computed_value
    return Fraction(pair.printed.value) if pair.printed.value is not None else None


def _revised_preliminaries(left: Left) -> Iterator[Explanation]:
    for key, pair in left.items():
        if pair.printed.is_preliminary and pair.status != "P" and pair.computed_value is not None:
            yield Explanation(
                "preliminary",
                f"{key}: revised since",
                {
                    key: (
                        f"Printed as preliminary; the publisher's final figure is {pair.computed}.",
                        f"印刷時為初步統計數；發布機關之確定數為{pair.computed}。",
                    )
                },
                rank=1,
            )


def _figures_of_other_rows(book: _Book, left: Left) -> Iterator[Explanation]:
    """A cell, or a whole row, that shows another row's figures, which are not shown there."""
    found: dict[tuple[str, str, str], dict[CellKey, tuple[str, str]]] = {}
    for key, pair in left.items():
        for row in book.rows[key.table_id, key.measure]:
            other = book.at(key, row=row)
            if other is None or row == key.row_key or not _prints(pair, other):
                continue
            name_en, name_zh = book.label(key, row)
            found.setdefault((key.table_id, key.row_key, row), {})[key] = (
                f"{pair.printed.text} is the figure of {name_en}; {pair.computed} follows here.",
                f"{pair.printed.text}為{name_zh}之數值；本列應為{pair.computed}。",
            )
    for (table, shown, row), cells in found.items():
        if len(cells) == 1 and len(left[next(iter(cells))].printed.digits) < LONE_DIGITS:
            continue
        yield Explanation("mismatch", f"{table}: {shown} holds figures of {row}", cells, rank=5)


def _misprints(left: Left) -> Iterator[Explanation]:
    """One wrong digit, two digits transposed, a lost sign: explains one cell, with little."""
    for key, pair in left.items():
        if pair.printed.value is None or pair.computed_value is None:
            continue
        slip = _slip(pair)
        if slip is not None:
            yield Explanation("mismatch", f"{key}: misprint", {key: slip}, rank=2)


def _slip(pair: Pair) -> tuple[str, str] | None:
    printed, wanted = pair.printed.value, pair.rounded
    if printed is None:
        return None
    shown = f"{pair.printed.text} is printed where {pair.computed} follows"
    shown_zh = f"印為{pair.printed.text}，應為{pair.computed}"
    if printed == -wanted:
        return f"{shown}: the sign is reversed.", f"{shown_zh}：正負號相反。"
    one, two = str(abs(printed)), str(abs(wanted))
    if len(one) != len(two) or (printed < 0) != (wanted < 0):
        return None
    places = [at for at, (a, b) in enumerate(zip(one, two, strict=True)) if a != b]
    if len(places) == 1 and len(pair.printed.digits) > 1:
        return f"{shown}: one digit differs.", f"{shown_zh}：一位數字不同。"
    if len(places) == 2 and sorted(one) == sorted(two):
        return f"{shown}: two digits are transposed.", f"{shown_zh}：兩位數字對調。"
    return None


def _mismatch(pair: Pair) -> SourceVerdict:
    if pair.printed.value is None:
        return SourceVerdict(
            "mismatch",
            f"The book prints {pair.printed.text} where the source has {pair.computed}.",
            f"印為{pair.printed.text}，惟來源有數值{pair.computed}。",
        )
    if pair.computed_value is None:
        return SourceVerdict(
            "not_reproducible",
            f"No landed source has this figure, and no estimate is declared for "
            f"{pair.key.row_key} {pair.key.period}.",
            f"已入庫之來源無此數值（{pair.key.row_key} {pair.key.period}），亦未申明推估。",
        )
    return SourceVerdict(
        "mismatch",
        f"{pair.printed.text} is printed where {pair.computed} follows from the source.",
        f"印為{pair.printed.text}，依來源計算應為{pair.computed}。",
    )


def _is_shorter(pair: Pair) -> bool:
    """Whether fewer decimals are printed than declared, and those are right."""
    return (
        pair.printed.value is not None
        and pair.computed_value is not None
        and pair.printed.decimals < pair.decimals
        and pair.printed.stands_for(pair.computed_value)
    )


def _shorter(pair: Pair) -> SourceVerdict:
    return SourceVerdict(
        "within_rounding",
        f"Printed with {pair.printed.decimals} decimals instead of {pair.decimals}; "
        f"{pair.computed} rounds to it.",
        f"印刷{pair.printed.decimals}位小數（應為{pair.decimals}位）；與{pair.computed}四捨五入後相符。",
    )


def _verdict_of_agreement(pair: Pair) -> SourceVerdict:
    if pair.printed.is_preliminary != pair.computed.endswith("*"):
        if pair.printed.is_preliminary:
            return SourceVerdict(
                "preliminary",
                "Marked as preliminary; the source no longer says so.",
                "印有初步統計註記；來源已非初步統計數。",
            )
        return SourceVerdict(
            "preliminary",
            "Preliminary in the source, printed without its mark.",
            "來源為初步統計數，印刷未加註記。",
        )
    if pair.printed.value is not None and pair.printed.decimals != pair.decimals:
        return _shorter(pair)
    if pair.status == "E":
        return SourceVerdict(
            "estimate_declared",
            "An estimate declared by the editor, or made from one.",
            "編者已申明之推估值，或由其計算而得。",
        )
    if pair.status == "P":
        return SourceVerdict(
            "preliminary",
            "Agrees; the publisher calls it preliminary.",
            "相符；發布機關列為初步統計數。",
        )
    return SourceVerdict("exact")


def _prints(pair: Pair, other: Pair) -> bool:
    """Whether `pair` shows the number that is computed for `other`, and not its own."""
    return (
        pair.printed.value is not None
        and other.computed_value is not None
        and pair.printed.value == other.rounded
        and pair.differs
    )


def _decimal(value: Fraction) -> Decimal:
    # Beyond the guard places of the rounding rule nothing is decided.
    return Decimal(value.numerator) / Decimal(value.denominator)


def _quantized(value: Fraction, decimals: int, rounding: str) -> Decimal:
    guarded = _decimal(value).quantize(GUARD_PLACES, rounding="ROUND_HALF_UP")
    if rounding != ROUND_HALF_EVEN and guarded < 0:
        # Cutting off and rounding up are said of the amount, whatever its sign.
        return -(-guarded).quantize(Decimal(1).scaleb(-decimals), rounding=rounding)
    return guarded.quantize(Decimal(1).scaleb(-decimals), rounding=rounding)
