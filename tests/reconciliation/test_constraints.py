"""Constraints on intervals: never too strict, strict enough, and joined up."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from publication.rounding import round_half_away
from reconciliation.cells import CellKey
from reconciliation.constraints import (
    AtLeast,
    Factor,
    Linear,
    Numbered,
    RankCount,
    RankPair,
    RankRoom,
    Ratio,
    State,
    components,
    find_conflicts,
    propagate,
)
from reconciliation.intervals import Interval

UNHURRIED = settings(deadline=None)
"""A busy machine is no failure."""
LEVELS = st.lists(
    st.decimals(min_value=Decimal(1), max_value=Decimal(10**5), places=4),
    min_size=3,
    max_size=5,
)


def cell(name: str, period: str = "2023", measure: str = "level") -> CellKey:
    return CellKey("T", name, period, measure)


def state(**printed: str) -> State:
    domains = {cell(name): Interval.of_printed(text) for name, text in printed.items()}
    return State(
        {key: found for key, found in domains.items() if found is not None},
        {cell(name): Fraction(text.replace(",", "")) for name, text in printed.items()},
    )


@UNHURRIED
@given(levels=LEVELS, decimals=st.integers(0, 2))
def test_true_values_survive_propagation_through_a_chain_of_growth_rates(
    levels: list[Decimal], decimals: int
) -> None:
    domains: dict[CellKey, Interval] = {}
    truth: dict[CellKey, Fraction] = {}
    constraints = []
    for year, level in enumerate(levels):
        now = cell("a", str(year))
        truth[now] = Fraction(level)
        domains[now] = Interval.of_rounded(round_half_away(level, decimals), decimals)
        if year:
            before, rate = cell("a", str(year - 1)), cell("a", str(year), "growth")
            truth[rate] = (truth[now] / truth[before] - 1) * 100
            step = Fraction(1, 200)
            grid = round(truth[rate] * 100)
            domains[rate] = Interval(Fraction(grid, 100) - step, Fraction(grid, 100) + step)
            constraints.append(
                Ratio("g", "growth", (Factor(now),), (Factor(before), Factor(rate, True)))
            )
    known = State(domains, {})
    assert propagate(constraints, known) is None
    for key, value in truth.items():
        assert known.domains[key].contains(value)


@UNHURRIED
@given(
    parts=st.lists(st.decimals(0, 1000, places=4), min_size=2, max_size=6),
    decimals=st.integers(0, 2),
)
def test_parts_rounded_on_their_own_never_contradict_their_rounded_total(
    parts: list[Decimal], decimals: int
) -> None:
    keys = [cell(str(number)) for number in range(len(parts))]
    domains = {
        key: Interval.of_rounded(round_half_away(part, decimals), decimals)
        for key, part in zip(keys, parts, strict=True)
    }
    domains[cell("total")] = Interval.of_rounded(
        round_half_away(sum(parts, Decimal(0)), decimals), decimals
    )
    terms = (*((1, key) for key in keys), (-1, cell("total")))
    constraint = Linear("s", "sum", terms)
    assert constraint.holds(State(domains, {}))
    assert propagate([constraint], State(domains, {})) is None


def test_neighbours_narrow_a_level_until_a_second_growth_rate_no_longer_fits() -> None:
    # Either rate alone fits 91 and 91; both together need 91.4 and 90.6 at the same time.
    known = state(a="91", b="91", c="91", one="0.80", two="0.80")
    first = Ratio(
        "g", "growth", (Factor(cell("b")),), (Factor(cell("a")), Factor(cell("one"), True))
    )
    second = Ratio(
        "g", "growth", (Factor(cell("c")),), (Factor(cell("b")), Factor(cell("two"), True))
    )
    assert first.holds(known) and second.holds(known)
    conflicts, _ = find_conflicts([first, second], known)
    assert [set(conflict) for conflict in conflicts] == [{first, second}]


def test_a_conflict_names_only_what_it_needs() -> None:
    known = state(a="1", b="2", c="5", d="7")
    needless = Linear("x", "sum", ((1, cell("c")), (-1, cell("d"))), Interval.between(-9, 9))
    wrong = Linear("y", "sum", ((1, cell("a")), (1, cell("b")), (-1, cell("c"))))
    assert find_conflicts([needless, wrong], known)[0] == [(wrong,)]


def test_a_share_near_zero_proves_nothing_and_breaks_nothing() -> None:
    known = state(share="0.00", part="0.02", whole="696.56")
    share = Ratio(
        "s",
        "share",
        (Factor(cell("share")), Factor(cell("whole"))),
        (Factor(cell("part")),),
        Interval.exactly(100),
    )
    assert share.holds(known)
    assert propagate([share], known) is None


def test_the_printed_share_itself_counts_where_amounts_were_made_from_it() -> None:
    known = state(share="50.00", whole="100,000", amount="50,004")
    as_printed = Ratio(
        "s",
        "apportioned",
        (Factor(cell("share"), is_as_printed=True), Factor(cell("whole"))),
        (Factor(cell("amount")),),
        Interval.exactly(100),
    )
    assert not as_printed.holds(known)
    assert as_printed.holds(known.without([cell("share")]))


def test_printed_numbers_decide_an_order_even_where_their_intervals_touch() -> None:
    known = state(a="16.80", b="16.81")
    assert not AtLeast("o", "order", cell("a"), cell("b")).holds(known)
    assert AtLeast("o", "order", cell("b"), cell("a")).holds(known)


def test_ranks_count_the_greater_values_and_allow_ties() -> None:
    known = state(rank="2", own="141", one="165", two="141", three="90")
    others = (cell("one"), cell("two"), cell("three"))
    count = RankCount("r", "rank", cell("rank"), cell("own"), others)
    assert count.allowed(known) == Interval.between(2, 3)
    assert count.holds(known)
    known.numbers[cell("rank")] = Fraction(4)
    assert not count.holds(known)


def test_the_greater_of_two_values_has_the_better_rank() -> None:
    pair = RankPair("r", "rank", cell("p"), cell("x"), cell("q"), cell("y"))
    assert pair.holds(state(p="2", x="500", q="5", y="40"))
    assert not pair.holds(state(p="5", x="500", q="2", y="40"))
    assert not pair.holds(state(p="2", x="500", q="2", y="40"))


def test_those_ranked_between_must_fit_into_the_whole() -> None:
    room = RankRoom("r", "rank", ((cell("p"), cell("x")), (cell("q"), cell("y"))), cell("w"))
    # Rank 1 has 500, rank 4 has 40, so two more have at least 40 each.
    assert room.holds(state(p="1", x="500", q="4", y="40", w="620"))
    assert not room.holds(state(p="1", x="500", q="4", y="40", w="610"))


def test_numbers_of_lines_stand_once_each() -> None:
    lines = Numbered("n", "numbered", (cell("a"), cell("b"), cell("c")))
    assert lines.holds(state(a="3", b="1", c="2"))
    assert lines.wrong(state(a="3", b="3", c="2")) == [cell("a"), cell("b")]
    assert lines.wrong(state(a="1", b="2", c="30")) == [cell("c")]


def test_constraints_without_a_common_cell_are_kept_apart() -> None:
    one = Linear("x", "sum", ((1, cell("a")), (-1, cell("b"))))
    two = Linear("x", "sum", ((1, cell("b")), (-1, cell("c"))))
    three = Linear("x", "sum", ((1, cell("d")), (-1, cell("e"))))
    assert components([one, three, two]) == [[one, two], [three]]
