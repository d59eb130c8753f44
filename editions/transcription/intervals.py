"""Which inputs a set of printed cells implies.

Here: exact linear forms over unknown inputs, printed cells as intervals on them, and the choice of
inputs in the middle of what all cells allow. Not here: which cell of which table is which form
(`book_inputs`), reading the print (`printed`), writing files (`formats`, `snapshot_writer`).

A printed value v with d decimals stands for [v - h, v + h), h = 0.5 * 10**-d. Every cell of the
book is a ratio of two linear forms (a level, a growth rate, a share, a difference, a sum), so its
interval is two linear inequalities. Linear programmes only choose; whether a choice reproduces a
cell is decided afterwards in exact fractions, with the book's own rounding.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import combinations
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.optimize import linprog

Exact = int | Fraction | Decimal
MOST_DECIMALS = 9
SMALLEST_SLACK = 1e-7
"""A solution that comes closer than this share of a rounding interval to its edge is none."""


class NoConsistentLevels(ValueError):
    """The printed levels alone contradict each other; no cell is left to give up."""


@dataclass(frozen=True)
class Linear:
    """A linear form: `constant` plus the sum of coefficient times unknown, in exact fractions.

    >>> growth = 100 * (Linear.of("x1") - Linear.of("x0"))
    >>> growth.at({"x0": Decimal(200), "x1": Decimal(203)})
    Fraction(300, 1)
    """

    coefficients: Mapping[str, Fraction] = field(default_factory=dict)
    constant: Fraction = Fraction(0)

    @classmethod
    def of(cls, unknown: str) -> Linear:
        """Return the form that is this unknown."""
        return cls({unknown: Fraction(1)})

    @classmethod
    def number(cls, value: Exact) -> Linear:
        """Return the form that is this number."""
        return cls({}, Fraction(value))

    def __add__(self, other: Linear) -> Linear:
        coefficients = dict(self.coefficients)
        for unknown, coefficient in other.coefficients.items():
            coefficients[unknown] = coefficients.get(unknown, Fraction(0)) + coefficient
        return Linear(coefficients, self.constant + other.constant)

    def __mul__(self, factor: Exact) -> Linear:
        exact = Fraction(factor)
        return Linear({u: c * exact for u, c in self.coefficients.items()}, self.constant * exact)

    __rmul__ = __mul__

    def __sub__(self, other: Linear) -> Linear:
        return self + other * -1

    def __truediv__(self, divisor: Exact) -> Linear:
        return self * (1 / Fraction(divisor))

    def at(self, inputs: Mapping[str, Exact]) -> Fraction:
        """Return the value of the form for these inputs."""
        terms = (c * Fraction(inputs[unknown]) for unknown, c in self.coefficients.items())
        return sum(terms, self.constant)

    def with_inputs(self, inputs: Mapping[str, Exact]) -> Linear:
        """Return the form with these unknowns replaced by their values."""
        left = {u: c for u, c in self.coefficients.items() if u not in inputs}
        known = Linear({u: c for u, c in self.coefficients.items() if u in inputs})
        return Linear(left, self.constant + known.at(inputs))


ONE = Linear.number(1)


@dataclass(frozen=True)
class Cell:
    """A printed cell and the form `numerator / denominator` that the book prints in it.

    `printed` carries the printed decimals. A `level` shows an input as such and is kept at any
    cost; a `derived` cell (growth, share, balance, an estimated level) is given up where the
    print contradicts itself.
    """

    table_id: str
    row_key: str
    period: str
    measure: str
    printed: Decimal
    numerator: Linear
    denominator: Linear = ONE
    kind: Literal["level", "derived"] = "derived"

    @property
    def decimals(self) -> int:
        """Printed digits after the point."""
        return -int(self.printed.as_tuple().exponent)

    @property
    def half(self) -> Fraction:
        """Half of the rounding interval's width."""
        return Fraction(1, 2 * 10**self.decimals)

    @property
    def unknowns(self) -> set[str]:
        """The inputs that the cell depends on."""
        forms = (self.numerator, self.denominator)
        return {u for form in forms for u, c in form.coefficients.items() if c}

    def computed(self, inputs: Mapping[str, Exact]) -> Decimal:
        """Return what the book would print for these inputs."""
        value = self.numerator.at(inputs) / self.denominator.at(inputs)
        return round_half_away(value, self.decimals)

    def reproduced(self, inputs: Mapping[str, Exact]) -> bool:
        """Whether these inputs print as this cell."""
        return self.computed(inputs) == self.printed

    def edges(self) -> tuple[Linear, Linear]:
        """Return the two forms that are not negative inside the interval."""
        low, high = (Fraction(self.printed) + side * self.half for side in (-1, 1))
        return (
            self.numerator - self.denominator * low,
            self.denominator * high - self.numerator,
        )

    def with_inputs(self, inputs: Mapping[str, Exact]) -> Cell:
        """Return the cell with these unknowns replaced by their values."""
        return Cell(
            self.table_id,
            self.row_key,
            self.period,
            self.measure,
            self.printed,
            self.numerator.with_inputs(inputs),
            self.denominator.with_inputs(inputs),
            self.kind,
        )


