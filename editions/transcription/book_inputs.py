"""What the printed tables imply about the publishers' figures, table by table.

Here: which printed cell is which form over which input (the formulas of the book read backwards).
Not here: solving (`intervals`), the publishers' layouts (`formats`), tables that print their
inputs unchanged (`publishers` copies those).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise, permutations
from typing import Literal

from editions.transcription.intervals import (
    ONE,
    Cell,
    Exact,
    Linear,
    Solution,
    is_consistent,
    solve,
)
from editions.transcription.printed import (
    Estimates,
    PrintedCell,
    PrintedTable,
    observation_name,
)

Tables = Mapping[str, PrintedTable]
FUND_SOURCES = ("business_enterprise", "government", "other_national", "rest_of_world")
EXPORT_TABLES = ("T1-2-09", "T1-2-10", "T1-2-11")
USD_M_PER_100M = 100
NTD_M_PER_100M = 100
NTD_THOUSAND_PER_100M = 100_000
PERSONS_PER_10_000 = 10_000


@dataclass(frozen=True)
class Contradiction:
    """A printed cell that no input consistent with the cells around it reproduces."""

    table_id: str
    row_key: str
    period: str
    measure: str
    printed: str
    computed: str
    why: str

    def __str__(self) -> str:
        where = f"{self.table_id} {self.row_key} {self.period} {self.measure}"
        return f"{where}: printed {self.printed}, follows {self.computed} ({self.why})"


@dataclass(frozen=True)
class Inputs:
    """Exact inputs by name, and the printed cells that they do not reproduce."""

    values: Mapping[str, Decimal]
    contradictions: tuple[Contradiction, ...] = ()


@dataclass(frozen=True)
class LevelTable:
    """A table of areas by year that prints a level and its relative change."""

    table_id: str
    indicator: str
    level: str
    growth: str
    inputs_per_unit: int


MSTI_TABLES = (
    LevelTable(
        "T1-2-01", "gerd_constant_ppp", "gerd_ppp2015_usd_100m", "gerd_yoy_pct", USD_M_PER_100M
    ),
    LevelTable("T1-2-02", "gerd_pct_gdp", "gerd_pct_gdp", "gerd_pct_gdp_yoy_pct", 1),
    LevelTable(
        "T1-2-04",
        "researchers_fte",
        "researchers_fte",
        "researchers_fte_yoy_pct",
        PERSONS_PER_10_000,
    ),
    LevelTable(
        "T1-2-05",
        "researchers_per_1000_employed",
        "researchers_per_1000_employees",
        "researchers_per_1000_employees_yoy_pct",
        1,
    ),
)
NO_ESTIMATES = Estimates(frozenset(), {})


def msti_inputs(tables: Tables, estimates: Estimates) -> Inputs:
    """Observations behind tables 1-2-1 to 1-2-5, named by `observation_name`.

    Those of Taiwan's funding sources have the indicator `gerd_constant_ppp_by_source <source>`.
    """
    values: dict[str, Decimal] = {}
    contradictions: list[Contradiction] = []
    for spec in MSTI_TABLES:
        found = level_table_inputs(tables, spec, estimates)
        values |= found.values
        contradictions += found.contradictions
    return Inputs(values, tuple(contradictions))


def level_table_inputs(tables: Tables, spec: LevelTable, estimates: Estimates) -> Inputs:
    """Observations behind one table of levels and growth, row by row.

    A row that contradicts itself keeps its printed levels. Where its growth cells fit another such
    row's levels, and that row's fit its own, the two are interchanged in print: the levels stay
    with their printed label, and the borrowed growth cells place them in their intervals.
    """
    table = tables[spec.table_id]
    values: dict[str, Decimal] = {}
    contradictions: list[Contradiction] = []
    doubtful: dict[str, Solution] = {}
    cells_of = {area: _level_cells(table, area, spec, estimates) for area in table.row_keys}
    for area, cells in cells_of.items():
        if spec.indicator == "gerd_constant_ppp" and area == "TWN":
            found = _taiwan_gerd(tables["T1-2-03"], cells)
            values |= found.values
            contradictions += found.contradictions
            continue
        solution = solve(cells)
        values |= solution.inputs
        if solution.dropped:
            doubtful[area] = solution

    for area, solution in doubtful.items():
        twin = _interchanged_with(table, area, doubtful, spec)
        why = "the printed levels do not allow it"
        inputs = solution.inputs
        if twin:
            why = f"rows {area} and {twin} are interchanged in print"
            inputs = solve(_with_growth_of(table, area, twin, spec)).inputs
        observed = {u for cell in cells_of[area] for u in cell.unknowns}
        values |= {u: value for u, value in inputs.items() if u in observed}
        contradictions += _not_reproduced(cells_of[area], values, why)
    return Inputs(values, tuple(contradictions))


def _level_cells(
    table: PrintedTable, area: str, spec: LevelTable, estimates: Estimates
) -> list[Cell]:
    """Cells of one row: a level rests on an observation or on a declared estimate."""
    cells = []
    for period in table.periods(spec.level):
        printed = table.cell(area, period, spec.level)
        form = estimates.form(spec.indicator, area, int(period))
        if _has_number(printed, form):
            key = (spec.indicator, area, int(period))
            kind: Literal["level", "derived"] = "derived" if key in estimates.gaps else "level"
            cells.append(_cell(printed, _given(form) / spec.inputs_per_unit, kind=kind))
    for period in table.periods(spec.growth):
        printed = table.cell(area, period, spec.growth)
        last, before = (estimates.form(spec.indicator, area, int(period) - back) for back in (0, 1))
        if _has_number(printed, last and before):
            cells.append(_growth(printed, _given(last), _given(before)))
    return cells


def _interchanged_with(
    table: PrintedTable, area: str, candidates: Iterable[str], spec: LevelTable
) -> str | None:
    """Return the row whose growth cells fit this row's levels, and the other way round."""
    for twin in candidates:
        if twin != area and all(
            is_consistent(_with_growth_of(table, one, other, spec))
            for one, other in permutations((area, twin))
        ):
            return twin
    return None


