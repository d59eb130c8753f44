"""The functions of the expression language: growth, rank, top, all, rises, about, ...

Here: each function, and `FUNCTIONS`, which says what there is. Not here: how arguments are parsed
(`expression`) or evaluated (`evaluate`).
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from reconciliation.claims.comparing import compare_numbers, described
from reconciliation.claims.errors import ClaimError, MissingEvidence, nearest
from reconciliation.claims.evaluate import Evaluator, Spot
from reconciliation.claims.evidence import PERCENT, Place, scale_of_unit
from reconciliation.claims.expression import Call, Everything, Loop, Node, Ref
from reconciliation.claims.groups import (
    Keys,
    Line,
    Value,
    as_key,
    as_keys,
    listing,
    shifted_period,
)
from reconciliation.claims.values import (
    MOST_PLACES,
    Quantity,
    Truth,
    add,
    all_hold,
    certain,
    exact,
    is_greater,
    lies_between,
    magnitude,
    mapped,
    rounded,
    shown,
    times,
    written,
)

HUNDRED = exact(100)


@dataclass(frozen=True)
class Function:
    """A function: how many arguments it takes and which options."""

    body: Callable[[Evaluator, Call], Value]
    least: int
    most: int
    options: tuple[str, ...] = ()
    usage: str = ""


def check_call(node: Call) -> None:
    """Check name, arguments and options of a call.

    Raises:
        ClaimError: there is no such function, or it is used otherwise.
    """
    function = FUNCTIONS.get(node.name)
    if function is None:
        raise ClaimError(
            f"there is no function '{node.name}'", todo=nearest(node.name, FUNCTIONS, listed=60)
        )
    if not function.least <= len(node.arguments) <= function.most:
        raise ClaimError(
            f"{node.name}(...) has {len(node.arguments)} arguments", todo=f"write {function.usage}"
        )
    for name, _ in node.options:
        if name not in function.options:
            raise ClaimError(
                f"{node.name}(...) has no option '{name}'",
                todo=nearest(name, function.options) if function.options else function.usage,
            )


def call(evaluator: Evaluator, node: Call) -> Value:
    """Evaluate a call."""
    check_call(node)
    return FUNCTIONS[node.name].body(evaluator, node)


def _option(node: Call, name: str) -> Node | None:
    return dict(node.options).get(name)


# ---- numbers over time


def _one_cell(evaluator: Evaluator, node: Call) -> Spot:
    target = node.arguments[0]
    if not isinstance(target, Ref):
        raise ClaimError(
            f"{node.name}(...) with one argument needs a single cell",
            todo=f"write {node.name}(T1-2-01.measure[TWN, 2023]) or {node.name}(now, before)",
        )
    spot = evaluator.spot(target)
    if len(spot.rows.items) != 1 or len(spot.periods.items) != 1:
        raise ClaimError(
            f"{node.name}(...) is given several cells", todo="name one row and one period"
        )
    return spot


def _now_and_before(evaluator: Evaluator, node: Call) -> tuple[Quantity, Quantity]:
    if len(node.arguments) == 2:
        return evaluator.number(node.arguments[0]), evaluator.number(node.arguments[1])
    spot = _one_cell(evaluator, node)
    row, period = spot.rows.items[0], spot.periods.items[0]
    now = evaluator.fetch(spot.ref, row, period)
    since = _option(node, "since")
    before = as_key(evaluator.value(since)) if since is not None else shifted_period(period, -1)
    return now, evaluator.fetch(spot.ref, row, before)


def _pct(number: Quantity) -> Quantity:
    return replace(number, scale=PERCENT, currency="", places=None)


def _growth(evaluator: Evaluator, node: Call) -> Value:
    now, before = _now_and_before(evaluator, node)
    ratio = evaluator.divided(now, before)
    return _pct(times(HUNDRED, add(ratio, exact(1), -1)))


def _change(evaluator: Evaluator, node: Call) -> Value:
    now, before = _now_and_before(evaluator, node)
    return add(now, before, -1)


def _yearly_growth(evaluator: Evaluator, node: Call) -> Value:
    spot = _one_cell(evaluator, node)
    since = _option(node, "since")
    if since is None:
        raise ClaimError("yearly_growth(...) needs since=", todo="write since=2019")
    period, start = spot.periods.items[0], as_key(evaluator.value(since))
    years = int(period[:4]) - int(start[:4])
    if years < 1:
        raise ClaimError(f"{start} is not before {period}", todo="give an earlier year in since=")
    ratio = evaluator.divided(
        evaluator.fetch(spot.ref, spot.rows.items[0], period),
        evaluator.fetch(spot.ref, spot.rows.items[0], start),
    )

    def root(value: Fraction) -> Fraction:
        return Fraction(float(value) ** (1 / years) - 1) * 100 if value > 0 else Fraction(-100)

    number = Quantity(root(ratio.value), root(ratio.low), root(ratio.high))
    return _pct(number)


def _share(evaluator: Evaluator, node: Call) -> Value:
    part, whole = (evaluator.number(item) for item in node.arguments)
    return _pct(times(HUNDRED, evaluator.divided(part, whole)))


def _ratio(evaluator: Evaluator, node: Call) -> Value:
    a, b = (evaluator.number(item) for item in node.arguments)
    return evaluator.divided(a, b)


# ---- numbers from many


def _aggregate(function: Callable[[Sequence[Fraction]], Fraction]) -> _Body:
    def body(evaluator: Evaluator, node: Call) -> Value:
        return mapped([number for _, number in _numbers(evaluator, node)], function)

    return body


def _numbers(evaluator: Evaluator, node: Call) -> list[tuple[str, Quantity]]:
    if len(node.arguments) > 1:
        return [("", evaluator.number(item)) for item in node.arguments]
    return evaluator.line(node.arguments[0]).known()


def _mean(values: Sequence[Fraction]) -> Fraction:
    return sum(values, Fraction(0)) / len(values)


def _median(values: Sequence[Fraction]) -> Fraction:
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def _sum(values: Sequence[Fraction]) -> Fraction:
    return sum(values, Fraction(0))


def _abs(evaluator: Evaluator, node: Call) -> Value:
    return magnitude(evaluator.number(node.arguments[0]))


def _round(evaluator: Evaluator, node: Call) -> Value:
    number = evaluator.number(node.arguments[0])
    places = 0
    if len(node.arguments) == 2:
        places = int(evaluator.number(node.arguments[1]).value)
    if not 0 <= places <= MOST_PLACES:
        raise ClaimError(f"{places} decimals cannot be shown", todo="write round(number, 2)")
    low, value, high = (rounded(x, places) for x in (number.low, number.value, number.high))
    return replace(number, low=low, value=value, high=high, places=places, is_written=False)


def _convert(evaluator: Evaluator, node: Call) -> Value:
    number = evaluator.number(node.arguments[0])
    unit = as_key(evaluator.value(node.arguments[1]))
    scale, currency = scale_of_unit(_unit_words(unit))
    if number.scale is None or scale is None:
        raise ClaimError(
            f"a number without a single unit cannot be turned into '{unit}'",
            todo="convert the cells first, or divide yourself",
        )
    if currency and number.currency and currency != number.currency:
        raise ClaimError(
            f"the number is in {number.currency}, not {currency}",
            todo=f"write it in {number.currency}",
        )
    turned = times(number, exact(number.scale / scale))
    return replace(turned, scale=scale, currency=number.currency)


def _unit_words(unit: str) -> str:
    for name, currency in (("NT$", "NTD "), ("TWD", "NTD "), ("US$", "USD "), ("$", "USD ")):
        unit = unit.replace(name, currency)
    return unit.replace("新臺幣", "NTD ").replace("美元", " USD").strip()


# ---- groups


def _rows(evaluator: Evaluator, node: Call) -> Value:
    ref = _whole(node.arguments[0])
    if len(node.arguments) == 2:
        ref = replace(ref, index=(Everything(), node.arguments[1]))
    return evaluator.members(_with_default_table(evaluator, ref), totals=False)


def _all_rows(evaluator: Evaluator, node: Call) -> Value:
    ref = _whole(node.arguments[0])
    if len(node.arguments) == 2:
        ref = replace(ref, index=(Everything(), node.arguments[1]))
    return evaluator.members(_with_default_table(evaluator, ref), totals=True)


def _periods(evaluator: Evaluator, node: Call) -> Value:
    ref = _with_default_table(evaluator, _whole(node.arguments[0]))
    periods = evaluator.evidence.columns.get((ref.table, ref.measure), ())
    if not periods:
        raise MissingEvidence(f"{ref.table}.{ref.measure}", "its data have not been landed")
    return Keys(periods, implied=True)


def _whole(node: Node) -> Ref:
    if isinstance(node, Ref):
        return node
    name = getattr(node, "name", None)
    if isinstance(name, str):
        return Ref("cell", "", name, (), bracketed=False)
    raise ClaimError("a table's measure is needed", todo="write T1-2-01.measure")


def _with_default_table(evaluator: Evaluator, ref: Ref) -> Ref:
    if ref.table or ref.kind != "cell":
        return ref
    if not evaluator.context.table:
        raise ClaimError(f"'{ref.measure}' has no table", todo="write T1-2-01." + ref.measure)
    kind = "figure" if evaluator.context.table.startswith("F") else "cell"
    return replace(ref, table=evaluator.context.table, kind=kind)


def _set(evaluator: Evaluator, node: Call) -> Value:
    found = _keys(evaluator, node.arguments[0])
    return Keys(tuple(dict.fromkeys(found.items)), ordered=False, implied=found.implied)


def _list(evaluator: Evaluator, node: Call) -> Value:
    return replace(_keys(evaluator, node.arguments[0]), ordered=True)


def _keys(evaluator: Evaluator, node: Node) -> Keys:
    if isinstance(node, Loop):
        items, implied = evaluator.repeated(node)
        for _, item in items:
            if isinstance(item, MissingEvidence) and not implied:
                raise item
        values = [item for _, item in items if not isinstance(item, MissingEvidence)]
        return Keys(tuple(as_key(value) for value in values), implied=implied)
    return as_keys(evaluator.value(node))


def _ordered(evaluator: Evaluator, node: Call, *, descending: bool) -> Value:
    line = evaluator.line(node.arguments[0])
    numbers = line.known()
    ordered = sorted(numbers, key=lambda item: item[1].as_shown, reverse=descending)
    if len(node.arguments) == 2:
        ordered = ordered[: int(evaluator.number(node.arguments[1]).value)]
    return Keys(tuple(key for key, _ in ordered))


def _top(evaluator: Evaluator, node: Call) -> Value:
    return _ordered(evaluator, node, descending=True)


def _bottom(evaluator: Evaluator, node: Call) -> Value:
    return _ordered(evaluator, node, descending=False)


def _count(evaluator: Evaluator, node: Call) -> Value:
    target = node.arguments[0]
    if isinstance(target, Loop):
        items, _ = evaluator.repeated(target)
        if any(isinstance(item, Truth) for _, item in items):
            answers, missing = evaluator.truths(target)
            if missing:
                raise missing[0]
            return exact(sum(truth.holds for _, truth in answers), 0)
        return exact(len([i for _, i in items if not isinstance(i, MissingEvidence)]), 0)
    found = evaluator.value(target)
    if isinstance(found, Line):
        return exact(len(found.known()), 0)
    return exact(len(as_keys(found).items), 0)


# ---- ranks


def _rank(evaluator: Evaluator, node: Call) -> Value:
    lowest = _is_from_lowest(evaluator, node)
    if len(node.arguments) == 2 and not isinstance(node.arguments[0], Ref):
        own = evaluator.number(node.arguments[0])
        others = [number for _, number in evaluator.line(node.arguments[1]).known()]
        return _place_of(own, others, lowest)
    spot = _one_cell(evaluator, node)
    row, period = spot.rows.items[0], spot.periods.items[0]
    own = evaluator.fetch(spot.ref, row, period)
    among = _option(node, "among")
    if among is None and len(node.arguments) == 2:
        among = node.arguments[1]
    if isinstance(among, Loop):
        others = [number for _, number in evaluator.line(among).known()]
        return _place_of(own, others, lowest)
    if among is not None:
        members = evaluator.value(among)
        if isinstance(members, Line):
            return _place_of(own, [number for _, number in members.known()], lowest)
        group = as_keys(members)
    else:
        group = evaluator.members(
            replace(spot.ref, index=(Everything(), *spot.ref.index[1:2])), totals=False
        )
    others = []
    for key in group.items:
        if key == row:
            continue
        try:
            others.append(evaluator.fetch(spot.ref, key, period))
        except MissingEvidence as missing:
            if not group.implied:
                raise
            evaluator.left_out.append(f"{key}: {missing.what}")
    return _place_of(own, others, lowest)


def _rank_in_time(evaluator: Evaluator, node: Call) -> Value:
    spot = _one_cell(evaluator, node)
    row, period = spot.rows.items[0], spot.periods.items[0]
    own = evaluator.fetch(spot.ref, row, period)
    periods = _periods_of(evaluator, node, spot)
    others = [evaluator.fetch(spot.ref, row, p) for p in periods if p != period]
    return _place_of(own, others, _is_from_lowest(evaluator, node))


def _periods_of(evaluator: Evaluator, node: Call, spot: Spot) -> tuple[str, ...]:
    """Periods given as the second argument, or all that the row has a number for."""
    if len(node.arguments) == 2:
        return as_keys(evaluator.value(node.arguments[1])).items
    ref, row = spot.ref, spot.rows.items[0]
    columns = evaluator.evidence.columns.get((ref.table, ref.measure), ())
    there = tuple(
        p for p in columns if evaluator.evidence.has(Place(ref.table, ref.measure, row, p))
    )
    if not there:
        raise MissingEvidence(f"{ref.table}.{ref.measure}", "its series has not been landed")
    return there


def _is_from_lowest(evaluator: Evaluator, node: Call) -> bool:
    side = _option(node, "from")
    if side is None:
        return False
    word = as_key(evaluator.value(side))
    if word not in ("highest", "lowest"):
        raise ClaimError(
            f"'{word}' is no end of a ranking", todo=nearest(word, ["highest", "lowest"])
        )
    return word == "lowest"


def _place_of(own: Quantity, others: Sequence[Quantity], lowest: bool) -> Quantity:
    def ahead(other: Quantity) -> Truth:
        return is_greater(own, other) if lowest else is_greater(other, own)

    answers = [ahead(other) for other in others]
    surely = 1 + sum(truth.proven for truth in answers)
    at_most = 1 + sum(not truth.refuted for truth in answers)
    place = 1 + sum(truth.holds for truth in answers)
    return Quantity(Fraction(place), Fraction(surely), Fraction(at_most), places=0)


# ---- how many satisfy something


def _quantified(word: str) -> _Body:
    def body(evaluator: Evaluator, node: Call) -> Value:
        answers, missing = evaluator.truths(node.arguments[-1])
        total = len(answers) + len(missing)
        if total == 0:
            reason = evaluator.left_out[0] if evaluator.left_out else "an empty group"
            raise MissingEvidence(reason, "no member of the group has data")
        least, most = _bounds(evaluator, node, word, total)
        yes = sum(truth.holds for _, truth in answers)
        holds = least <= yes <= most
        outcomes = {least <= yes + more <= most for more in range(len(missing) + 1)}
        if len(outcomes) > 1:
            raise missing[0]
        sure = sum(truth.proven for _, truth in answers)
        possible = sum(not truth.refuted for _, truth in answers)
        face = sum(truth.at_face for _, truth in answers)
        truth = Truth(
            holds,
            least <= sure and possible <= most,
            possible < least or sure > most,
            least <= face <= most,
        )
        return described(truth, *_words_of(answers, least, most, total, yes, holds))

    return body


def _bounds(evaluator: Evaluator, node: Call, word: str, total: int) -> tuple[int, int]:
    if word == "most":
        share = evaluator.settings.words.most_pct / 100
        return int(share * total) + 1, total
    fixed = {"all": (total, total), "any": (1, total), "none": (0, 0)}
    if word in fixed:
        return fixed[word]
    wanted = int(evaluator.number(node.arguments[0]).value)
    return {"at_least": (wanted, total), "at_most": (0, wanted), "exactly": (wanted, wanted)}[word]


def _words_of(
    answers: Sequence[tuple[str, Truth]], least: int, most: int, total: int, yes: int, holds: bool
) -> tuple[str, str, str]:
    if least == most:
        wanted = "all" if least == total and total > 0 else "none" if least == 0 else f"{least}"
    elif most == total:
        wanted = f"at least {least}"
    else:
        wanted = f"at most {most}"
    conditions = list(dict.fromkeys(truth.expected for _, truth in answers if truth.expected))
    condition = f" {conditions[0]}" if len(conditions) == 1 else ""
    against = [(key, t) for key, t in answers if t.holds is (least == 0 and most == 0)]
    shared = len(conditions) <= 1
    named = ", ".join(
        f"{key} ({t.found})" if shared else f"{key} ({t.found}, stated {t.expected})"
        for key, t in against[:LISTED_EXCEPTIONS]
    )
    more = f" and {len(against) - LISTED_EXCEPTIONS} more" * (len(against) > LISTED_EXCEPTIONS)
    label = "yes" if least == 0 and most == 0 else "not"
    found = f"{yes} of {total}" + (f"; {label}: {named}{more}" if against else "")
    return f"{wanted} of {total}{condition}", found, f"{yes} of {total}" if not holds else ""


LISTED_EXCEPTIONS = 5


# ---- time


def _trend(word: str) -> _Body:
    def body(evaluator: Evaluator, node: Call) -> Value:
        numbers = evaluator.line(node.arguments[0]).known()
        if len(numbers) < 2:
            raise ClaimError(
                f"{node.name}(...) is given one period",
                todo="write T1-2-01.measure[TWN, 2019..2023]",
            )
        if word.endswith("overall"):
            pairs = [(numbers[0], numbers[-1])]
        else:
            pairs = list(itertools.pairwise(numbers))
        steps = [(before, after, _step(word, before[1], after[1])) for before, after in pairs]
        truth = all_hold(step for _, _, step in steps)
        broken = [(before, after) for before, after, step in steps if not step.holds]
        path = " → ".join(number.text() for _, number in numbers)
        if len(numbers) > 12:
            path = f"{numbers[0][1].text()} ... {numbers[-1][1].text()}"
        breaks = "; ".join(f"{a[0]} → {b[0]}: {a[1].text()} → {b[1].text()}" for a, b in broken[:4])
        span = f"{numbers[0][0]} to {numbers[-1][0]}"
        return described(
            truth,
            f"{TREND_WORDS[word]} from {span}",
            path + (f"; not {breaks}" if broken else ""),
            f"not {breaks}" if broken else "",
        )

    return body


TREND_WORDS = {
    "rises": "rises every time",
    "falls": "falls every time",
    "never_falls": "never falls",
    "never_rises": "never rises",
    "rises_overall": "is higher at the end",
    "falls_overall": "is lower at the end",
}


def _step(word: str, before: Quantity, after: Quantity) -> Truth:
    if word in ("rises", "rises_overall"):
        return is_greater(after, before)
    if word in ("falls", "falls_overall"):
        return is_greater(before, after)
    if word == "never_falls":
        return is_greater(after, before, or_equal=True)
    return is_greater(before, after, or_equal=True)


def _is_stable(evaluator: Evaluator, node: Call) -> Value:
    numbers = [number for _, number in evaluator.line(node.arguments[0]).known()]
    mean = _mean([number.value for number in numbers])
    within = _option(node, "within")
    words = evaluator.settings.words
    if within is not None:
        room = evaluator.number(within).value
    else:
        room = abs(mean) * words.stable_pct / 100
    truth = all_hold(lies_between(number, mean - room, mean + room) for number in numbers)
    ends = (min(n.as_shown for n in numbers), max(n.as_shown for n in numbers))
    places = max((n.places or 0) for n in numbers) or 2
    return described(
        truth,
        f"within {shown(room, places)} of the mean {shown(mean, places)}",
        f"between {shown(ends[0], places)} and {shown(ends[1], places)}",
        f"within {shown(max(mean - ends[0], ends[1] - mean), places)} of the mean",
    )


def _is_extreme(word: str) -> _Body:
    def body(evaluator: Evaluator, node: Call) -> Value:
        spot = _one_cell(evaluator, node)
        row, period = spot.rows.items[0], spot.periods.items[0]
        if word.endswith("since"):
            start = as_key(evaluator.value(node.arguments[1]))
            periods = _periods_from(evaluator, spot, start, period)
        else:
            periods = _periods_of(evaluator, node, spot)
        own = evaluator.fetch(spot.ref, row, period)
        rivals = [(p, evaluator.fetch(spot.ref, row, p)) for p in periods if p != period]
        if not rivals:
            raise ClaimError("there is no other period to compare with", todo="name more periods")
        highest = word.startswith("highest")
        steps = [is_greater(own, n) if highest else is_greater(n, own) for _, n in rivals]
        truth = all_hold(steps)
        beaten = [(p, n) for (p, n), step in zip(rivals, steps, strict=True) if not step.holds]
        side = "highest" if highest else "lowest"
        found = f"{own.text()} in {period}"
        if beaten:
            found += "; " + ", ".join(f"{n.text()} in {p}" for p, n in beaten[:4])
        best = sorted([(period, own), *rivals], key=lambda item: item[1].as_shown, reverse=highest)
        return described(
            truth,
            f"{side} of {periods[0]} to {max(periods[-1], period)}",
            found,
            f"{side} in {best[0][0]} ({best[0][1].text()})",
        )

    return body


def _periods_from(evaluator: Evaluator, spot: Spot, start: str, period: str) -> tuple[str, ...]:
    columns = evaluator.evidence.columns.get((spot.ref.table, spot.ref.measure), ())
    there = tuple(p for p in columns if start <= p <= period)
    return there if start in columns else (start, *there)


def _first_time(evaluator: Evaluator, node: Call) -> Value:
    loop = node.arguments[0]
    answers, missing = evaluator.truths(loop)
    if missing:
        earlier_yes = [key for key, truth in answers[:-1] if truth.holds]
        if not earlier_yes and not (answers and not answers[-1][1].holds):
            raise missing[0]
    *before, (last, now) = answers
    earlier = [key for key, truth in before if truth.holds]
    parts = [now, *[_opposite(truth) for _, truth in before]]
    truth = all_hold(parts)
    first = next((key for key, t in answers if t.holds), "")
    return described(
        truth,
        f"for the first time in {last}",
        f"{now.found} in {last}" + (f"; before that in {listing(earlier)}" if earlier else ""),
        f"for the first time in {first}" if first else "never",
    )


def _opposite(truth: Truth) -> Truth:
    return Truth(not truth.holds, truth.refuted, truth.proven, not truth.at_face)


# ---- vague words


def _about(evaluator: Evaluator, node: Call) -> Value:
    number, target = (evaluator.number(item) for item in node.arguments)
    nearest_to = _option(node, "to_nearest")
    if nearest_to is not None:
        step = evaluator.number(nearest_to).value
        truth = lies_between(number, target.value - step / 2, target.value + step / 2)
        text = f"about {target.text()} (to the nearest {shown(step, 0)})"
        return described(truth, text, number.text(), number.text())
    if not target.is_written:  # a fraction in words, or a calculation: it has no decimals
        room = abs(target.value) * evaluator.settings.words.around_pct / 100
        truth = lies_between(number, target.value - room, target.value + room)
        return described(truth, f"about {target.text()}", number.text(), number.text())
    strict = compare_numbers(number, "==", target)
    stated = f"about {target.text()}"
    if strict.holds or target.places or not _is_round(target.value):
        return replace(strict, expected=stated)
    digits = len(str(abs(int(target.value)))) - len(str(abs(int(target.value))).rstrip("0"))
    room = min(
        Fraction(10**digits, 2),
        abs(target.value) * evaluator.settings.words.about_round_number_pct / 100,
    )
    truth = lies_between(number, target.value - room, target.value + room)
    return described(truth, stated, strict.found, strict.would_hold)


def _is_round(value: Fraction) -> bool:
    return value.denominator == 1 and value != 0 and int(value) % 100 == 0


def _nearly(evaluator: Evaluator, node: Call) -> Value:
    number, target = (evaluator.number(item) for item in node.arguments)
    room = abs(target.value) * evaluator.settings.words.nearly_below_pct / 100
    below = is_greater(target, number)
    near_enough = lies_between(number, target.value - room, target.value)
    truth = all_hold([below, near_enough])
    found = number.text(max(target.places or 0, 2) if number.places is None else None)
    return described(truth, f"nearly {target.text()} (just below)", found, found)


def _just_over(evaluator: Evaluator, node: Call) -> Value:
    number, target = (evaluator.number(item) for item in node.arguments)
    room = abs(target.value) * evaluator.settings.words.just_over_pct / 100
    truth = all_hold(
        [is_greater(number, target), lies_between(number, target.value, target.value + room)]
    )
    found = number.text(max(target.places or 0, 2) if number.places is None else None)
    return described(truth, f"just over {target.text()}", found, found)


def _around(evaluator: Evaluator, node: Call) -> Value:
    number, target = evaluator.number(node.arguments[0]), evaluator.number(node.arguments[1])
    words = evaluator.settings.words
    by = _option(node, "by")
    if by is not None:
        room = evaluator.number(by).value
    elif number.scale == PERCENT:
        room = words.around_points
    else:
        room = abs(target.value) * words.around_pct / 100
    truth = lies_between(number, target.value - room, target.value + room)
    found = number.text(None if number.places is not None else 2)
    return described(truth, f"around {target.text()} (± {shown(room, 2)})", found, found)


def _between(evaluator: Evaluator, node: Call) -> Value:
    number, low, high = (evaluator.number(item) for item in node.arguments)
    truth = all_hold(
        [is_greater(number, low, or_equal=True), is_greater(high, number, or_equal=True)]
    )
    found = number.text(None if number.places is not None else 2)
    return described(truth, f"between {low.text()} and {high.text()}", found, found)


def _within(evaluator: Evaluator, node: Call) -> Value:
    a, b, room = (evaluator.number(item) for item in node.arguments)
    gap = magnitude(add(a, b, -1))
    truth = is_greater(room, gap, or_equal=True)
    return described(
        truth, f"within {room.text()} of {b.text()}", f"{a.text()}, {gap.text()} away", gap.text()
    )


def _slight(word: str) -> _Body:
    def body(evaluator: Evaluator, node: Call) -> Value:
        number = evaluator.number(node.arguments[0])
        words = evaluator.settings.words
        limit = (
            words.marginal_growth_pct if word.startswith("marginal") else words.slight_growth_pct
        )
        if word.startswith("slight") and number.scale != PERCENT:
            limit = words.slight_places
        size = (
            number
            if word.endswith("rise")
            else replace(number, value=-number.value, low=-number.high, high=-number.low)
        )
        bound = Quantity(limit, limit, limit)
        inside = is_greater(bound, size, or_equal=number.scale != PERCENT)
        truth = all_hold([is_greater(size, exact(0)), inside])
        found = number.text(number.places if number.places is not None else 2)
        name = "marginal" if word.startswith("marginal") else "slight"
        side = "rise" if word.endswith("rise") else "fall"
        return described(truth, f"a {name} {side} (up to {shown(limit, 0)})", found, found)

    return body


def _consistent(evaluator: Evaluator, node: Call) -> Value:
    a, b = (evaluator.number(item) for item in node.arguments)
    if b.is_written:
        half = Fraction(1, 2 * 10 ** (b.places or 0))
        b = replace(b, low=b.value - half, high=b.value + half)
    meets = a.low <= b.high and b.low <= a.high
    return certain(meets, b.text(), f"{a.text(6)}", f"{shown(a.low, 4)} to {shown(a.high, 4)}")


def _has_data(evaluator: Evaluator, node: Call) -> Value:
    target = node.arguments[0]
    if not isinstance(target, Ref):
        raise ClaimError(
            "has_data(...) needs a cell", todo="write has_data(T1-2-01.measure[TWN, 2023])"
        )
    spot = _one_cell(evaluator, node)
    if spot.ref.kind == "cell":
        place = Place(spot.ref.table, spot.ref.measure, spot.rows.items[0], spot.periods.items[0])
        there = evaluator.evidence.has(place)
        return certain(there, "a number", "a number" if there else "N/A", "no number")
    evaluator.fetch(spot.ref, spot.rows.items[0], spot.periods.items[0])
    return certain(True, "a number", "a number")


def _number_of(evaluator: Evaluator, node: Call) -> Value:
    return written(as_key(evaluator.value(node.arguments[0])))


_Body = Callable[[Evaluator, Call], Value]
_MANY = 99
FUNCTIONS: Mapping[str, Function] = {
    "growth": Function(_growth, 1, 2, ("since",), "growth(cell) or growth(now, before)"),
    "change": Function(_change, 1, 2, ("since",), "change(cell) or change(now, before)"),
    "yearly_growth": Function(_yearly_growth, 1, 1, ("since",), "yearly_growth(cell, since=2019)"),
    "share": Function(_share, 2, 2, (), "share(part, whole)"),
    "ratio": Function(_ratio, 2, 2, (), "ratio(a, b)"),
    "sum": Function(_aggregate(_sum), 1, _MANY, (), "sum(cells) or sum(... for k in group)"),
    "mean": Function(_aggregate(_mean), 1, _MANY, (), "mean(cells)"),
    "average": Function(_aggregate(_mean), 1, _MANY, (), "average(cells)"),
    "median": Function(_aggregate(_median), 1, _MANY, (), "median(cells)"),
    "max": Function(_aggregate(max), 1, _MANY, (), "max(cells)"),
    "min": Function(_aggregate(min), 1, _MANY, (), "min(cells)"),
    "abs": Function(_abs, 1, 1, (), "abs(number)"),
    "round": Function(_round, 1, 2, (), "round(number, decimals)"),
    "convert": Function(_convert, 2, 2, (), "convert(number, 'NTD trillion')"),
    "rows": Function(_rows, 1, 2, (), "rows(T1-2-01.measure, 2023)"),
    "all_rows": Function(_all_rows, 1, 2, (), "all_rows(T1-2-01.measure, 2023)"),
    "periods": Function(_periods, 1, 1, (), "periods(T1-2-01.measure)"),
    "set": Function(_set, 1, 1, (), "set(keys)"),
    "list": Function(_list, 1, 1, (), "list(keys)"),
    "top": Function(_top, 1, 2, (), "top(T1-2-01.measure[*, 2023], 5)"),
    "bottom": Function(_bottom, 1, 2, (), "bottom(T1-2-01.measure[*, 2023], 5)"),
    "count": Function(_count, 1, 1, (), "count(condition for k in group)"),
    "rank": Function(_rank, 1, 2, ("among", "from"), "rank(cell, among=group, from=highest)"),
    "rank_in_time": Function(_rank_in_time, 1, 2, ("from",), "rank_in_time(cell, 2020..2024)"),
    "all": Function(_quantified("all"), 1, 1, (), "all(condition for k in group)"),
    "any": Function(_quantified("any"), 1, 1, (), "any(condition for k in group)"),
    "none": Function(_quantified("none"), 1, 1, (), "none(condition for k in group)"),
    "most": Function(_quantified("most"), 1, 1, (), "most(condition for k in group)"),
    "at_least": Function(
        _quantified("at_least"), 2, 2, (), "at_least(3, condition for k in group)"
    ),
    "at_most": Function(_quantified("at_most"), 2, 2, (), "at_most(3, condition for k in group)"),
    "exactly": Function(_quantified("exactly"), 2, 2, (), "exactly(3, condition for k in group)"),
    **{
        word: Function(_trend(word), 1, 1, (), f"{word}(T1-2-01.measure[TWN, 2019..2023])")
        for word in TREND_WORDS
    },
    "is_stable": Function(_is_stable, 1, 1, ("within",), "is_stable(cells, within=5)"),
    "is_highest": Function(_is_extreme("highest"), 1, 2, (), "is_highest(cell, 2020..2024)"),
    "is_lowest": Function(_is_extreme("lowest"), 1, 2, (), "is_lowest(cell, 2020..2024)"),
    "highest_since": Function(_is_extreme("highest_since"), 2, 2, (), "highest_since(cell, 2020)"),
    "lowest_since": Function(_is_extreme("lowest_since"), 2, 2, (), "lowest_since(cell, 2020)"),
    "first_time": Function(_first_time, 1, 1, (), "first_time(condition for y in 2019..2023)"),
    "about": Function(_about, 2, 2, ("to_nearest",), "about(number, 60)"),
    "nearly": Function(_nearly, 2, 2, (), "nearly(number, 63)"),
    "just_over": Function(_just_over, 2, 2, (), "just_over(number, 60)"),
    "around": Function(_around, 2, 2, ("by",), "around(number, 60, by=5)"),
    "between": Function(_between, 3, 3, (), "between(number, 2, 5)"),
    "within": Function(_within, 3, 3, (), "within(a, b, 0.01)"),
    "slight_rise": Function(_slight("slight_rise"), 1, 1, (), "slight_rise(growth(cell))"),
    "slight_fall": Function(_slight("slight_fall"), 1, 1, (), "slight_fall(growth(cell))"),
    "marginal_rise": Function(_slight("marginal_rise"), 1, 1, (), "marginal_rise(growth(cell))"),
    "marginal_fall": Function(_slight("marginal_fall"), 1, 1, (), "marginal_fall(growth(cell))"),
    "consistent": Function(_consistent, 2, 2, (), "consistent(a / b, 0.38)"),
    "has_data": Function(_has_data, 1, 1, (), "has_data(cell)"),
    "number": Function(_number_of, 1, 1, (), "number(y)"),
}
"""Every function of the language."""
