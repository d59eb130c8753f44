"""Comparing two numbers, and saying in words what was stated, found and would be right.

Here: `compare_numbers`. Not here: the comparison itself (`values`), lists and groups (`evaluate`).
"""

from __future__ import annotations

from dataclasses import replace

from reconciliation.claims.values import (
    Quantity,
    Truth,
    is_equal,
    is_greater,
    negated,
    rounded,
)


def compare_numbers(a: Quantity, operator: str, b: Quantity) -> Truth:
    """Compare two numbers and say in words what was said and what is."""
    if a.is_written and not b.is_written:
        mirrored = {">": "<", "<": ">", ">=": "<=", "<=": ">="}.get(operator, operator)
        return compare_numbers(b, mirrored, a)
    if operator in ("==", "!="):
        truth = is_equal(a, b)
    elif operator == ">":
        truth = is_greater(a, b)
    elif operator == ">=":
        truth = is_greater(a, b, or_equal=True)
    elif operator == "<":
        truth = is_greater(b, a)
    else:
        truth = is_greater(b, a, or_equal=True)
    target = b.text() if b.is_written or b.places is not None else b.text(max(a.places or 0, 2))
    places = a.places if a.places is not None else max(b.places or 0, 2)
    if a.places is None and a.value.denominator == 1 and a.is_exact:
        places = b.places or 0
    found = a.text(places)
    stated = target if operator == "==" else f"{operator} {target}"
    fits = _would_hold(a, operator, b, target)
    if operator == "!=":
        truth = negated(truth)
    return replace(truth, expected=stated, found=found, would_hold="" if truth.holds else fits)


def _would_hold(a: Quantity, operator: str, b: Quantity, target: str) -> str:
    if operator == "==":
        return (
            a.text(min(b.places, a.places if a.places is not None else 9))
            if (b.places is not None)
            else a.text()
        )
    opposite = {">": "<=", "<": ">=", ">=": "<", "<=": ">", "!=": "=="}[operator]
    if rounded(a.as_shown, 9) == rounded(b.as_shown, 9):
        opposite = "=="
    return target if opposite == "==" else f"{opposite} {target}"


def described(truth: Truth, expected: str, found: str, would_hold: str = "") -> Truth:
    """Return the same answer in other words."""
    return replace(
        truth, expected=expected, found=found, would_hold="" if truth.holds else would_hold
    )