def _with_growth_of(table: PrintedTable, area: str, twin: str, spec: LevelTable) -> list[Cell]:
    """Return the levels printed for an area with the growth cells printed for its twin."""
    cells = _level_cells(table, area, spec, NO_ESTIMATES)
    levels = [cell for cell in cells if cell.kind == "level"]
    borrowed = []
    for period in table.periods(spec.growth):
        last, before = (
            Linear.of(observation_name(spec.indicator, area, int(period) - back)) for back in (0, 1)
        )
        borrowed.append(_growth(table.cell(twin, period, spec.growth), last, before))
    return levels + borrowed


def fund_source_indicator(source: str) -> str:
    """Return the indicator name of GERD financed by a source of funds."""
    return f"gerd_constant_ppp_by_source {source}"


def _taiwan_gerd(table: PrintedTable, level_cells: Sequence[Cell]) -> Inputs:
    """Taiwan's GERD, total (tables 1-2-1 and 1-2-3 print it) and by source of funds.

    Shares are ratios of two unknowns and their change is a difference of ratios, which is not
    linear: totals are settled first, then they are numbers.
    """
    amount, share = "gerd_source_usd_100m", "gerd_source_share_pct"
    amount_change, share_change = "gerd_source_change_usd_100m", "gerd_source_share_change_pp"
    years = [int(period) for period in table.periods(amount)]
    last, before = years[-1], years[-2]

    def name(source: str, year: int) -> str:
        total = source == "total"
        indicator = "gerd_constant_ppp" if total else fund_source_indicator(source)
        return observation_name(indicator, "TWN", year)

    def form(source: str, year: int) -> Linear:
        return Linear.of(name(source, year))

    cells = list(level_cells)
    for source in (*FUND_SOURCES, "total"):
        for year in years:
            printed = table.cell(source, str(year), amount)
            cells.append(_cell(printed, form(source, year) / USD_M_PER_100M, kind="level"))
        change = form(source, last) - form(source, before)
        cells.append(_cell(table.cell(source, str(last), amount_change), change / USD_M_PER_100M))
    for source in FUND_SOURCES:
        for year in years:
            printed = table.cell(source, str(year), share)
            cells.append(_cell(printed, 100 * form(source, year), form("total", year)))

    settled = solve(cells).inputs
    totals = {name("total", year): settled[name("total", year)] for year in years}
    for source in FUND_SOURCES:
        now, then = (
            100 * form(source, year) / totals[name("total", year)] for year in (last, before)
        )
        cells.append(_cell(table.cell(source, str(last), share_change), now - then))
    solution = solve([cell.with_inputs(totals) for cell in cells])
    inputs = {**totals, **solution.inputs}
    return Inputs(inputs, _not_reproduced(cells, inputs, "the other cells do not allow it"))


