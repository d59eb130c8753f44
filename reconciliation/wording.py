"""The sentences that say why a printed cell is doubted, in English and Chinese.

Here: `Wording`. Not here: finding the contradictions or the blame (`consistency`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from publication.rounding import round_half_away
from reconciliation.cells import CellKey
from reconciliation.constraints import (
    FREE,
    AtLeast,
    Constraint,
    Linear,
    Mark,
    RankCount,
    Ratio,
    State,
)
from reconciliation.intervals import Interval
from reconciliation.relations import Book, Relation

Labels = Mapping[tuple[str, str], tuple[str, str]]
"""English and Chinese label of a row, by table and row key."""
Texts = tuple[str, str]
"""The same in English and Chinese."""
Conflict = tuple[Constraint, ...]
MOST_NAMED = 3
"""More cells or contradictions than this are counted, not listed."""
FIGURES = 4
"""Significant figures of a quantity that is not printed."""


@dataclass(frozen=True)
class Wording:
    """Writes the cause of a finding.

    Args:
        book: the printed cells.
        relations: the relations by id.
        labels: names of the rows.
    """

    book: Book
    relations: Mapping[str, Relation]
    labels: Labels

    def of_cell(
        self,
        cell: CellKey,
        verdict: str,
        domain: Interval,
        conflicts: Sequence[Conflict],
        others: Sequence[CellKey],
        state: State,
    ) -> Texts:
        """Return why a cell is doubted: the contradictions, what would fit, which others may be."""
        reasons = [self._reason(conflict, state) for conflict in conflicts]
        english = " ".join(dict.fromkeys(r[0] for r in reasons[:MOST_NAMED]))
        chinese = "".join(dict.fromkeys(r[1] for r in reasons[:MOST_NAMED]))
        if len(reasons) > MOST_NAMED:
            english += f" {len(reasons) - MOST_NAMED} more contradictions vanish with it."
            chinese += f"另有{len(reasons) - MOST_NAMED}項矛盾亦隨之消失。"
        if verdict in ("sort_order_broken", "preliminary"):
            return english, chinese
        fits = self._range(cell, domain)
        if fits is not None:
            shown = self.book.cells[cell].text
            english += f" {shown} is printed; the other cells allow {fits[0]}."
            chinese += f"印為{shown}；依其他儲存格應為{fits[1]}。"
        if verdict == "unit_slip":
            english += " The decimal point or the unit slipped."
            chinese += "小數點或單位錯置。"
        if verdict == "copied_from_other_period":
            english += " The same number stands in another period of this row."
            chinese += "同列其他期間印有相同數值。"
        if others:
            named = sorted(others)
            english += f" If this is right, {self._list(named, ' or ')[0]} is wrong."
            chinese += f"若本格無誤，則{self._list(named, '或')[1]}有誤。"
        return english, chinese

    def of_interchange(
        self,
        cell: CellKey,
        partner: CellKey | None,
        rows: tuple[str, str],
        verdict: str,
        settled: Sequence[Conflict],
        rival: int | None,
        state: State,
    ) -> Texts:
        """Return why two rows are said to have changed places, and what else was considered."""
        first, second = (self._row(cell._replace(row_key=row)) for row in rows)
        if verdict == "rank_contradicts_values":
            reason = self._reason_for(cell, settled, state)
            return (
                f"{reason[0]} The ranks of {first[0]} and {second[0]} have changed places.",
                f"{reason[1]}{first[1]}與{second[1]}之名次對調。",
            )
        kinds_en, kinds_zh = self._kinds(settled)
        if partner is not None:
            shown = self.book.cells[cell].text
            belongs = self._row(partner)
            english = f"{shown} belongs to {belongs[0]}: "
            chinese = f"{shown}應屬{belongs[1]}："
        else:
            english = "This figure is right for its row, and not for the levels beside it: "
            chinese = "本格數值屬於本列，與同列水準值不符："
        english += (
            f"these figures of {first[0]} and {second[0]} stand in each other's row. Putting them "
            f"back settles {len(settled)} contradictions ({kinds_en})"
        )
        chinese += (
            f"{first[1]}與{second[1]}之水準值互換。還原後{len(settled)}項矛盾消失（{kinds_zh}）"
        )
        if rival:
            english += f"; exchanging the derived figures instead would settle {rival}"
            chinese += f"；若改為對調衍生數值，僅消除{rival}項"
        return english + ".", chinese + "。"

    def of_copied_column(self, cell: CellKey, source: str, count: int) -> Texts:
        """Return why a column is called a copy of another period's."""
        shown = self.book.cells[cell].text
        return (
            f"{shown} is this row's figure of {source}: {count} rows of {cell.period} repeat it.",
            f"{shown}為本列{source}之數值：{cell.period}有{count}列與之相同。",
        )

    def of_rounded_parts(self, constraint: Linear, state: State) -> Texts:
        """Return why parts that miss their total are no mistake."""
        total = constraint.cells[-1]
        parts = sum(
            (factor * state.numbers[cell] for factor, cell in constraint.terms[:-1]), Fraction(0)
        )
        missed = parts - state.numbers[total]
        decimals = self.book.cells[total].decimals
        shown = self.book.cells[total].text
        return (
            f"The parts add to {_number(parts, decimals)}, {_signed(missed, decimals)} against "
            f"{shown}: each was made from its rounded share, as the method says.",
            f"各項合計{_number(parts, decimals)}，與{shown}相差{_signed(missed, decimals)}："
            "各項係依四捨五入後之占比推算，符合編製方法。",
        )

    def _reason_for(self, cell: CellKey, conflicts: Sequence[Conflict], state: State) -> Texts:
        own = [c for c in conflicts if cell in {s for k in c for s in k.suspects}]
        return self._reason((own or list(conflicts))[0], state)

    def _reason(self, conflict: Conflict, state: State) -> Texts:
        """Return one contradiction as a sentence."""
        constraint = conflict[0]
        if len(conflict) > 1:
            names = ", ".join(dict.fromkeys(c.relation_id for c in conflict))
            cells = sorted({cell for c in conflict for cell in c.cells})
            return (
                f"No values can satisfy all of these at once: {names} "
                f"({self._list(cells, ', ')[0]}).",
                f"下列關係無法同時成立：{self._list(cells, '、')[1]}。",
            )
        if isinstance(constraint, AtLeast) and constraint.kind == "order":
            return self._order(constraint, state)
        if isinstance(constraint, RankCount):
            return self._rank(constraint, state)
        if isinstance(constraint, Mark):
            return self._mark(constraint)
        if isinstance(constraint, Ratio):
            return self._ratio(constraint, state)
        if isinstance(constraint, Linear):
            return self._linear(constraint, state)
        return self._plain(constraint)

    def _order(self, constraint: AtLeast, state: State) -> Texts:
        above, below = constraint.suspects
        relation = self.relations[constraint.relation_id]
        is_falling = relation.value("direction") == "descending"
        one, other = self._row(above), self._row(below)
        one_text, other_text = self.book.cells[above].text, self.book.cells[below].text
        english = (
            f"The rows should stand in {'descending' if is_falling else 'ascending'} order of "
            f"{above.period}; {one[0]} ({one_text}) stands above {other[0]} ({other_text})."
        )
        chinese = (
            f"各列應按{above.period}{'由大至小' if is_falling else '由小至大'}排列；"
            f"{one[1]}（{one_text}）列於{other[1]}（{other_text}）之前。"
        )
        better = self._better_period(relation, is_falling, state)
        if better is not None:
            period, inversions, own = better
            english += (
                f" The printed order fits {period} better ({inversions} of its pairs are out of "
                f"order, {own} of {above.period})."
            )
            chinese += f"印刷順序較符合{period}（逆序{inversions}處，{above.period}為{own}處）。"
        return english, chinese

    def _better_period(
        self, relation: Relation, is_falling: bool, state: State
    ) -> tuple[str, int, int] | None:
        """Return the period whose figures the printed order fits best, if not the declared one."""
        by = relation.one("by")
        left_out = relation.values.get("except_rows", ())

        def inversions(period: str) -> int:
            column = [c for c in self.book.column(by, by.period) if c.row_key not in left_out]
            keys = [cell._replace(period=period) for cell in column]
            values = [state.numbers[key] for key in keys if key in state.numbers]
            return sum(1 for a, b in pairwise(values) if (a < b if is_falling else a > b))

        own = inversions(by.period)
        periods = self.book.periods[by.table_id, by.measure]
        found = [(inversions(p), -periods.index(p), p) for p in periods if p != by.period]
        if not found or min(found)[0] >= own:
            return None
        return min(found)[2], min(found)[0], own

    def _rank(self, constraint: RankCount, state: State) -> Texts:
        allowed = constraint.allowed(state)
        row = self._row(constraint.rank)
        rank, value = self.book.cells[constraint.rank].text, self.book.cells[constraint.value].text
        wanted = f"{int(allowed.low)}"
        if allowed.high > allowed.low:
            wanted += f"-{int(allowed.high)}"
        return (
            f"{row[0]} is printed with rank {rank}; its value {value} is number {wanted} of the "
            "values beside it.",
            f"{row[1]}印為第{rank}名，惟其數值{value}在同欄中排第{wanted}。",
        )

    def _mark(self, constraint: Mark) -> Texts:
        derived = self.book.cells[constraint.derived].text
        level = self.book.cells[constraint.inputs[0]].text
        row = self._row(constraint.derived)
        if constraint.is_derived_marked:
            return (
                f"{row[0]} {derived} is marked preliminary and is made from {level}, which bears "
                "no mark.",
                f"{row[1]}{derived}註明為初步統計數，惟據以計算之{level}未加註記。",
            )
        return (
            f"{row[0]} {derived} bears no mark although it is made from a preliminary figure.",
            f"{row[1]}{derived}係由初步統計數計算而得，惟未加註記。",
        )

    def _ratio(self, constraint: Ratio, state: State) -> Texts:
        relation = self.relations[constraint.relation_id]
        cells = constraint.cells
        if constraint.kind == "growth":
            now, before, rate = cells
            implied = _growth(state.domains[now], state.domains[before])
            shown = self.book.cells[rate].text
            levels = f"{self.book.cells[before].text} → {self.book.cells[now].text}"
            row = self._row(rate)
            span = self._span(implied, self.book.cells[rate].decimals) if implied else "?"
            return (
                f"{row[0]} {rate.period}: {levels} is a growth of {span} %, {shown} is printed.",
                f"{row[1]}{rate.period}：{levels}之成長率為{span}%，印為{shown}。",
            )
        if constraint.kind in ("step", "implied"):
            return self._jump(constraint, relation, state)
        return self._plain(constraint)

    def _jump(self, constraint: Ratio, relation: Relation, state: State) -> Texts:
        now, before = constraint.above[0].cell, constraint.below[0].cell
        row = self._row(now)
        ratio = constraint.ratio_of(state)
        change = _signed((ratio.middle - 1) * 100, 1) if ratio is not None else "?"
        limits = (
            f"{_signed((constraint.ratio.low - 1) * 100, 1)} % / "
            f"{_signed((constraint.ratio.high - 1) * 100, 1)} %"
        )
        if constraint.kind == "step":
            texts = f"{self.book.cells[before].text} → {self.book.cells[now].text}"
            return (
                f"{row[0]} {before.period}-{now.period}: {texts} is a change of {change} %; more "
                f"than {limits} is not plausible.",
                f"{row[1]}{before.period}至{now.period}：{texts}，變動{change}%，"
                f"超出合理範圍（{limits}）。",
            )
        by_before, by_now = constraint.above[1].cell, constraint.below[1].cell
        earlier = _figures(state.domains[before], state.domains[by_before])
        later = _figures(state.domains[now], state.domains[by_now])
        name_en, name_zh = relation.value("name_en"), relation.value("name_zh")
        return (
            f"{row[0]} {before.period}-{now.period}: the {name_en} that the figures imply goes "
            f"from {earlier} to {later}, {change} %; more than {limits} is not plausible.",
            f"{row[1]}{before.period}至{now.period}：所隱含之{name_zh}由{earlier}變為{later}"
            f"（{change}%），超出合理範圍（{limits}）。",
        )

    def _linear(self, constraint: Linear, state: State) -> Texts:
        if constraint.kind == "same_value":
            one, other = constraint.cells
            texts = (self.book.cells[one].text, self.book.cells[other].text)
            return (
                f"{texts[0]} here and {texts[1]} in {other.table_id} should be the same figure.",
                f"本表{texts[0]}與{other.table_id}之{texts[1]}應為同一數值。",
            )
        if constraint.kind == "change":
            now, before, change = constraint.cells
            difference = state.domains[now] - state.domains[before]
            span = self._span(difference, self.book.cells[change].decimals)
            texts = (self.book.cells[before].text, self.book.cells[now].text)
            return (
                f"{texts[0]} → {texts[1]} is a change of {span}; {self.book.cells[change].text} is "
                "printed.",
                f"{texts[0]}→{texts[1]}之變動為{span}，印為{self.book.cells[change].text}。",
            )
        if constraint.kind == "sum":
            missed = constraint.sum_of(state)
            decimals = max(self.book.cells[cell].decimals for cell in constraint.cells)
            span = self._span(missed - constraint.allowed.middle, decimals)
            listed = self._list(constraint.cells, ", ")
            return (
                f"The parts miss their total by {span} ({listed[0]}).",
                f"各項與合計相差{span}（{self._list(constraint.cells, '、')[1]}）。",
            )
        return self._plain(constraint)

    def _plain(self, constraint: Constraint) -> Texts:
        shown = self._list(constraint.cells, ", ")
        return (
            f"{constraint.relation_id} does not hold: {shown[0]}.",
            f"下列儲存格彼此矛盾：{self._list(constraint.cells, '、')[1]}。",
        )

    def _kinds(self, conflicts: Sequence[Conflict]) -> Texts:
        counts: dict[str, int] = {}
        for conflict in conflicts:
            name = conflict[0].relation_id
            counts[name] = counts.get(name, 0) + 1
        listed = [f"{name} {count}" for name, count in counts.items()]
        zh = {"growth": "成長率", "order": "排序", "implied": "隱含數量", "rank": "名次"}
        kinds: dict[str, int] = {}
        for conflict in conflicts:
            kinds[conflict[0].kind] = kinds.get(conflict[0].kind, 0) + 1
        return (
            ", ".join(listed),
            "、".join(f"{zh.get(kind, '其他關係')}{count}項" for kind, count in kinds.items()),
        )

    def _row(self, cell: CellKey) -> Texts:
        return self.labels.get((cell.table_id, cell.row_key), (cell.row_key, cell.row_key))

    def _list(self, cells: Sequence[CellKey], joint: str) -> Texts:
        named = list(dict.fromkeys(cells))[: 2 * MOST_NAMED]
        more = len(set(cells)) - len(named)
        english = joint.join(
            f"{self._row(c)[0]} {c.period} {c.measure} {self.book.cells[c].text}" for c in named
        )
        chinese = joint.join(
            f"{self._row(c)[1]}{c.period}{c.measure}（{self.book.cells[c].text}）" for c in named
        )
        return (
            english + (f" and {more} more" if more > 0 else ""),
            chinese + (f"等{len(named) + more}格" if more > 0 else ""),
        )

    def _range(self, cell: CellKey, domain: Interval) -> Texts | None:
        decimals = self.book.cells[cell].decimals
        is_low, is_high = domain.low > FREE.low, domain.high < FREE.high
        if is_low and is_high:
            span = self._span(domain, decimals)
            return span, span
        if is_low:
            low = _number(domain.low, decimals)
            return f"at least {low}", f"{low}以上"
        if is_high:
            high = _number(domain.high, decimals)
            return f"at most {high}", f"{high}以下"
        return None

    @staticmethod
    def _span(interval: Interval, decimals: int) -> str:
        low, high = _number(interval.low, decimals), _number(interval.high, decimals)
        return low if low == high else f"{low} ~ {high}"


def _growth(now: Interval, before: Interval) -> Interval | None:
    return None if before.contains(0) else (now / before - 1) * 100


def _number(value: Fraction, decimals: int) -> str:
    return f"{round_half_away(float(value), decimals):,}"


def _signed(value: Fraction, decimals: int) -> str:
    return f"{round_half_away(float(value), decimals):+,}"


def _figures(over: Interval, by: Interval) -> str:
    if by.contains(0):
        return "?"
    value = float((over / by).middle)
    return f"{value:.{FIGURES}g}"
