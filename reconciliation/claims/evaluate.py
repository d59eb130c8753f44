"""Evaluates the tree of a claim on one reading of the book.

Here: `Evaluator`: what names, cells, functions and comparisons mean. Not here: parsing
(`expression`), arithmetic on intervals (`values`), what follows from the answer (`mart`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import cast

from reconciliation.claims.comparing import compare_numbers
from reconciliation.claims.errors import ClaimError, MissingEvidence
from reconciliation.claims.evidence import Evidence, Place
from reconciliation.claims.expression import (
    Arithmetic,
    Both,
    Call,
    Comparison,
    Either,
    Everything,
    Listed,
    Loop,
    Name,
    Negative,
    Node,
    Not,
    Number,
    Ref,
    Shifted,
    Span,
    Text,
)
from reconciliation.claims.groups import (
    Keys,
    Line,
    Value,
    as_key,
    as_keys,
    joined_groups,
    listing,
    periods_between,
    shifted_period,
    short_row,
)
from reconciliation.claims.values import (
    Quantity,
    Truth,
    add,
    all_hold,
    any_holds,
    certain,
    exact,
    negated,
    over,
    times,
    written,
)
from reconciliation.claims.words import Settings

_PLAIN = re.compile(r"-?\d+(\.\d+)?")


@dataclass(frozen=True)
class Spot:
    """A reference with its rows and periods worked out."""

    ref: Ref
    rows: Keys
    periods: Keys
    one_row: bool
    one_period: bool


@dataclass(frozen=True)
class Context:
    """What a claim says once for its whole expression."""

    table: str = ""
    measure: str = ""
    row: str = ""
    period: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Evaluator:
    """Evaluates one claim on one reading of the book.

    Attributes:
        used: every number that was looked up, in order of first use.
        left_out: members of a group that have no data and were passed over.
    """

    evidence: Evidence
    settings: Settings
    context: Context
    bound: dict[str, Value] = field(default_factory=dict)
    used: dict[str, Quantity] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)
    not_print: bool = False

    def truth(self, node: Node) -> Truth:
        """Return whether a statement holds.

        Raises:
            ClaimError: it is no statement.
            MissingEvidence: a number that decides it is not there.
        """
        found = self.value(node)
        if not isinstance(found, Truth):
            raise ClaimError(
                "this gives a number or a list, not yes or no",
                todo="compare it with something: > < >= <= == !=, or use `value:`",
            )
        return found

    def value(self, node: Node) -> Value:
        """Return what a node stands for."""
        handler = _HANDLERS[type(node)]
        return handler(self, node)

    def number(self, node: Node) -> Quantity:
        """Return the number a node stands for."""
        found = self.value(node)
        if isinstance(found, Quantity):
            return found
        if isinstance(found, str) and re.fullmatch(r"-?\d+(\.\d+)?", found):
            return written(found)
        if isinstance(found, Line) and len(found.items) == 1:
            return found.known()[0][1]
        if isinstance(found, Line):
            raise ClaimError(
                f"there are {len(found.items)} numbers where one is needed",
                todo="name one row and one period, or use sum(...), mean(...), max(...)",
            )
        raise ClaimError(
            f"'{found}' is not a number" if isinstance(found, str) else "this is not a number",
            todo="write a number, a cell or a calculation",
        )

    # ---- leaves

    def _number_node(self, node: Number) -> Value:
        return written(node.text)

    def _text_node(self, node: Text) -> Value:
        return node.value

    def _name_node(self, node: Name) -> Value:
        name = node.name
        if name in self.bound:
            return self.bound[name]
        if name in self.context.facts:
            text = self.context.facts[name]
            number = written(text)
            half = Fraction(1, 2 * 10 ** (number.places or 0))
            quoted = replace(
                number, low=number.value - half, high=number.value + half, is_written=False
            )
            self.used.setdefault(f"{name} (quoted)", quoted)
            return quoted
        if name in self.settings.groups:
            return Keys(self.settings.groups[name], ordered=False)
        if name in ("countries", "members"):
            return self.members(self._default_ref(), totals=False)
        if name in ("true", "false"):
            return certain(name == "true", name, name)
        return name

    def _span_node(self, node: Span) -> Value:
        first, last = self._key(node.first), self._key(node.last)
        return Keys(tuple(periods_between(first, last)))

    def _shifted_node(self, node: Shifted) -> Value:
        return shifted_period(self._key(node.of), node.by)

    def _listed_node(self, node: Listed) -> Value:
        items = [self.value(item) for item in node.items]
        if items and all(isinstance(item, Quantity) for item in items):
            numbers = cast(list[Quantity], items)
            if not all(n.is_written and n.places == 0 for n in numbers):
                return Line(tuple((str(i), n) for i, n in enumerate(numbers, 1)))
        keys: list[str] = []
        for item in items:
            keys += item.items if isinstance(item, Keys) else [as_key(item)]
        return Keys(tuple(keys), ordered=node.ordered)

    def _everything_node(self, node: Everything) -> Value:
        raise ClaimError("'*' stands outside brackets", todo="write T1-2-01.measure[*, 2023]")

    # ---- cells

    def _default_ref(self) -> Ref:
        if not self.context.table or not self.context.measure:
            raise ClaimError(
                "it is not said whose rows are meant",
                todo="write rows(T1-2-01.measure, 2023), or add table: and measure: to the claim",
            )
        kind = "figure" if self.context.table.startswith("F") else "cell"
        index: tuple[Node, ...] = (Everything(),)
        if self.context.period:
            index = (*index, Text(self.context.period))
        return Ref(kind, self.context.table, self.context.measure, index)

    def spot(self, ref: Ref) -> Spot:
        """Work out which rows and periods a reference means."""
        if ref.kind == "cell" and not ref.table:
            if not self.context.table:
                raise ClaimError(
                    f"it is not said in which table '{ref.measure}' stands",
                    todo="write T1-2-01." + ref.measure + ", or add table: to the claim",
                )
            kind = "figure" if self.context.table.startswith("F") else "cell"
            ref = replace(ref, kind=kind, table=self.context.table)
        if not ref.measure:
            ref = replace(ref, measure=self.context.measure)
        if ref.kind == "indicator":
            return self._indicator_spot(ref)
        if len(ref.index) > 2:
            raise ClaimError(
                f"{ref.measure} has {len(ref.index)} things in brackets",
                todo="write [row, period]",
            )
        items = list(ref.index)
        if len(items) == 1 and self._is_period_only(ref, items[0]):
            items = [Text(self._row_by_default(ref)), items[0]]
        rows, one_row = self._row_place(ref, items[0] if items else None)
        periods, one_period = self._period_place(ref, rows, items[1] if len(items) > 1 else None)
        return Spot(ref, rows, periods, one_row, one_period)

    def _is_period_only(self, ref: Ref, item: Node) -> bool:
        if isinstance(item, Everything):
            return False
        found = self.value(item)
        keys = found.items if isinstance(found, Keys) else (as_key(found),)
        table = ref.table
        if any(key in self.evidence.rows.get(table, ()) for key in keys):
            return False
        return all(key[:4].isdigit() for key in keys) or all(
            key in self.evidence.columns.get((table, ref.measure), ()) for key in keys
        )

    def _row_by_default(self, ref: Ref) -> str:
        if self.context.row:
            return self.context.row
        sole = self.evidence.sole_row(ref.table, ref.measure)
        if sole is None:
            raise ClaimError(
                f"it is not said which row of {ref.table} is meant",
                todo="write [row, period], or add row: to the claim",
            )
        return sole

    def _row_place(self, ref: Ref, item: Node | None) -> tuple[Keys, bool]:
        if item is None:
            return Keys((self._row_by_default(ref),)), True
        if isinstance(item, Everything) or (isinstance(item, Name) and item.name == "all"):
            return self.members(ref, totals=False), False
        return self._keys_of(item)

    def _period_place(self, ref: Ref, rows: Keys, item: Node | None) -> tuple[Keys, bool]:
        columns = self.evidence.columns.get((ref.table, ref.measure), ())
        if isinstance(item, Everything) or (isinstance(item, Name) and item.name == "all"):
            if not columns:
                raise MissingEvidence(f"{ref.table}.{ref.measure}", "its data have not been landed")
            return Keys(columns, implied=True), False
        if item is not None:
            return self._keys_of(item)
        soles = {self.evidence.sole_period(ref.table, ref.measure, row) for row in rows.items}
        sole = soles.pop() if len(soles) == 1 else None
        if sole is not None:
            return Keys((sole,)), True
        if self.context.period and self.context.period in columns:
            return Keys((self.context.period,)), True
        if None not in soles and soles and sole is None:
            return Keys(("",)), True  # every row has its own sole period
        if self.context.period:
            return Keys((self.context.period,)), True
        if ref.kind != "cell":
            return Keys(("",)), True
        raise ClaimError(
            f"it is not said for which period {ref.table}.{ref.measure} is meant",
            todo="write [row, period]; there are " + ", ".join(columns),
        )

    def _keys_of(self, item: Node) -> tuple[Keys, bool]:
        found = self.value(item)
        if isinstance(found, Keys):
            return found, False
        return Keys((as_key(found),)), True

    def _key(self, node: Node) -> str:
        return as_key(self.value(node))

    def _indicator_spot(self, ref: Ref) -> Spot:
        known = [key for key in self.evidence.observations if key[0] == ref.measure]
        if len(ref.index) not in (2, 3):
            raise ClaimError(
                f"indicator.{ref.measure} needs an area and a period in brackets",
                todo="write indicator.name[TWN, 2023] or indicator.name[TWN, breakdown, 2023]",
            )
        areas, one_area = self._keys_or_all(ref.index[0], sorted({key[1] for key in known}))
        if len(ref.index) == 3:
            parts, one_part = self._keys_or_all(ref.index[1], sorted({key[2] for key in known}))
        else:
            parts, one_part = Keys(("total",)), True
        periods, one = self._keys_or_all(ref.index[-1], sorted({key[3] for key in known}))
        rows = tuple(f"{area}/{part}" for area in areas.items for part in parts.items)
        implied = areas.implied or parts.implied
        return Spot(ref, Keys(rows, implied=implied), periods, one_area and one_part, one)

    def _keys_or_all(self, item: Node, known: Sequence[str]) -> tuple[Keys, bool]:
        if isinstance(item, Everything):
            return Keys(tuple(known), implied=True), False
        return self._keys_of(item)

    def fetch(self, ref: Ref, row: str, period: str) -> Quantity:
        """Return one number.

        Raises:
            MissingEvidence: it is not there; says what to land.
        """
        if ref.kind == "cell":
            if period == "":
                period = self.evidence.sole_period(ref.table, ref.measure, row) or ""
            place = Place(ref.table, ref.measure, row, period)
            found = self.evidence.cell(place)
            self.places.setdefault(str(place), place)
            return self._note(str(place), found)
        if ref.kind == "indicator":
            area, _, part = row.partition("/")
            return self._observed(ref.measure, area, part, period)
        if ref.kind == "figure":
            return self._of_figure(ref, row, period)
        if ref.kind == "edition":
            return self._of_other_book(ref, row, period)
        raise MissingEvidence(
            f"external.{ref.measure}[{row}, {period}]",
            "it stands in no table of the book; quote the number under `facts:` with its source, "
            "or land the source",
        )

    def _note(self, name: str, found: Quantity) -> Quantity:
        self.used.setdefault(name, found)
        return found

    def _observed(self, indicator: str, area: str, part: str, period: str) -> Quantity:
        name = f"indicator.{indicator}[{area}, {part}, {period}]"
        found = self.evidence.observations.get((indicator, area, part, period))
        if found is None:
            raise MissingEvidence(name, "no such observation; land its source for that period")
        if not found.is_evidence:
            raise MissingEvidence(
                name,
                "the store holds only what was worked out from the print itself; land the "
                "publisher's file",
            )
        if found.number is None:
            raise MissingEvidence(name, "the publisher has no value")
        self.not_print = self.not_print or found.basis != "transcribed"
        return self._note(name, found.number)

    def _of_figure(self, ref: Ref, row: str, period: str) -> Quantity:
        name = str(Place(ref.table, ref.measure, row, period))
        figure = self.settings.figures.get(ref.table)
        if figure is None:
            raise MissingEvidence(
                name, f"the data of figure {ref.table} are not printed and not landed"
            )
        source = f"; land {figure.source}" if figure.source else ""
        series = figure.series.get(ref.measure)
        if series is None or not series.indicator:
            raise MissingEvidence(
                name, f"the series of figure {ref.table} is not printed and not landed{source}"
            )
        quarter = re.fullmatch(r"(\d{4})-?Q([1-4])", period)
        period = f"{quarter[1]}-Q{quarter[2]}" if quarter else period
        area, part = series.area or row, series.breakdown or ("total" if not series.area else row)
        try:
            found = self._observed(series.indicator, area, part, period)
        except MissingEvidence as missing:
            raise MissingEvidence(name, f"not landed{source} ({missing.what})") from missing
        return over(found, exact(series.divide_by))

    def _of_other_book(self, ref: Ref, row: str, period: str) -> Quantity:
        books = self.evidence.other_books
        earlier = [name for name in books if name < self.evidence.edition]
        book = (max(earlier) if earlier else "") if ref.book == "previous" else ref.book
        label = "the edition before" if ref.book == "previous" else f"the {ref.book} edition"
        place = Place(ref.table, ref.measure, row, period)
        found = books.get(book, {}).get(place)
        if found is None or found.number is None:
            raise MissingEvidence(
                f"{place} in {label}",
                f"the printed cells of {label} have not been landed; add its printed/"
                f"{ref.table}.csv, or quote the number under `facts:`",
            )
        return self._note(f"{place} in {label}", found.number)

    def _ref_node(self, node: Ref) -> Value:
        spot = self.spot(node)
        if spot.one_row and spot.one_period:
            return self.fetch(spot.ref, spot.rows.items[0], spot.periods.items[0])
        items: list[tuple[str, Quantity | MissingEvidence]] = []
        for row in spot.rows.items:
            for period in spot.periods.items:
                if spot.one_row:
                    key = period
                elif spot.one_period:
                    key = short_row(row)
                else:
                    key = f"{short_row(row)} {period}"
                try:
                    items.append((key, self.fetch(spot.ref, row, period)))
                except MissingEvidence as missing:
                    items.append((key, missing))
        implied = spot.rows.implied or spot.periods.implied
        return Line(tuple(items), implied)

    def members(self, ref: Ref, *, totals: bool) -> Keys:
        """Rows of a table in print order; with a measure, those that have data for it."""
        if ref.kind != "cell":
            figure = self.settings.figures.get(ref.table)
            source = f"; land {figure.source}" if figure and figure.source else ""
            raise MissingEvidence(
                f"{ref.table or ref.kind}.{ref.measure}", f"its members are not landed{source}"
            )
        rows = self.evidence.rows.get(ref.table, ())
        if not totals:
            rows = tuple(row for row in rows if row not in self.settings.totals)
        if ref.measure:
            periods = self.evidence.columns.get((ref.table, ref.measure), ())
            if len(ref.index) == 2 and not isinstance(ref.index[1], Everything):
                periods = self._keys_of(ref.index[1])[0].items
            rows = tuple(
                row
                for row in rows
                if any(self.evidence.has(Place(ref.table, ref.measure, row, p)) for p in periods)
            )
        return Keys(rows, ordered=False, implied=True)

    # ---- arithmetic and comparison

    def _arithmetic_node(self, node: Arithmetic) -> Value:
        left, right = self.value(node.left), self.value(node.right)
        if isinstance(left, Keys) or isinstance(right, Keys):
            if node.operator not in "+-":
                raise ClaimError(f"'{node.operator}' cannot join groups", todo="use + or -")
            return joined_groups(node.operator, as_keys(left), as_keys(right))
        if (
            isinstance(left, str)
            and node.operator in "+-"
            and isinstance(right, Quantity)
            and right.is_written
        ):
            return shifted_period(left, int(right.value) * (1 if node.operator == "+" else -1))
        a, b = self.number(node.left), self.number(node.right)
        if node.operator in "+-":
            return add(a, b, 1 if node.operator == "+" else -1)
        if node.operator == "*":
            return times(a, b)
        return self.divided(a, b)

    def divided(self, a: Quantity, b: Quantity) -> Quantity:
        """Return a / b.

        Raises:
            MissingEvidence: b is zero.
        """
        try:
            return over(a, b)
        except ZeroDivisionError:
            if b.value != 0:
                value = a.value / b.value
                return Quantity(value, min(value, Fraction(-(10**12))), Fraction(10**12))
            raise MissingEvidence("a quotient", "its denominator is zero") from None

    def _negative_node(self, node: Negative) -> Value:
        number = self.number(node.of)
        return replace(number, value=-number.value, low=-number.high, high=-number.low)

    def _comparison_node(self, node: Comparison) -> Value:
        parts = []
        left = self.value(node.first)
        for operator, right_node in node.rest:
            right = self.value(right_node)
            parts.append(self.compare(left, operator, right))
            left = right
        return parts[0] if len(parts) == 1 else all_hold(parts)

    def compare(self, left: Value, operator: str, right: Value) -> Truth:
        """Compare two numbers, keys or lists."""
        if operator in ("in", "not in"):
            members = as_keys(right).items
            wanted = as_keys(left).items
            there = all(key in members for key in wanted)
            truth = certain(
                there,
                f"in {listing(members)}",
                f"{listing(wanted)} among {listing(members)}",
                f"not in {listing(members)}",
            )
            return truth if operator == "in" else negated(truth)
        groups = (Keys, Line, str)
        both_numbers = all(isinstance(v, str) and _PLAIN.fullmatch(v) for v in (left, right))
        is_order = operator not in ("==", "!=")
        if (
            isinstance(left, Keys | str)
            and isinstance(right, groups)
            and not (both_numbers and is_order)
        ):
            return self._compare_keys(left, operator, right)
        if isinstance(left, Truth) and isinstance(right, Truth):
            return certain(left.holds == right.holds, right.expected, left.found)
        a, b = self._as_number(left), self._as_number(right)
        return compare_numbers(a, operator, b)

    def _as_number(self, value: Value) -> Quantity:
        if isinstance(value, Quantity):
            return value
        if isinstance(value, str) and re.fullmatch(r"-?\d+(\.\d+)?", value):
            return written(value)
        if isinstance(value, Line) and len(value.items) == 1:
            return value.known()[0][1]
        raise ClaimError(
            f"'{value}' is not a number"
            if isinstance(value, str)
            else "a list or a group is compared with a number",
            todo="compare numbers with numbers; lists with == or in",
        )

    def _compare_keys(self, left: Value, operator: str, right: Value) -> Truth:
        a, b = as_keys(left), as_keys(right)
        if operator not in ("==", "!="):
            raise ClaimError(f"'{operator}' cannot compare lists", todo="use ==, != or in")
        if a.ordered and b.ordered:
            same = a.items == b.items
        else:
            same = frozenset(a.items) == frozenset(b.items)
        truth = certain(same, listing(b.items, 20), listing(a.items, 20), listing(a.items, 20))
        return truth if operator == "==" else negated(truth)

    # ---- truth

    def _both_node(self, node: Both) -> Value:
        return self._combined(node.parts, all_hold, decides=False)

    def _either_node(self, node: Either) -> Value:
        return self._combined(node.parts, any_holds, decides=True)

    def _combined(
        self, parts: Iterable[Node], join: Callable[[Iterable[Truth]], Truth], *, decides: bool
    ) -> Truth:
        known: list[Truth] = []
        missing: list[MissingEvidence] = []
        for part in parts:
            try:
                known.append(self.truth(part))
            except MissingEvidence as reason:
                missing.append(reason)
        deciding = [truth for truth in known if truth.holds is decides]
        if missing and not deciding:
            raise missing[0]
        return join(deciding if missing else known)

    def _not_node(self, node: Not) -> Value:
        return negated(self.truth(node.part))

    # ---- loops

    def repeated(self, loop: Loop) -> tuple[list[tuple[str, Value | MissingEvidence]], bool]:
        """Evaluate a loop's body for every member; says whether its group was implied."""
        found: list[tuple[str, Value | MissingEvidence]] = []
        implied = self._repeat(loop, 0, (), found)
        return found, implied

    def _repeat(
        self,
        loop: Loop,
        depth: int,
        keys: tuple[str, ...],
        found: list[tuple[str, Value | MissingEvidence]],
    ) -> bool:
        if depth == len(loop.over):
            label = " ".join(keys)
            try:
                if loop.condition is None or self.truth(loop.condition).holds:
                    found.append((label, self.value(loop.body)))
            except MissingEvidence as missing:
                found.append((label, missing))
            return False
        name, group_node = loop.over[depth]
        group = self.value(group_node)
        if isinstance(group, Line):
            group = Keys(tuple(key for key, _ in group.items), implied=group.implied)
        group = as_keys(group)
        implied = group.implied
        before = self.bound.get(name)
        for key in group.items:
            self.bound[name] = key
            implied = self._repeat(loop, depth + 1, (*keys, short_row(key)), found) or implied
        if before is None:
            self.bound.pop(name, None)
        else:
            self.bound[name] = before
        return implied

    def truths(self, node: Node) -> tuple[list[tuple[str, Truth]], list[MissingEvidence]]:
        """Return the answers for every member of a loop, and what is missing for others."""
        if not isinstance(node, Loop):
            raise ClaimError(
                "a condition for every member is missing",
                todo="write e.g. all(T1-2-01.measure[k, 2023] > 0 for k in rows(T1-2-01.measure))",
            )
        items, implied = self.repeated(node)
        answers: list[tuple[str, Truth]] = []
        missing: list[MissingEvidence] = []
        for key, item in items:
            if isinstance(item, MissingEvidence):
                if implied:
                    self.left_out.append(f"{key}: {item}")
                else:
                    missing.append(item)
            elif isinstance(item, Truth):
                answers.append((key, item))
            else:
                raise ClaimError("the condition is not yes or no", todo="add a comparison")
        return answers, missing

    def line(self, node: Node) -> Line:
        """Return the numbers of a reference to many cells, of a loop, or of a list."""
        if isinstance(node, Loop):
            items, implied = self.repeated(node)
            numbers: list[tuple[str, Quantity | MissingEvidence]] = []
            for key, item in items:
                if isinstance(item, MissingEvidence):
                    if implied:
                        self.left_out.append(f"{key}: {item}")
                    numbers.append((key, item))
                else:
                    numbers.append((key, self._as_number(item)))
            return Line(tuple(numbers), implied)
        found = self.value(node)
        if isinstance(found, Line):
            return found
        if isinstance(found, Quantity):
            return Line((("", found),))
        if isinstance(found, Keys):
            return Line(tuple((key, written(key)) for key in found.items))
        raise ClaimError(
            "numbers are needed here",
            todo="write T1-2-01.measure[TWN, 2019..2023] or (... for k in group)",
        )

    def _loop_node(self, node: Loop) -> Value:
        items, implied = self.repeated(node)
        if any(isinstance(item, Truth) for _, item in items):
            raise ClaimError(
                "it is not said for how many members this must hold",
                todo="write all(...), any(...), none(...), most(...) or count(...) around it",
            )
        if all(isinstance(item, str) for _, item in items):
            return Keys(tuple(cast(str, item) for _, item in items), implied=implied)
        return self.line(node)

    def _call_node(self, node: Call) -> Value:
        from reconciliation.claims.functions import call

        return call(self, node)


_HANDLERS: Mapping[type, Callable[[Evaluator, Node], Value]] = cast(
    Mapping[type, Callable[[Evaluator, Node], Value]],
    {
        Number: Evaluator._number_node,
        Text: Evaluator._text_node,
        Name: Evaluator._name_node,
        Span: Evaluator._span_node,
        Shifted: Evaluator._shifted_node,
        Listed: Evaluator._listed_node,
        Everything: Evaluator._everything_node,
        Ref: Evaluator._ref_node,
        Call: Evaluator._call_node,
        Loop: Evaluator._loop_node,
        Arithmetic: Evaluator._arithmetic_node,
        Negative: Evaluator._negative_node,
        Comparison: Evaluator._comparison_node,
        Both: Evaluator._both_node,
        Either: Evaluator._either_node,
        Not: Evaluator._not_node,
    },
)