@dataclass(frozen=True)
class Solution:
    """Inputs in the middle of what the kept cells allow, and the cells that had to be given up."""

    inputs: Mapping[str, Decimal]
    dropped: tuple[Cell, ...]


def round_half_away(value: Fraction, decimals: int) -> Decimal:
    """Return the value rounded half away from zero, exactly.

    >>> round_half_away(Fraction(-25, 100), 1), round_half_away(Fraction(9595, 1000), 2)
    (Decimal('-0.3'), Decimal('9.60'))
    """
    shifted = abs(value) * 10**decimals
    whole = int(shifted + Fraction(1, 2))
    sign = -1 if value < 0 else 1
    return Decimal(sign * whole).scaleb(-decimals)


def solve(cells: Sequence[Cell], starts: Mapping[str, Exact] | None = None) -> Solution:
    """Choose inputs that print as the cells, as far from the edges of the intervals as possible.

    The largest smallest relative slack is found first; half of it is then kept everywhere while
    each unknown in turn takes the middle of what is left to it, rounded to as few decimals as stay
    in the inner half of that range. Where no inputs print as all cells, the levels are kept and the
    smallest number of derived cells is given up (of equally small sets the one that leaves the
    most slack).

    Args:
        cells: the printed cells; each unknown has a level among them or a start.
        starts: rough values of the unknowns that are not printed themselves.

    Raises:
        NoConsistentLevels: the levels contradict each other.
    """
    # A cell of estimates only (a given figure) follows or does not; it may lie on an edge.
    open_cells = [cell for cell in cells if cell.unknowns]
    scale = _scales(open_cells, starts or {})
    kept, slack = _largest_consistent(open_cells, scale)
    inputs = _middle(kept, slack / 2, scale)
    kept += [cell for cell in cells if not cell.unknowns and cell.reproduced({})]
    wrong = [cell for cell in kept if not cell.reproduced(inputs)]
    if wrong:
        raise ArithmeticError(f"The chosen inputs do not print as {wrong[0]}.")
    return Solution(inputs, tuple(cell for cell in cells if cell not in kept))


def is_consistent(cells: Sequence[Cell], starts: Mapping[str, Exact] | None = None) -> bool:
    """Whether there are inputs that print as all of these cells."""
    open_cells = [cell for cell in cells if cell.unknowns]
    fixed = [cell for cell in cells if not cell.unknowns]
    slack = _greatest_slack(open_cells, _scales(open_cells, starts or {}))
    return slack > SMALLEST_SLACK and all(cell.reproduced({}) for cell in fixed)


@dataclass(frozen=True)
class _Scale:
    """Origin and unit of an unknown, so that the programmes see numbers near one."""

    origin: Fraction
    unit: Fraction


