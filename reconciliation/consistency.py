"""The book against itself: which printed cells contradict the other printed cells, and why.

Here: `check_book`, which finds the contradictions and the least that explains them (one number that
is wrong, two rows that have changed places), and `BookFinding`. Not here: what must hold
(`relations`), whether it can (`constraints`), the sentences (`wording`), the sources (`source`).

Of all single acts the one is believed that settles most contradictions and makes no new ones; of
those that settle equally many, the one that changes fewest cells. Where several cells could be the
wrong one, all are named under one hypothesis, unless a plain slip of the pen explains some of them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

import polars as pl

from reconciliation.cells import CellKey
from reconciliation.constraints import (
    FREE,
    AtLeast,
    Constraint,
    Linear,
    Numbered,
    RankCount,
    State,
    find_conflicts,
)
from reconciliation.intervals import Interval
from reconciliation.printed import Printed
from reconciliation.relations import Book, Relation, constraints_of, read_relations
from reconciliation.slips import SHIFTS, plain_slips
from reconciliation.wording import Labels, Wording

Conflict = tuple[Constraint, ...]

MOST_ROWS = 12
"""More rows than this in one knot of contradictions are not tried pair by pair."""
LONE_DIGITS = 3
"""Fewer significant digits recur by chance and are no evidence of copying."""
COPIED_ROWS = 4
"""A column is called copied from this many equal cells on."""


@dataclass(frozen=True)
class BookFinding:
    """What the rest of the book says of one printed cell.

    `low` and `high` are the values that would fit. `hypothesis` is shared by all cells that one
    act explains, `explains` counts them. A `clean` finding only notes what the declared method
    explains. `suspects` are other cells that could be the wrong one instead.
    """

    cell: CellKey
    verdict: str
    low: Fraction | None
    high: Fraction | None
    cause_en: str
    cause_zh: str
    hypothesis: str
    explains: int
    clean: bool = False
    suspects: tuple[CellKey, ...] = ()


def check_printed_book(
    printed: pl.DataFrame, relations: pl.DataFrame, labels: Labels
) -> list[BookFinding]:
    """Check a book by the frames of its edition; see `check_book`.

    Args:
        printed: `printed_cell`, numeric cells only.
        relations: `edition__relation`.
        labels: names of the rows, by table and row key.
    """
    return check_book(printed, read_relations(relations), labels)


def check_book(
    printed: pl.DataFrame, relations: Sequence[Relation], labels: Labels | None = None
) -> list[BookFinding]:
    """Find the printed cells that contradict the other printed cells.

    Args:
        printed: table_id, row_no, row_key, period, measure, printed; N/A and unreadable cells are
            passed over.
        relations: what must hold between them.
        labels: English and Chinese names of the rows, by table and row key.

    Returns:
        At most one finding per cell, in the order of the print.
    """
    book = Book(printed)
    constraints = [c for relation in relations for c in constraints_of(relation, book)]
    wording = Wording(book, {relation.id: relation for relation in relations}, labels or {})
    findings = _Findings(book)
    state = book.state()
    conflicts, _ = find_conflicts(constraints, state)
    indexed = _Constraints(constraints)
    for finding in _copied_columns(book, conflicts, wording):
        findings.add(finding)
    copied = {finding.cell for finding in findings.all}
    mended = state
    # What arithmetic proves comes first: the order of rows is judged on figures put right.
    for knot in sorted(_knots(conflicts), key=_is_unproven):
        if copied:
            knot = [c for c in knot if copied.isdisjoint(cell for k in c for cell in k.cells)]
        mended = _Blame(book, mended, indexed, knot, wording, findings).run()
    for finding in _rounding_of_parts(constraints, state, wording):
        findings.add(finding)
    return findings.in_order()


class _Findings:
    """At most one finding per cell; what arithmetic proves comes before what is unlikely."""

    def __init__(self, book: Book) -> None:
        self._order = {cell: position for position, cell in enumerate(book.cells)}
        self._by_cell: dict[CellKey, BookFinding] = {}

    @property
    def all(self) -> Collection[BookFinding]:
        return self._by_cell.values()

    def add(self, finding: BookFinding) -> None:
        known = self._by_cell.get(finding.cell)
        if known is None or known.clean:
            self._by_cell[finding.cell] = finding

    def in_order(self) -> list[BookFinding]:
        found = sorted(self._by_cell.values(), key=lambda finding: self._order[finding.cell])
        sizes: dict[str, int] = {}
        for finding in found:
            sizes[finding.hypothesis] = sizes.get(finding.hypothesis, 0) + 1
        return [
            BookFinding(
                finding.cell,
                finding.verdict,
                finding.low,
                finding.high,
                finding.cause_en,
                finding.cause_zh,
                finding.hypothesis,
                max(finding.explains, sizes[finding.hypothesis]),
                finding.clean,
                finding.suspects,
            )
            for finding in found
        ]


def _knots(conflicts: Sequence[Conflict]) -> list[list[Conflict]]:
    """Return the conflicts in groups that have nothing to do with each other, in their order.

    Conflicts are tied by a common cell; arithmetic ones by a common measure too, for two of its
    rows may have changed places.
    """
    knots: list[tuple[set[tuple[str, ...]], list[Conflict]]] = []
    for conflict in conflicts:
        ties: set[tuple[str, ...]] = set(_cells_of([conflict]))
        if not _is_unproven([conflict]):
            ties |= {(cell.table_id, cell.measure) for cell in _cells_of([conflict])}
        touching = [knot for knot in knots if not knot[0].isdisjoint(ties)]
        merged: list[Conflict] = [c for knot in touching for c in knot[1]]
        for knot in touching:
            ties |= knot[0]
            knots.remove(knot)
        knots.append((ties, [*merged, conflict]))
    return [knot for _, knot in knots]


def _is_unproven(knot: Sequence[Conflict]) -> bool:
    return not any(c.is_arithmetic for conflict in knot for c in conflict)


def _cells_of(conflicts: Iterable[Conflict]) -> set[CellKey]:
    return {cell for conflict in conflicts for c in conflict for cell in c.cells}


@dataclass(frozen=True)
class _Act:
    """One thing that may have gone wrong: a number, or cells that have changed places."""

    freed: tuple[CellKey, ...] = ()
    pairs: tuple[tuple[CellKey, CellKey], ...] = ()
    rows: tuple[str, str] = ("", "")

    @property
    def changed(self) -> tuple[CellKey, ...]:
        return self.freed or tuple(cell for pair in self.pairs for cell in pair)

    def applied_to(self, state: State) -> State:
        if self.freed:
            return state.without(self.freed)
        return state.interchanged(self.pairs)


@dataclass(frozen=True)
class _Trial:
    """What an act settles."""

    act: _Act
    settled: tuple[Conflict, ...]
    state: State
    """After the act and propagation."""
    is_credible: bool
    """Whether more than one relation, arithmetic or custom speaks for it."""

    @property
    def score(self) -> tuple[int, int]:
        return len(self.settled), -len(self.act.changed)


class _Constraints:
    """All constraints, found by cell."""

    def __init__(self, constraints: Sequence[Constraint]) -> None:
        self.all = constraints
        self._by_cell: dict[CellKey, list[int]] = {}
        for position, constraint in enumerate(constraints):
            for cell in constraint.cells:
                self._by_cell.setdefault(cell, []).append(position)

    def near(self, cells: Collection[CellKey]) -> list[Constraint]:
        """Return the constraints that a change of `cells` bears on, through arithmetic."""
        reached, frontier = set(cells), list(cells)
        chosen: set[int] = set()
        while frontier:
            for position in self._by_cell.get(frontier.pop(), ()):
                if position in chosen:
                    continue
                chosen.add(position)
                if self.all[position].is_arithmetic:
                    found = [cell for cell in self.all[position].cells if cell not in reached]
                    reached.update(found)
                    frontier.extend(found)
        return [self.all[position] for position in sorted(chosen)]


class _Blame:
    """Explains one knot of contradictions."""

    def __init__(
        self,
        book: Book,
        state: State,
        constraints: _Constraints,
        knot: Sequence[Conflict],
        wording: Wording,
        findings: _Findings,
    ) -> None:
        self._book = book
        self._wording = wording
        self._findings = findings
        self._knot = knot
        self._left = list(knot)
        self._state = state
        self._shown = state
        """What the sentences quote: doubted numbers too, and rows put back."""
        self._constraints = constraints
        self._troubles: dict[frozenset[int], frozenset[frozenset[int]]] = {}
        self._blamed: set[CellKey] = set()

    def run(self) -> State:
        """Add a finding for each cell that is to blame; return the state put right."""
        while self._left:
            best, rivals = self._best_trials()
            if not best:
                for conflict in self._left:
                    self._blame_by_custom(conflict)
                break
            if best[0].act.pairs:
                self._blame_interchange(best[0])
            else:
                self._blame_cells(best, rivals)
            self._state = best[0].act.applied_to(self._state)
            if best[0].act.pairs:
                self._shown = best[0].act.applied_to(self._shown)
            self._troubles.clear()
            settled = {_identity(conflict) for conflict in best[0].settled}
            self._left = [c for c in self._left if _identity(c) not in settled]
        return self._state

    def _best_trials(self) -> tuple[list[_Trial], list[CellKey]]:
        """Return the trials that settle most, and the cells that could do so as well.

        Several trials only if each frees one cell, and all settle the same.
        """
        every = [trial for act in self._acts() if (trial := self._try(act)) is not None]
        trials = [trial for trial in every if trial.is_credible]
        if not trials:
            return [], []
        top = max(trial.score for trial in trials)
        best = [trial for trial in trials if trial.score == top]
        # The cells that custom blames come first.
        named = [trial for trial in best if _is_accused(trial)] or best
        if named[0].act.pairs:
            return named[:1], []
        same = {_identity(conflict) for conflict in named[0].settled}
        alike = [t for t in every if same <= {_identity(conflict) for conflict in t.settled}]
        named = [t for t in named if {_identity(conflict) for conflict in t.settled} == same]
        return named, [t.act.freed[0] for t in alike if t.act.freed and t not in named]

    def _try(self, act: _Act) -> _Trial | None:
        local = self._constraints.near(act.changed)
        before = self._before(local)
        freed = sorted({*self._blamed, *act.freed})
        after, state = find_conflicts(local, act.applied_to(self._state), freed=freed)
        remaining = {_identity(conflict) for conflict in after}
        if remaining - before:
            return None
        near = {id(constraint) for constraint in local}
        settled = tuple(
            conflict
            for conflict in self._left
            if _identity(conflict) not in remaining and all(id(c) in near for c in conflict)
        )
        if not settled:
            return None
        return _Trial(act, settled, state, self._is_credible(act, settled))

    def _before(self, local: Sequence[Constraint]) -> frozenset[frozenset[int]]:
        """Return the conflicts among constraints before any further act."""
        key = frozenset(id(constraint) for constraint in local)
        if key not in self._troubles:
            found, _ = find_conflicts(local, self._state, freed=sorted(self._blamed))
            self._troubles[key] = frozenset(_identity(conflict) for conflict in found)
        return self._troubles[key]

    def _is_credible(self, act: _Act, settled: Sequence[Conflict]) -> bool:
        is_proven = any(c.is_arithmetic for conflict in settled for c in conflict)
        if act.pairs:
            return len(settled) > 1
        relations = {c.relation_id for conflict in settled for c in conflict}
        by_custom = any(act.freed[0] in _suspects(conflict) for conflict in settled)
        return is_proven or by_custom or len(relations) > 1

    def _acts(self) -> Iterator[_Act]:
        cells = sorted(_cells_of(self._left) - self._blamed)
        for cell in cells:
            yield _Act(freed=(cell,))
        yield from self._interchanges(cells)

    def _interchanges(self, cells: Sequence[CellKey]) -> Iterator[_Act]:
        columns: dict[tuple[str, str], set[str]] = {}
        periods: dict[tuple[str, str], set[str]] = {}
        for cell in cells:
            columns.setdefault((cell.table_id, cell.measure), set()).add(cell.row_key)
            periods.setdefault((cell.table_id, cell.measure), set()).add(cell.period)
        for (table, measure), rows in columns.items():
            if len(rows) > MOST_ROWS:
                continue
            everywhere = self._book.periods[table, measure]
            for one, other in combinations(sorted(rows), 2):
                wholes = [tuple(everywhere)] if len(everywhere) > 1 else []
                for chosen in [*wholes, *((p,) for p in sorted(periods[table, measure]))]:
                    pairs = tuple(
                        (CellKey(table, one, p, measure), CellKey(table, other, p, measure))
                        for p in chosen
                    )
                    if all(cell in self._book.cells for pair in pairs for cell in pair):
                        yield _Act(pairs=pairs, rows=(one, other))

    def _blame_cells(self, trials: Sequence[_Trial], rivals: Sequence[CellKey]) -> None:
        """Name the cells of which one is wrong; `rivals` could be so too."""
        slipped = [trial for trial in trials if self._slips(trial)]
        named = slipped or list(trials)
        cells = [trial.act.freed[0] for trial in named]
        unnamed = [t.act.freed[0] for t in trials if t.act.freed[0] not in cells]
        others = tuple(sorted({*unnamed, *rivals}))
        kinds = {c.kind for conflict in named[0].settled for c in conflict}
        shared = kinds <= {"order"}
        for trial in named:
            cell = trial.act.freed[0]
            self._blamed.add(cell)
            domain = trial.state.domains[cell]
            verdict = self._verdict(cell, domain, trial.settled)
            hypothesis = (
                _order_id(trial.settled) if shared else f"{cells[0]}: contradicts other cells"
            )
            english, chinese = self._wording.of_cell(
                cell,
                verdict,
                domain,
                [*trial.settled, *self._also(cell, trial.settled)],
                [c for c in cells if c != cell],
                self._shown,
            )
            self._add(
                cell,
                verdict,
                None if domain == FREE else domain,
                (english, chinese),
                hypothesis,
                len(trial.settled),
                others,
            )

    def _also(self, cell: CellKey, told: Sequence[Conflict]) -> list[Conflict]:
        """Return the other contradictions of the knot that accuse the cell."""
        known = {_identity(conflict) for conflict in told}
        return [c for c in self._knot if cell in _suspects(c) and _identity(c) not in known]

    def _slips(self, trial: _Trial) -> bool:
        cell = trial.act.freed[0]
        printed = self._book.cells[cell].value
        domain = trial.state.domains[cell]
        if printed is None or domain == FREE:
            return False
        return any(
            domain.prints_as(slip, self._book.cells[cell].decimals) for slip in plain_slips(printed)
        )

    def _verdict(self, cell: CellKey, domain: Interval, settled: Sequence[Conflict]) -> str:
        kinds = {c.kind for conflict in settled for c in conflict}
        printed = self._book.cells[cell]
        if kinds <= {"order"}:
            return "sort_order_broken"
        if kinds <= {"rank"}:
            return "rank_contradicts_values"
        if kinds <= {"mark"}:
            return "preliminary"
        if domain != FREE and _is_shifted(printed, domain):
            return "unit_slip"
        if self._copied_from(cell) is not None:
            return "copied_from_other_period"
        if kinds <= {"sum", "at_most"}:
            return "parts_do_not_add"
        if kinds <= {"step", "implied", "order", "rank"}:
            return "implausible_jump"
        return "mismatch"

    def _copied_from(self, cell: CellKey) -> str | None:
        printed = self._book.cells[cell]
        if len(printed.digits) < LONE_DIGITS:
            return None
        for period in self._book.periods[cell.table_id, cell.measure]:
            other = self._book.cells.get(cell._replace(period=period))
            if period != cell.period and other is not None and other.value == printed.value:
                return period
        return None

    def _blame_interchange(self, trial: _Trial) -> None:
        """Name the cells of both rows: those that changed places and those that show it."""
        act = trial.act
        showing = {
            cell
            for conflict in trial.settled
            for c in conflict
            if c.is_arithmetic
            for cell in c.cells
            if cell.row_key in act.rows and cell.table_id == act.changed[0].table_id
        }
        kinds = {c.kind for conflict in trial.settled for c in conflict}
        verdict = "rank_contradicts_values" if kinds <= {"rank"} else "row_interchanged"
        table, measure = act.changed[0].table_id, act.changed[0].measure
        hypothesis = f"{table} {measure}: rows {act.rows[0]} and {act.rows[1]} interchanged"
        partner = dict(act.pairs) | {other: one for one, other in act.pairs}
        rival = self._rival(act, showing)
        for cell in sorted({*act.changed, *showing}):
            domain = trial.state.domains[cell]
            texts = self._wording.of_interchange(
                cell, partner.get(cell), act.rows, verdict, trial.settled, rival, self._shown
            )
            accused = {*act.changed, *showing}
            values = _cells_of(trial.settled) if verdict == "rank_contradicts_values" else set()
            others = tuple(sorted(c for c in values - accused if c.row_key in act.rows))
            self._add(cell, verdict, domain, texts, hypothesis, len(trial.settled), others)

    def _rival(self, act: _Act, showing: Collection[CellKey]) -> int | None:
        """Return how much interchanging the other measure of both rows would settle instead."""
        measures = {cell.measure for cell in showing} - {act.changed[0].measure}
        best: int | None = None
        for measure in sorted(measures):
            table = act.changed[0].table_id
            pairs = tuple(
                (CellKey(table, act.rows[0], p, measure), CellKey(table, act.rows[1], p, measure))
                for p in self._book.periods[table, measure]
            )
            if all(cell in self._book.cells for pair in pairs for cell in pair):
                trial = self._try(_Act(pairs=pairs, rows=act.rows))
                best = max(best or 0, len(trial.settled) if trial else 0)
        return best

    def _blame_by_custom(self, conflict: Conflict) -> None:
        """Name the cells that are called wrong when nothing else is known."""
        constraint = conflict[0]
        cells: Iterable[CellKey] = _suspects(conflict)
        if isinstance(constraint, Numbered):
            cells = constraint.wrong(self._state)
        kinds = {c.kind for c in conflict}
        for cell in cells:
            if cell in self._blamed:
                continue
            domain = self._allowed(constraint, cell)
            verdict = self._verdict(cell, FREE, [conflict])
            hypothesis = (
                _order_id([conflict])
                if kinds <= {"order"}
                else f"{constraint.suspects[0]}: contradicts other cells"
            )
            others = [c for c in constraint.suspects if c != cell]
            texts = self._wording.of_cell(
                cell,
                verdict,
                domain or FREE,
                [conflict, *self._also(cell, [conflict])],
                others,
                self._shown,
            )
            rest = tuple(sorted(_cells_of([conflict]) - set(constraint.suspects)))
            self._add(cell, verdict, domain, texts, hypothesis, 1, rest)

    def _allowed(self, constraint: Constraint, cell: CellKey) -> Interval | None:
        if isinstance(constraint, AtLeast) and constraint.kind == "order":
            return None
        if isinstance(constraint, RankCount):
            return constraint.allowed(self._state)
        left: Interval | None = None
        freed = self._state.without([cell])
        for found, interval in constraint.narrowed(freed):
            if found == cell:
                left = interval
        return left

    def _add(
        self,
        cell: CellKey,
        verdict: str,
        domain: Interval | None,
        texts: tuple[str, str],
        hypothesis: str,
        explains: int,
        suspects: tuple[CellKey, ...],
    ) -> None:
        low = domain.low if domain is not None and domain.low > FREE.low else None
        high = domain.high if domain is not None and domain.high < FREE.high else None
        self._findings.add(
            BookFinding(cell, verdict, low, high, *texts, hypothesis, explains, suspects=suspects)
        )


def _is_accused(trial: _Trial) -> bool:
    accused = {cell for conflict in trial.settled for cell in _suspects(conflict)}
    return accused.issuperset(trial.act.changed)


def _identity(conflict: Conflict) -> frozenset[int]:
    return frozenset(id(constraint) for constraint in conflict)


def _suspects(conflict: Conflict) -> tuple[CellKey, ...]:
    return tuple(dict.fromkeys(cell for c in conflict for cell in c.suspects))


def _order_id(conflicts: Sequence[Conflict]) -> str:
    cell = conflicts[0][0].suspects[0]
    return " ".join(part for part in (cell.table_id, cell.measure, cell.period) if part) + (
        ": order of the rows"
    )


def _is_shifted(printed: Printed, domain: Interval) -> bool:
    """Whether moving the point makes it fit, and the domain is narrow enough to say so."""
    shown = Interval.of_reading(printed)
    if shown is None or domain.low <= 0 <= domain.high:
        return False
    if max(abs(domain.low), abs(domain.high)) > 3 * min(abs(domain.low), abs(domain.high)):
        return False
    printable = domain.widened(Fraction(1, 2 * 10**printed.decimals))
    return any(
        domain.intersects(shown * Fraction(10) ** shift)
        or printable.contains(shown.middle * Fraction(10) ** shift)
        for shift in SHIFTS
    )


def _copied_columns(
    book: Book, conflicts: Sequence[Conflict], wording: Wording
) -> Iterator[BookFinding]:
    """Find columns that repeat another period's, where contradictions say that one is wrong."""
    troubled: dict[tuple[str, str, str], int] = {}
    for conflict in conflicts:
        for cell in _cells_of([conflict]):
            column = (cell.table_id, cell.measure, cell.period)
            troubled[column] = troubled.get(column, 0) + 1
    for (table, measure), periods in book.periods.items():
        for one, other in combinations(periods, 2):
            rows = [
                row
                for row in book.rows[table, measure, one]
                if CellKey(table, row, other, measure) in book.cells
            ]
            equal = [
                row
                for row in rows
                if book.cells[CellKey(table, row, one, measure)].value
                == book.cells[CellKey(table, row, other, measure)].value
                and len(book.cells[CellKey(table, row, one, measure)].digits) >= LONE_DIGITS
            ]
            if len(equal) < COPIED_ROWS or 10 * len(equal) < 9 * len(rows):
                continue
            counts = {p: troubled.get((table, measure, p), 0) for p in (one, other)}
            if not any(counts.values()):
                continue
            shown, source = (one, other) if counts[one] > counts[other] else (other, one)
            for row in equal:
                cell = CellKey(table, row, shown, measure)
                yield BookFinding(
                    cell,
                    "copied_from_other_period",
                    None,
                    None,
                    *wording.of_copied_column(cell, source, len(equal)),
                    f"{table} {measure}: {shown} holds figures of {source}",
                    len(equal),
                )


def _rounding_of_parts(
    constraints: Sequence[Constraint], state: State, wording: Wording
) -> Iterator[BookFinding]:
    """Note the totals that their parts miss for a reason that the method gives."""
    for constraint in constraints:
        if not isinstance(constraint, Linear) or not constraint.slack:
            continue
        if constraint.holds(state) and not constraint.is_met_by_own_rounding(state):
            total = constraint.cells[-1]
            rest = constraint.sum_of(state) + state.domains[total]
            yield BookFinding(
                total,
                "parts_do_not_add",
                rest.low,
                rest.high,
                *wording.of_rounded_parts(constraint, state),
                f"{total}: parts rounded on their own",
                1,
                clean=True,
            )
