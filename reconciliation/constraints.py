"""Constraints between printed cells, on intervals: does one hold, and what it leaves of a cell.

Here: the kinds of constraint, the `State` they look at, and propagation to a fixpoint. Not here:
which cells a relation of the edition speaks of (`relations`), who is to blame (`consistency`).

A constraint is violated only if no true values within the intervals satisfy it. Arithmetic
constraints must hold; the others (order, rank, plausible steps) speak of how a book is made.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import reduce
from math import ceil, floor
from operator import mul

from reconciliation.cells import CellKey
from reconciliation.intervals import Interval

ARITHMETIC = frozenset({"growth", "change", "share", "apportioned", "sum", "same_value"})
FREE = Interval.between(-(10**15), 10**15)
"""What is known of a cell whose printed number is not believed."""
_ROUNDS = 12
_GRID = 10**12
"""Ends finer than this are moved outwards: exact, and no longer than needed."""
_LONG = 10**18
_ONE = Interval.exactly(1)


@dataclass
class State:
    """What is known of each cell.

    `domains` are the true values a cell may have; `numbers` what is printed, absent where it is
    not believed.
    """

    domains: dict[CellKey, Interval]
    numbers: dict[CellKey, Fraction]

    def without(self, cells: Iterable[CellKey]) -> State:
        """Return the state in which the printed numbers of `cells` are not believed."""
        state = State(dict(self.domains), dict(self.numbers))
        for cell in cells:
            state.domains[cell] = FREE
            state.numbers.pop(cell, None)
        return state

    def interchanged(self, pairs: Iterable[tuple[CellKey, CellKey]]) -> State:
        """Return the state in which the cells of each pair have changed places."""
        state = State(dict(self.domains), dict(self.numbers))
        for one, other in pairs:
            state.domains[one], state.domains[other] = self.domains[other], self.domains[one]
            for cell, source in ((one, other), (other, one)):
                state.numbers.pop(cell, None)
                if source in self.numbers:
                    state.numbers[cell] = self.numbers[source]
        return state


class Constraint(ABC):
    """Something that must hold between `cells`."""

    relation_id: str
    kind: str
    cells: tuple[CellKey, ...]
    suspects: tuple[CellKey, ...]
    """The cells that are called wrong when nothing else speaks for another one."""

    @property
    def is_arithmetic(self) -> bool:
        """Whether numbers that violate it cannot all be right."""
        return self.kind in ARITHMETIC

    @abstractmethod
    def holds(self, state: State) -> bool:
        """Return whether some values within the state satisfy it."""

    def narrowed(self, state: State) -> Iterator[tuple[CellKey, Interval]]:
        """Yield what it leaves of each cell, given the others."""
        yield from ()


@dataclass(frozen=True, eq=False)
class Linear(Constraint):
    """The sum of coefficient x cell lies within `allowed`, give or take `slack`."""

    relation_id: str
    kind: str
    terms: tuple[tuple[int, CellKey], ...]
    allowed: Interval = field(default_factory=lambda: Interval.exactly(0))
    slack: Fraction = Fraction(0)
    is_exact: bool = False
    """Whether the printed number itself is meant, not the values it stands for."""
    cells: tuple[CellKey, ...] = field(init=False)
    suspects: tuple[CellKey, ...] = field(init=False)

    def __post_init__(self) -> None:
        cells = tuple(cell for _, cell in self.terms)
        object.__setattr__(self, "cells", cells)
        object.__setattr__(self, "suspects", cells)

    def holds(self, state: State) -> bool:
        """Return whether the sum can lie within what is allowed."""
        return self.bounds.intersects(self.sum_of(state))

    @property
    def bounds(self) -> Interval:
        """What is allowed, with the slack."""
        return self.allowed.widened(self.slack)

    def is_met_by_own_rounding(self, state: State) -> bool:
        """Return whether it holds without the slack too."""
        return self.allowed.intersects(self.sum_of(state))

    def sum_of(self, state: State) -> Interval:
        """Return the interval of the sum."""
        total = Interval.exactly(0)
        for factor, cell in self.terms:
            total = total + self._domain(cell, state) * factor
        return total

    def narrowed(self, state: State) -> Iterator[tuple[CellKey, Interval]]:
        """Yield for each cell the allowed sum less the other terms."""
        if self.is_exact or len(self.terms) < 2:
            return
        whole = self.sum_of(state)
        for factor, cell in self.terms:
            own = state.domains[cell] * factor
            others = Interval(whole.low - own.low, whole.high - own.high)
            yield cell, (self.bounds - others) / factor

    def _domain(self, cell: CellKey, state: State) -> Interval:
        if self.is_exact and cell in state.numbers:
            return Interval.exactly(state.numbers[cell])
        return state.domains[cell]


@dataclass(frozen=True)
class Factor:
    """A cell in a product: its value, `1 + value / 100`, or the very number that is printed."""

    cell: CellKey
    is_growth: bool = False
    is_as_printed: bool = False

    def value(self, state: State) -> Interval:
        """Return the interval of the factor."""
        if self.is_fixed(state):
            return Interval.exactly(state.numbers[self.cell])
        domain = state.domains[self.cell]
        return domain / 100 + 1 if self.is_growth else domain

    def is_fixed(self, state: State) -> bool:
        """Whether the printed number itself is the factor, so that the others do not narrow it."""
        return self.is_as_printed and self.cell in state.numbers

    def cell_value(self, factor: Interval) -> Interval:
        """Return the interval of the cell from that of the factor."""
        return (factor - 1) * 100 if self.is_growth else factor


@dataclass(frozen=True, eq=False)
class Ratio(Constraint):
    """Product of `above` = `ratio` x product of `below`."""

    relation_id: str
    kind: str
    above: tuple[Factor, ...]
    below: tuple[Factor, ...]
    ratio: Interval = field(default_factory=lambda: Interval.exactly(1))
    suspects: tuple[CellKey, ...] = ()
    cells: tuple[CellKey, ...] = field(init=False)

    def __post_init__(self) -> None:
        cells = tuple(factor.cell for factor in (*self.above, *self.below))
        object.__setattr__(self, "cells", cells)
        if not self.suspects:
            object.__setattr__(self, "suspects", cells)

    def holds(self, state: State) -> bool:
        """Return whether both sides can be equal."""
        left = _product(factor.value(state) for factor in self.above)
        right = _product(factor.value(state) for factor in self.below) * self.ratio
        return left.intersects(right)

    def narrowed(self, state: State) -> Iterator[tuple[CellKey, Interval]]:
        """Yield for each cell what the other factors leave; nothing where one may be zero."""
        above = [factor.value(state) for factor in self.above]
        below = [factor.value(state) for factor in self.below]
        left, right = _product(above), _product(below) * self.ratio
        for at, factor in enumerate(self.above):
            rest = _product(above[:at] + above[at + 1 :])
            if not rest.contains(0) and not factor.is_fixed(state):
                yield factor.cell, factor.cell_value(right / rest)
        for at, factor in enumerate(self.below):
            rest = _product(below[:at] + below[at + 1 :]) * self.ratio
            if not rest.contains(0) and not factor.is_fixed(state):
                yield factor.cell, factor.cell_value(left / rest)

    def ratio_of(self, state: State) -> Interval | None:
        """Return the interval of the ratio itself; None where the lower side may be zero."""
        right = _product(factor.value(state) for factor in self.below)
        if right.contains(0):
            return None
        return _product(factor.value(state) for factor in self.above) / right


@dataclass(frozen=True, eq=False)
class AtLeast(Constraint):
    """One end is at least as great as the other; each is a cell or a number.

    Rounding never reverses an order: where both are printed, the printed numbers decide.
    """

    relation_id: str
    kind: str
    greater: CellKey | Fraction
    lesser: CellKey | Fraction
    suspects: tuple[CellKey, ...] = ()
    cells: tuple[CellKey, ...] = field(init=False)

    def __post_init__(self) -> None:
        ends = (self.greater, self.lesser)
        object.__setattr__(self, "cells", tuple(end for end in ends if isinstance(end, CellKey)))

    def holds(self, state: State) -> bool:
        """Return whether the order can be right."""
        great, less = self._number(self.greater, state), self._number(self.lesser, state)
        if great is not None and less is not None:
            return great >= less
        return self._high(self.greater, state) >= self._low(self.lesser, state)

    def narrowed(self, state: State) -> Iterator[tuple[CellKey, Interval]]:
        """Yield the side of the other end on which each end must lie."""
        if isinstance(self.greater, CellKey):
            low = self._low(self.lesser, state)
            yield self.greater, Interval(low, max(low, FREE.high))
        if isinstance(self.lesser, CellKey):
            high = self._high(self.greater, state)
            yield self.lesser, Interval(min(high, FREE.low), high)

    @staticmethod
    def _number(end: CellKey | Fraction, state: State) -> Fraction | None:
        return state.numbers.get(end) if isinstance(end, CellKey) else end

    @staticmethod
    def _low(end: CellKey | Fraction, state: State) -> Fraction:
        return state.domains[end].low if isinstance(end, CellKey) else end

    @staticmethod
    def _high(end: CellKey | Fraction, state: State) -> Fraction:
        return state.domains[end].high if isinstance(end, CellKey) else end


@dataclass(frozen=True, eq=False)
class RankCount(Constraint):
    """Rank = 1 + number of greater values, of all there are."""

    relation_id: str
    kind: str
    rank: CellKey
    value: CellKey
    others: tuple[CellKey, ...]
    cells: tuple[CellKey, ...] = field(init=False)
    suspects: tuple[CellKey, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "cells", (self.rank, self.value, *self.others))
        object.__setattr__(self, "suspects", (self.rank,))

    def holds(self, state: State) -> bool:
        """Return whether the values allow the rank."""
        return self.allowed(state).intersects(_exact(self.rank, state))

    def narrowed(self, state: State) -> Iterator[tuple[CellKey, Interval]]:
        """Yield the ranks that the values allow."""
        yield self.rank, self.allowed(state)

    def allowed(self, state: State) -> Interval:
        """Return the ranks that the values allow, ties included."""
        greater = sum(1 for other in self.others if _is_greater(other, self.value, state))
        smaller = sum(1 for other in self.others if _is_greater(self.value, other, state))
        return Interval.between(1 + greater, 1 + len(self.others) - smaller)


@dataclass(frozen=True, eq=False)
class RankPair(Constraint):
    """Of two that are ranked, the greater value has the better rank."""

    relation_id: str
    kind: str
    rank: CellKey
    value: CellKey
    other_rank: CellKey
    other_value: CellKey
    cells: tuple[CellKey, ...] = field(init=False)
    suspects: tuple[CellKey, ...] = field(init=False)

    def __post_init__(self) -> None:
        cells = (self.rank, self.value, self.other_rank, self.other_value)
        object.__setattr__(self, "cells", cells)
        object.__setattr__(self, "suspects", (self.rank, self.other_rank))

    def holds(self, state: State) -> bool:
        """Return whether ranks and values can agree."""
        if self.rank not in state.numbers or self.other_rank not in state.numbers:
            return True
        one, other = state.numbers[self.rank], state.numbers[self.other_rank]
        if _is_greater(self.value, self.other_value, state):
            return one < other
        if _is_greater(self.other_value, self.value, state):
            return other < one
        return True


@dataclass(frozen=True, eq=False)
class RankRoom(Constraint):
    """Those ranked between the printed ones, at least as great as the next below, fit the whole."""

    relation_id: str
    kind: str
    ranked: tuple[tuple[CellKey, CellKey], ...]
    whole: CellKey
    cells: tuple[CellKey, ...] = field(init=False)
    suspects: tuple[CellKey, ...] = field(init=False)

    def __post_init__(self) -> None:
        both = tuple(cell for pair in self.ranked for cell in pair)
        object.__setattr__(self, "cells", (*both, self.whole))
        object.__setattr__(self, "suspects", tuple(rank for rank, _ in self.ranked))

    def holds(self, state: State) -> bool:
        """Return whether the least that the ranks demand is no more than the whole."""
        return self.least(state) <= state.domains[self.whole].high

    def least(self, state: State) -> Fraction:
        """Return the smallest whole that the ranks and values demand."""
        known = [pair for pair in self.ranked if pair[0] in state.numbers]
        total = sum(
            (state.domains[value].low for _, value in self.ranked if value in state.numbers),
            Fraction(0),
        )
        free_places = 0
        rank_above = Fraction(0)
        for rank, value in sorted(known, key=lambda pair: state.numbers[pair[0]]):
            between = state.numbers[rank] - rank_above - 1
            # A rank twice is a tie, and leaves the place after it empty.
            free_places = max(int(between), 0)
            if value in state.numbers:
                total += free_places * state.domains[value].low
            rank_above = max(rank_above, state.numbers[rank])
        return total


@dataclass(frozen=True, eq=False)
class Numbered(Constraint):
    """The ranks of a column are 1, 2, 3, ... each once."""

    relation_id: str
    kind: str
    cells: tuple[CellKey, ...]

    @property
    def suspects(self) -> tuple[CellKey, ...]:  # type: ignore[override]
        """All of them: which ones stand twice depends on the state."""
        return self.cells

    def holds(self, state: State) -> bool:
        """Return whether no number stands twice or leads past the last line."""
        return not self.wrong(state)

    def wrong(self, state: State) -> list[CellKey]:
        """Return the cells that share a number, or whose number cannot be."""
        numbers = {cell: state.numbers[cell] for cell in self.cells if cell in state.numbers}
        shown = list(numbers.values())
        return [
            cell
            for cell, number in numbers.items()
            if shown.count(number) > 1 or not 1 <= number <= len(self.cells)
        ]


@dataclass(frozen=True, eq=False)
class Mark(Constraint):
    """A figure made from a preliminary one is marked so, and only such a figure is."""

    relation_id: str
    kind: str
    derived: CellKey
    inputs: tuple[CellKey, ...]
    is_derived_marked: bool
    is_input_marked: bool
    cells: tuple[CellKey, ...] = field(init=False)
    suspects: tuple[CellKey, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "cells", (self.derived, *self.inputs))
        lacking = self.inputs[:1] if self.is_derived_marked else (self.derived,)
        object.__setattr__(self, "suspects", lacking)

    def holds(self, state: State) -> bool:
        """Return whether the marks agree; no number bears on it."""
        return self.is_derived_marked == self.is_input_marked


def find_conflicts(
    constraints: Sequence[Constraint], state: State, freed: Sequence[CellKey] = ()
) -> tuple[list[tuple[Constraint, ...]], State]:
    """Return the sets of constraints that cannot hold together, none larger than needed.

    Args:
        constraints: those to look at; arithmetic ones are propagated to a fixpoint first.
        state: what is known.
        freed: cells whose number is not believed: the other constraints narrow them too, one after
            the other, and one that leaves nothing is in conflict.

    Returns:
        The conflicts, and the state after propagation.
    """
    conflicts: list[tuple[Constraint, ...]] = []
    open_ones: list[Constraint] = []
    for constraint in constraints:
        if constraint.is_arithmetic:
            if constraint.holds(state):
                open_ones.append(constraint)
            else:
                conflicts.append((constraint,))
    narrowed = State(dict(state.domains), state.numbers)
    for component in components(open_ones):
        left = component
        while (broken := propagate(left, narrowed)) is not None:
            smallest = _smallest_conflict(left, state, broken)
            conflicts.append(smallest)
            left = [constraint for constraint in left if constraint not in smallest]
            for constraint in component:
                for cell in constraint.cells:
                    narrowed.domains[cell] = state.domains[cell]
    for constraint in constraints:
        if constraint.is_arithmetic:
            continue
        if not constraint.holds(narrowed):
            conflicts.append((constraint,))
            continue
        if not freed or set(freed).isdisjoint(constraint.cells):
            continue
        for cell, interval in constraint.narrowed(narrowed):
            if cell not in freed:
                continue
            left_over = narrowed.domains[cell].intersection(interval)
            if left_over is None:
                conflicts.append((constraint,))
                break
            narrowed.domains[cell] = left_over
    return conflicts, narrowed


def propagate(constraints: Sequence[Constraint], state: State) -> Constraint | None:
    """Narrow the domains of `state` until nothing changes any more.

    Returns:
        The constraint that left a cell no value; None if all can hold.
    """
    waiting = list(constraints)
    for _ in range(_ROUNDS):
        changed: set[CellKey] = set()
        for constraint in waiting:
            for cell, interval in list(constraint.narrowed(state)):
                domain = state.domains[cell]
                if interval.covers(domain):
                    continue
                left_over = domain.intersection(interval)
                if left_over is None:
                    return constraint
                if 100 * left_over.width < 99 * domain.width:
                    state.domains[cell] = _shortened(left_over)
                    changed.add(cell)
        waiting = [c for c in constraints if not changed.isdisjoint(c.cells)]
        if not waiting:
            return None
    return None


def components(constraints: Sequence[Constraint]) -> list[list[Constraint]]:
    """Return the constraints in groups that share no cell, in their order."""
    leader: dict[CellKey, CellKey] = {}

    def find(cell: CellKey) -> CellKey:
        while (above := leader.setdefault(cell, cell)) != cell:
            leader[cell] = leader[above]
            cell = leader[cell]
        return cell

    for constraint in constraints:
        for cell in constraint.cells[1:]:
            leader[find(cell)] = find(constraint.cells[0])
    groups: dict[CellKey, list[Constraint]] = {}
    for constraint in constraints:
        groups.setdefault(find(constraint.cells[0]), []).append(constraint)
    return list(groups.values())


def _smallest_conflict(
    constraints: Sequence[Constraint], state: State, broken: Constraint
) -> tuple[Constraint, ...]:
    """Return constraints that conflict, of which none can be left out."""
    kept = sorted(constraints, key=lambda c: c is broken)
    for constraint in list(kept):
        fewer = [other for other in kept if other is not constraint]
        if propagate(fewer, State(dict(state.domains), state.numbers)) is not None:
            kept = fewer
    return tuple(kept)


def _product(factors: Iterable[Interval]) -> Interval:
    return reduce(mul, factors, _ONE)


def _exact(cell: CellKey, state: State) -> Interval:
    if cell in state.numbers:
        return Interval.exactly(state.numbers[cell])
    return state.domains[cell]


def _is_greater(one: CellKey, other: CellKey, state: State) -> bool:
    """Whether the first is certainly greater. Rounding never reverses an order."""
    if one in state.numbers and other in state.numbers:
        return state.numbers[one] > state.numbers[other]
    return state.domains[one].low > state.domains[other].high


def _shortened(interval: Interval) -> Interval:
    if interval.low.denominator < _LONG and interval.high.denominator < _LONG:
        return interval
    return Interval(
        Fraction(floor(interval.low * _GRID), _GRID), Fraction(ceil(interval.high * _GRID), _GRID)
    )
