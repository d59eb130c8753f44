"""Checks a claim against what the book has, before any number is looked up.

Here: do the tables, measures, rows, functions and names that an expression uses exist. Not here:
whether the statement holds (`mart`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields

from reconciliation.claims.errors import ClaimError, nearest
from reconciliation.claims.expression import (
    Arithmetic,
    Call,
    Everything,
    Listed,
    Loop,
    Name,
    Node,
    Number,
    Ref,
    Shifted,
    Span,
    Text,
    parse,
)
from reconciliation.claims.forms import Claim
from reconciliation.claims.functions import check_call
from reconciliation.claims.words import Settings

AREA = re.compile(r"[A-Z]{3}|EU27_2020|OECD")
"""An area that a table does not list may be named; the answer is then that it cannot be checked."""
PERIOD = re.compile(r"(19|20)\d{2}(-(19|20)\d{2}|-?Q[1-4]|-\d{2})?")
_OUTSIDE = re.compile(r"\bF\d|\b(indicator|external)\.")
"""Figures, indicators and outside sources have rows that no table lists."""
_TAKES_A_WORD = ("rows", "all_rows", "periods", "convert")
_OWN_NAMES = frozenset({"countries", "members", "result", "true", "false", "highest", "lowest"})


@dataclass(frozen=True)
class Catalogue:
    """What a claim may name.

    Attributes:
        measures: per table its measures with their periods.
        rows: per table its row keys; empty where the models find them and nothing is printed yet.
        indicators: ids of indicators; not checked if empty.
    """

    measures: Mapping[str, Mapping[str, tuple[str, ...]]]
    rows: Mapping[str, tuple[str, ...]]
    indicators: frozenset[str] = frozenset()
    settings: Settings = field(default_factory=Settings)


def check_claim(claim: Claim, catalogue: Catalogue) -> tuple[str, ...]:
    """Check a claim; return the tables and figures it speaks of, in order.

    Raises:
        ClaimError: it names something that there is not, or cannot be read.
    """
    if claim.table:
        _table(claim.table, catalogue, "table")
    if claim.table and claim.measure:
        _measure(claim.table, claim.measure, catalogue, "measure")
    key = "check" if claim.kind == "expression" else ""
    try:
        tree = parse(claim.expression)
        found: dict[str, None] = {}
        for ref in _walk(tree, claim, catalogue, frozenset()):
            if ref:
                found[ref] = None
    except ClaimError as error:
        raise (error if error.key or not key else error.under(key)) from error
    if not found and claim.table:
        found[claim.table] = None
    return tuple(found)


def _walk(node: Node, claim: Claim, catalogue: Catalogue, bound: frozenset[str]) -> Iterator[str]:
    if isinstance(node, Ref):
        yield _reference(node, claim, catalogue, bound)
        for item in node.index:
            yield from _walk_place(item, claim, catalogue, bound)
        return
    if isinstance(node, Call):
        check_call(node)
        for argument in node.arguments:
            if isinstance(argument, Name) and node.name in _TAKES_A_WORD:
                continue
            yield from _walk(argument, claim, catalogue, bound)
        for _, option in node.options:
            yield from _walk(option, claim, catalogue, bound)
        return
    if isinstance(node, Loop):
        for name, group in node.over:
            yield from _walk(group, claim, catalogue, bound)
            bound = bound | {name}
        yield from _walk(node.body, claim, catalogue, bound)
        if node.condition is not None:
            yield from _walk(node.condition, claim, catalogue, bound)
        return
    if isinstance(node, Name):
        _name(node.name, claim, catalogue, bound)
        return
    for child in _children(node):
        yield from _walk(child, claim, catalogue, bound)


def _walk_place(
    node: Node, claim: Claim, catalogue: Catalogue, bound: frozenset[str]
) -> Iterator[str]:
    """Inside brackets bare words are keys, checked with their reference."""
    if isinstance(node, Call | Ref | Loop):
        yield from _walk(node, claim, catalogue, bound)
        return
    for child in _children(node):
        yield from _walk_place(child, claim, catalogue, bound)


def _children(node: Node) -> Iterator[Node]:
    for item in fields(node):
        value = getattr(node, item.name)
        if isinstance(value, tuple):
            for part in value:
                if isinstance(part, tuple):
                    yield part[1]
                elif not isinstance(part, str):
                    yield part
        elif not isinstance(value, str | int | bool) and value is not None:
            yield value


def _reference(ref: Ref, claim: Claim, catalogue: Catalogue, bound: frozenset[str]) -> str:
    table, measure = ref.table or claim.table, ref.measure or claim.measure
    if ref.kind == "external":
        return ""
    if ref.kind == "indicator":
        if catalogue.indicators and measure not in catalogue.indicators:
            raise ClaimError(
                f"there is no indicator '{measure}'",
                todo=nearest(measure, sorted(catalogue.indicators), listed=40),
            )
        return ""
    if not table:
        raise ClaimError(
            f"it is not said in which table '{measure}' stands",
            todo=f"write T1-2-01.{measure}[...], or add `table:` to the claim",
        )
    if table.startswith("F"):
        return table
    _table(table, catalogue, "")
    if not measure:
        return table
    _measure(table, measure, catalogue, "")
    if ref.kind == "edition":
        return table
    periods = catalogue.measures[table][measure]
    rows = catalogue.rows.get(table, ())
    places = list(ref.index)
    if len(places) == 1:
        for key in _literals(places[0], claim, catalogue, bound):
            if key not in periods and not PERIOD.fullmatch(key):
                _row(key, table, rows, catalogue)
    if len(places) == 2:
        for key in _literals(places[0], claim, catalogue, bound):
            _row(key, table, rows, catalogue)
        for key in _literals(places[1], claim, catalogue, bound):
            if key not in periods and not PERIOD.fullmatch(key):
                raise ClaimError(
                    f"'{key}' is not a period of {table}.{measure}",
                    todo=nearest(key, periods, listed=20),
                )
    return table


def _literals(
    node: Node, claim: Claim, catalogue: Catalogue, bound: frozenset[str]
) -> Iterator[str]:
    """Keys written out in a place between brackets; what is computed is left to evaluation."""
    if isinstance(node, Text | Number):
        yield node.value if isinstance(node, Text) else node.text
    elif isinstance(node, Name):
        known = bound | set(claim.facts) | set(catalogue.settings.groups) | _OWN_NAMES | {"all"}
        if node.name not in known:
            yield node.name
    elif isinstance(node, Listed | Span | Arithmetic | Shifted):
        for child in _children(node):
            yield from _literals(child, claim, catalogue, bound)
    elif isinstance(node, Everything):
        return


def _table(table: str, catalogue: Catalogue, key: str) -> None:
    if table.startswith("F") or table in catalogue.measures:
        return
    known = (*catalogue.measures, *catalogue.settings.figures)
    padded = re.sub(r"-(\d)$", r"-0\1", table)
    raise ClaimError(
        f"there is no table '{table}'", key=key, todo=nearest(padded, known, listed=40)
    )


def _measure(table: str, measure: str, catalogue: Catalogue, key: str) -> None:
    if table.startswith("F") or measure in catalogue.measures[table]:
        return
    elsewhere = [other for other, known in catalogue.measures.items() if measure in known]
    hint = f"; {', '.join(elsewhere)} has it" if elsewhere else ""
    raise ClaimError(
        f"{table} has no measure '{measure}'",
        key=key,
        todo=nearest(measure, catalogue.measures[table]) + hint,
    )


def _row(key: str, table: str, rows: tuple[str, ...], catalogue: Catalogue) -> None:
    if rows and key not in rows and not AREA.fullmatch(key):
        raise ClaimError(f"{table} has no row '{key}'", todo=nearest(key, rows, listed=40))


def _name(name: str, claim: Claim, catalogue: Catalogue, bound: frozenset[str]) -> None:
    if name in bound or name in claim.facts or name in _OWN_NAMES or AREA.fullmatch(name):
        return
    if name in catalogue.settings.groups or _OUTSIDE.search(claim.expression):
        return
    keys = {key for rows in catalogue.rows.values() for key in rows}
    periods = {p for known in catalogue.measures.values() for span in known.values() for p in span}
    if name in keys or name in periods or not all(catalogue.rows.values()):
        return
    known = [*bound, *claim.facts, *catalogue.settings.groups, *sorted(keys)]
    raise ClaimError(
        f"'{name}' is neither a quoted fact nor a group nor a row",
        todo=nearest(name, known, listed=16),
    )