def macro_inputs(table: PrintedTable) -> Inputs:
    """Chained real GDP behind table 1-2-8, NTD million, named by year.

    The year before the first printed one follows from the first growth rate.
    """
    levels = {p: Linear.of(p) for p in table.periods("real_gdp_ntd_100m")}
    first = min(levels)
    year_before = str(int(first) - 1)
    cells = [
        _cell(
            table.cell("real_gdp", period, "real_gdp_ntd_100m"),
            form / NTD_M_PER_100M,
            kind="level",
        )
        for period, form in levels.items()
    ]
    for before, last in pairwise([year_before, *levels]):
        printed = table.cell("economic_growth_rate", last, "economic_growth_rate_pct")
        cells.append(_growth(printed, Linear.of(last), Linear.of(before)))
    growth = table.value("economic_growth_rate", first, "economic_growth_rate_pct")
    level = table.value("real_gdp", first, "real_gdp_ntd_100m") * NTD_M_PER_100M
    return _solved(cells, {year_before: level / (1 + growth / 100)})


def export_inputs(tables: Tables) -> Inputs:
    """Total exports behind tables 1-2-9 to 1-2-11, NTD million, named by year.

    The published share is the printed two-decimal number, so amount = total * share is linear.
    """
    amount, share = "export_value_ntd_100m", "export_share_pct"
    cells = []
    for table_id in EXPORT_TABLES:
        table = tables[table_id]
        for row_key in table.row_keys:
            for period in table.periods(amount):
                total = Linear.of(period) / NTD_M_PER_100M
                printed = table.cell(row_key, period, amount)
                if row_key == "total":
                    cells.append(_cell(printed, total, kind="level"))
                else:
                    published = table.value(row_key, period, share)
                    cells.append(_cell(printed, total * published / 100))
    return _solved(cells)


def population_inputs(table: PrintedTable) -> Inputs:
    """Population in millions behind the densities of table 1-2-13, named '<area> <year>'."""
    values: dict[str, Decimal] = {}
    for period in table.periods("patent_density_per_million"):
        for area in table.row_keys:
            printed = table.cell(area, period, "patent_density_per_million")
            grants = table.value(area, period, "patents_granted")
            name = f"{area} {period}"
            cell = _cell(printed, Linear.number(grants), Linear.of(name))
            start = grants / table.value(area, period, "patent_density_per_million")
            values |= solve([cell], {name: start}).inputs
    return Inputs(values)


def technology_trade_inputs(table: PrintedTable) -> Inputs:
    """Receipts and payments behind table 1-2-15, NTD thousand: 'receipts <row>', 'payments <row>'.

    Shares, balance and scale of all rows bind the totals, so the table is one system.
    """
    cells = []
    (period,) = table.periods("tech_export_ntd_100m")
    for row_key in table.row_keys:
        receipts, payments = Linear.of(f"receipts {row_key}"), Linear.of(f"payments {row_key}")
        for measure, form in (("tech_export", receipts), ("tech_import", payments)):
            printed = table.cell(row_key, period, f"{measure}_ntd_100m")
            cells.append(_cell(printed, form / NTD_THOUSAND_PER_100M, kind="level"))
        for measure, form in (
            ("tech_trade_balance_ntd_100m", receipts - payments),
            ("tech_trade_scale_ntd_100m", receipts + payments),
        ):
            cells.append(_cell(table.cell(row_key, period, measure), form / NTD_THOUSAND_PER_100M))
        if row_key != "all_industries":
            for measure, flow, form in (
                ("tech_export_share_pct", "receipts", receipts),
                ("tech_import_share_pct", "payments", payments),
            ):
                total = Linear.of(f"{flow} all_industries")
                cells.append(_cell(table.cell(row_key, period, measure), 100 * form, total))
    return _solved(cells)