def _scales(cells: Sequence[Cell], starts: Mapping[str, Exact]) -> dict[str, _Scale]:
    scales = {
        unknown: _Scale(Fraction(start), abs(Fraction(start)) / 1000)
        for unknown, start in starts.items()
    }
    for cell in cells:
        if cell.kind == "level" and len(cell.unknowns) == 1:
            (unknown,) = cell.unknowns
            size = cell.numerator.coefficients[unknown] / cell.denominator.constant
            finer = _Scale(Fraction(cell.printed) / size, cell.half / abs(size))
            if unknown not in scales or finer.unit < scales[unknown].unit:
                scales[unknown] = finer
    return {u: scales[u] for u in dict.fromkeys(_all_unknowns(cells))}


def _all_unknowns(cells: Iterable[Cell]) -> list[str]:
    return [unknown for cell in cells for unknown in sorted(cell.unknowns)]


Matrix = npt.NDArray[np.float64]


def _inequalities(cells: Sequence[Cell], scale: Mapping[str, _Scale]) -> tuple[Matrix, Matrix]:
    """Return A, b with A u + b >= t for scaled unknowns u and relative slack t (1 = the middle)."""
    origin = {unknown: s.origin for unknown, s in scale.items()}
    rows, constants = [], []
    for cell in cells:
        size = abs(cell.denominator.at(origin)) * cell.half
        for edge in cell.edges():
            row = [edge.coefficients.get(u, Fraction(0)) * s.unit / size for u, s in scale.items()]
            rows.append([float(c) for c in row])
            constants.append(float(edge.at(origin) / size))
    return np.array(rows).reshape(len(rows), len(scale)), np.array(constants)


def _greatest_slack(cells: Sequence[Cell], scale: Mapping[str, _Scale]) -> float:
    """Return the largest smallest slack, or -inf where the cells cannot be met at all."""
    if not cells:
        return 1.0
    a, b = _inequalities(cells, scale)
    columns = len(scale)
    result = linprog(
        np.append(np.zeros(columns), -1.0),
        A_ub=np.hstack([-a, np.ones((len(b), 1))]),
        b_ub=b,
        bounds=[(None, None)] * columns + [(None, 1.0)],
        method="highs",
    )
    return float(-result.fun) if result.success else -np.inf


def _largest_consistent(
    cells: Sequence[Cell], scale: Mapping[str, _Scale]
) -> tuple[list[Cell], float]:
    derived = [cell for cell in cells if cell.kind == "derived"]
    for count in range(len(derived) + 1):
        best: tuple[float, list[Cell]] | None = None
        for given_up in combinations(derived, count):
            kept = [cell for cell in cells if cell not in given_up]
            slack = _greatest_slack(kept, scale)
            if slack > SMALLEST_SLACK and (best is None or slack > best[0] + SMALLEST_SLACK):
                best = slack, kept
        if best:
            return best[1], best[0]
    raise NoConsistentLevels(f"No inputs print as the levels of {cells[0].table_id}.")


def _middle(cells: Sequence[Cell], slack: float, scale: Mapping[str, _Scale]) -> dict[str, Decimal]:
    a, b = _inequalities(cells, scale)
    bounds: list[tuple[float | None, float | None]] = [(None, None)] * len(scale)
    inputs: dict[str, Decimal] = {}
    for column, (unknown, s) in enumerate(scale.items()):
        goal = np.zeros(len(scale))
        ends = []
        for sign in (1.0, -1.0):
            goal[column] = sign
            result = linprog(goal, A_ub=-a, b_ub=b - slack, bounds=bounds, method="highs")
            if not result.success:
                raise ArithmeticError(f"No range for {unknown}: {result.message}")
            ends.append(s.origin + s.unit * Fraction(sign * float(result.fun)))
        chosen = _shortest_near_middle(min(ends), max(ends))
        at = float((Fraction(chosen) - s.origin) / s.unit)
        bounds[column] = (at, at)
        inputs[unknown] = chosen
    return inputs


def _shortest_near_middle(low: Fraction, high: Fraction) -> Decimal:
    """Return the number with the fewest decimals in the inner half of the range."""
    middle = (low + high) / 2
    # Ten digits: a solver's last bits must not decide a tie.
    steady = Decimal(f"{float(middle):.10g}")
    for decimals in range(MOST_DECIMALS + 1):
        rounded = steady.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
        if abs(Fraction(rounded) - middle) <= (high - low) / 4:
            return rounded
    return steady