def value_added_inputs(table: PrintedTable) -> Inputs:
    """Value added and gross output behind table 1-2-16, NTD million.

    Named 'value_added <row> <year>' and 'gross_output <row> <year>'; output is not printed and
    follows from the value-added rate.
    """
    values: dict[str, Decimal] = {}
    contradictions: list[Contradiction] = []
    for period in table.periods("value_added_ntd_100m"):
        cells: list[Cell] = []
        starts: dict[str, Exact] = {}
        manufacturing = Linear.of(f"value_added manufacturing {period}")
        for row_key in table.row_keys:
            added = Linear.of(f"value_added {row_key} {period}")
            output = f"gross_output {row_key} {period}"
            level = table.cell(row_key, period, "value_added_ntd_100m")
            rate = table.cell(row_key, period, "value_added_rate_pct")
            cells.append(_cell(level, added / NTD_M_PER_100M, kind="level"))
            cells.append(_cell(rate, 100 * added, Linear.of(output)))
            if row_key != "manufacturing":
                share = table.cell(row_key, period, "value_added_share_pct")
                cells.append(_cell(share, 100 * added, manufacturing))
            starts[output] = _number(level) * NTD_M_PER_100M * 100 / _number(rate)
        found = _solved(cells, starts)
        values |= found.values
        contradictions += found.contradictions
    return Inputs(values, tuple(contradictions))


def rank_contradictions(table: PrintedTable, rank: str, size: str) -> tuple[Contradiction, ...]:
    """Printed ranks that the printed sizes of the same table deny (ranks are computed)."""
    contradictions = []
    for period in table.periods(rank):
        sizes = {area: table.value(area, period, size) for area in table.row_keys}
        for area, own in sizes.items():
            computed = 1 + sum(other > own for other in sizes.values())
            printed = table.value(area, period, rank)
            if printed != computed:
                why = f"{size} is {own:,}"
                contradictions.append(
                    Contradiction(
                        table.table_id, area, period, rank, str(printed), str(computed), why
                    )
                )
    return tuple(contradictions)


def _cell(
    printed: PrintedCell,
    numerator: Linear,
    denominator: Linear = ONE,
    *,
    kind: Literal["level", "derived"] = "derived",
) -> Cell:
    return Cell(
        printed.table_id,
        printed.row_key,
        printed.period,
        printed.measure,
        _number(printed),
        numerator,
        denominator,
        kind,
    )


def _growth(printed: PrintedCell, last: Linear, before: Linear) -> Cell:
    return _cell(printed, 100 * (last - before), before)


def _number(printed: PrintedCell) -> Decimal:
    if printed.value is None:
        raise ValueError(f"{printed.table_id} {printed.row_key} {printed.period}: no number")
    return printed.value


def _has_number(printed: PrintedCell, form: Linear | None) -> bool:
    """Whether the cell prints a number; it must then have an observation or an estimate behind it.

    Raises:
        ValueError: a number without an input, or an input where the book prints N/A.
    """
    if (printed.value is None) != (form is None):
        raise ValueError(
            f"{printed.table_id} {printed.row_key} {printed.period} prints {printed.printed!r}, "
            f"but estimates.yml {'gives' if form else 'declares a gap without'} a value"
        )
    return form is not None


def _given(form: Linear | None) -> Linear:
    if form is None:
        raise ValueError("a cell without an input has no form")
    return form


def _solved(cells: Sequence[Cell], starts: Mapping[str, Exact] | None = None) -> Inputs:
    inputs = solve(cells, starts).inputs
    return Inputs(inputs, _not_reproduced(cells, inputs, "the other cells do not allow it"))


def _not_reproduced(
    cells: Iterable[Cell], inputs: Mapping[str, Decimal], why: str
) -> tuple[Contradiction, ...]:
    return tuple(
        Contradiction(
            cell.table_id,
            cell.row_key,
            cell.period,
            cell.measure,
            str(cell.printed),
            str(cell.computed(inputs)),
            why,
        )
        for cell in cells
        if not cell.reproduced(inputs)
    )
