"""How a number of the published edition came about, down to the line of the publisher's file.

Here: what an explanation holds and how it is read from the published database, for one cell or all
cells of a table, for an observation, for a statement of the prose. Not here: wording it
(`explanation_text`), finding a cell by what a person types (`lookup`), the formulas in words
(`formulas`), the raw lines themselves (they are in the snapshot store, which the publication does
not know).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import isclose
from typing import Any, NamedTuple, TypeAlias

import duckdb

from publication.formulas import in_words, number
from publication.layout import CellKey, Language
from publication.release import PublicationError

EVERY_AREA = "*"
"""In the area of an input: every country that competes in a rank."""


RawPlace: TypeAlias = tuple[str, str, str, int]
"""Where a raw line stands: source, vintage, file, source_row."""


class ObservationKey(NamedTuple):
    """What identifies an observation."""

    indicator_id: str
    area_code: str
    breakdown: str
    period: str


@dataclass(frozen=True)
class SourceFile:
    """A publisher's file that fed the edition, as source_snapshot has it."""

    file: str
    sha256: str
    size_bytes: int
    obtained_how: str
    obtained_at: str
    basis: str
    url: str | None
    licence: str
    citation: str
    note: str | None


@dataclass(frozen=True)
class RawLine:
    """A record of a file as it is written; filled in where raw lines are asked for."""

    file: str
    number: int
    counted_as: str
    place: str
    text: str
    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Observation:
    """An observation, or an estimate, with where it comes from.

    Attributes:
        indicator, area, unit: (id or code, Chinese, English).
        multiplier: what the number in the file is multiplied with, before a correction.
        correction, estimate: the declaration as in the marts of those names; None without one.
        provisional: the reason why it is provisional though the file does not say so.
        formula, constant, inputs: how it is made from others; formula is None when it is read.
        files: the files it is from; several only where it is counted over records.
        source_row: the line; None for an estimate, and for a count over records.
        raw: the raw lines, where asked for.
    """

    key: ObservationKey
    indicator: tuple[str, str, str]
    area: tuple[str, str, str]
    unit: tuple[str, str, str]
    value: float | None
    base_period: str | None
    status: str
    basis: str
    multiplier: float | None
    source: Mapping[str, str]
    vintage: str | None
    source_file: str
    source_row: int | None
    files: tuple[SourceFile, ...] = ()
    correction: Mapping[str, Any] | None = None
    publisher_value: float | None = None
    estimate: Mapping[str, Any] | None = None
    provisional: tuple[str, str] | None = None
    formula: str | None = None
    constant: float | None = None
    inputs: tuple[Input, ...] = ()
    raw: tuple[RawLine, ...] = ()

    @property
    def is_counted(self) -> bool:
        """Whether it was counted over the records of files, so that no line is its own."""
        return self.vintage is not None and self.source_row is None

    def amount(self, language: str) -> str:
        """Return the value with its unit."""
        return f"{number(self.value)} {self.unit[1 if language == 'zh' else 2]}"

    def walk(self) -> Iterator[Observation]:
        """Yield the observation and all that it is made from."""
        yield self
        for made_from in self.inputs:
            yield from made_from.observation.walk()


@dataclass(frozen=True)
class Input:
    """An observation in its role within a formula."""

    role: str
    observation: Observation


@dataclass(frozen=True)
class Explanation:
    """A cell of the book with all that it comes from and all that is known of it.

    Attributes:
        labels: texts of the book by name: number, title, row, measure, each with _zh and _en.
        revisions: what other landed vintages say, as in the mart revision.
        reconciliation: the line of the mart, None where the book prints no such cell.
        errata: the editor's findings on the cell, as in the mart erratum.
        gaps: inputs that the publisher is known not to have, as in the mart publisher_gap.
    """

    edition: str
    key: CellKey
    labels: Mapping[str, str]
    printed_as: str
    value: float | None
    decimals: int
    unit: tuple[str, str]
    status: str
    formula: str
    constant: float | None
    inputs: tuple[Input, ...]
    revisions: tuple[Mapping[str, Any], ...] = ()
    reconciliation: Mapping[str, Any] | None = None
    errata: tuple[Mapping[str, Any], ...] = ()
    gaps: tuple[Mapping[str, Any], ...] = ()

    def formula_in_words(self, language: str) -> str:
        """Return the formula with the values of its inputs, in ``en`` or ``zh``."""
        if self.value is None:
            return in_words("missing", None, {}, language)
        return in_words(self.formula, self.constant, amounts(self.inputs, language), language)

    def observations(self) -> Iterator[Observation]:
        """Yield every observation that the cell rests on, estimates' inputs included."""
        for made_from in self.inputs:
            yield from made_from.observation.walk()

    def as_json(self) -> dict[str, Any]:
        """Return the explanation with stable keys; docs/explain.md describes them."""
        from publication.explanation_text import as_json

        return as_json(self)

    def as_text(self, language: Language = "en") -> str:
        """Return the explanation for a person, in ``en`` or ``zh``."""
        from publication.explanation_text import as_text

        return as_text([self], language)


@dataclass(frozen=True)
class ClaimExplanation:
    """A statement of the prose with its verdict and the cells that it was held against."""

    claim: Mapping[str, Any]
    cells: tuple[Explanation, ...]


def amounts(inputs: Sequence[Input], language: str) -> dict[str, str]:
    """Return each role's value with its unit; those that are ranked among are only counted."""
    found: dict[str, str] = {}
    rivals = [given for given in inputs if given.role == "ranked_among"]
    for given in inputs:
        if given.role != "ranked_among":
            found[given.role] = given.observation.amount(language)
    if rivals:
        count = len(rivals)
        found["ranked_among"] = f"{count:,}個地區" if language == "zh" else f"{count:,} areas"
    return found


def explain_cell(
    connection: duckdb.DuckDBPyConnection,
    table_id: str,
    row_key: str,
    period: str,
    measure: str | None = None,
) -> list[Explanation]:
    """Explain the cells of a row and period: one measure, or all of them.

    Args:
        connection: a published database.
        table_id: the book's table, such as ``T1-2-01``.
        row_key: key of the row.
        period: key of the period; '' where none is printed.
        measure: key of the measure; None for all.

    Raises:
        PublicationError: there is no such cell.
    """
    where, values = "table_id = ? and row_key = ? and period = ?", [table_id, row_key, period]
    if measure is not None:
        where, values = f"{where} and measure = ?", [*values, measure]
    found = _explain(connection, _cell_keys(connection, where, values))
    if not found:
        words = " ".join(filter(None, (table_id, row_key, period, measure)))
        raise PublicationError(f"The book has no cell {words}.")
    return found


def explanations(
    connection: duckdb.DuckDBPyConnection, table_id: str | None = None
) -> list[Explanation]:
    """Explain all cells of a table, or of the book, in its order; in a few queries for all."""
    if table_id is None:
        return _explain(connection, _cell_keys(connection, "true", []))
    return _explain(connection, _cell_keys(connection, "table_id = ?", [table_id]))


def explain_cells(
    connection: duckdb.DuckDBPyConnection, keys: Iterable[CellKey]
) -> list[Explanation]:
    """Explain some cells, in the order of the book; keys that it does not have are left out."""
    return _explain(connection, list(dict.fromkeys(keys)))


def _cell_keys(
    connection: duckdb.DuckDBPyConnection, where: str, values: Sequence[str]
) -> list[CellKey]:
    query = f"select table_id, row_key, period, measure from book_cell where {where}"
    return [CellKey(*row) for row in connection.execute(query, list(values)).fetchall()]


def explain_observation(
    connection: duckdb.DuckDBPyConnection,
    indicator_id: str,
    area_code: str,
    period: str,
    breakdown: str | None = None,
) -> list[Observation]:
    """Explain the observations of an indicator for an area and period: one breakdown, or all."""
    where = "indicator_id = ? and area_code = ? and period = ?"
    values = [indicator_id, area_code, period]
    if breakdown is not None:
        where, values = f"{where} and breakdown = ?", [*values, breakdown]
    keys = [
        ObservationKey(*row)
        for row in connection.execute(
            "select indicator_id, area_code, breakdown, period from indicator_observation "
            f"where {where} order by all",
            values,
        ).fetchall()
    ]
    found = _observations(connection, keys)
    return [found[key] for key in keys]


def explain_claim(connection: duckdb.DuckDBPyConnection, claim_id: str) -> ClaimExplanation:
    """Explain a statement: its verdict, and every cell that it was held against.

    Raises:
        PublicationError: there is no such statement.
    """
    rows = _rows(connection, "select * from claim_result where claim_id = ?", [claim_id])
    if not rows:
        raise PublicationError(f"There is no statement {claim_id}.")
    cells = [
        CellKey(**row)
        for row in _rows(
            connection,
            "select table_id, row_key, period, measure from claim_input where claim_id = ? "
            "order by position",
            [claim_id],
        )
    ]
    return ClaimExplanation(rows[0], tuple(explain_cells(connection, cells)))


def with_raw_lines(
    observation: Observation, lines: Mapping[RawPlace, tuple[RawLine, ...]]
) -> Observation:
    """Return an observation, and what it is made from, with its raw lines.

    Args:
        observation: what was explained.
        lines: by (source, vintage, file, source_row).
    """
    row = observation.source_row
    raw: tuple[RawLine, ...] = ()
    if observation.vintage is not None and row is not None:
        place = (observation.source["id"], observation.vintage, observation.source_file, row)
        raw = _of_its_sheet(lines.get(place, ()), observation)
    return replace(observation, raw=raw, inputs=_inputs_with_raw(observation.inputs, lines))


def cell_with_raw_lines(
    explanation: Explanation, lines: Mapping[RawPlace, tuple[RawLine, ...]]
) -> Explanation:
    """Return an explanation with the raw lines of all that it rests on."""
    return replace(explanation, inputs=_inputs_with_raw(explanation.inputs, lines))


def claim_with_raw_lines(
    explanation: ClaimExplanation, lines: Mapping[RawPlace, tuple[RawLine, ...]]
) -> ClaimExplanation:
    """Return a statement's explanation with the raw lines of all its cells."""
    cells = tuple(cell_with_raw_lines(cell, lines) for cell in explanation.cells)
    return replace(explanation, cells=cells)


def _of_its_sheet(lines: tuple[RawLine, ...], observation: Observation) -> tuple[RawLine, ...]:
    """Keep the rows that hold the value, where several sheets of a workbook have that row."""
    value = observation.publisher_value
    value = observation.value if value is None else value
    if len(lines) < 2 or value is None:
        return lines
    held = value / (observation.multiplier or 1)
    fitting = tuple(
        line for line in lines if any(_is_number(text, held) for _, text in line.fields)
    )
    return fitting or lines


def _is_number(text: str, value: float) -> bool:
    """Whether a text is a number, but for what dividing by a multiplier leaves behind."""
    try:
        return isclose(float(text.replace(",", "")), value, rel_tol=1e-12)
    except ValueError:
        return False


def _inputs_with_raw(
    inputs: Sequence[Input], lines: Mapping[RawPlace, tuple[RawLine, ...]]
) -> tuple[Input, ...]:
    return tuple(Input(given.role, with_raw_lines(given.observation, lines)) for given in inputs)


_WANTED_CELLS = """
    with wanted as (
        select
            unnest(?) as table_id, unnest(?) as row_key, unnest(?) as period, unnest(?) as measure
    )
"""
_CELLS = f"""
    {_WANTED_CELLS}
    select
        cell.edition, cell.table_id, cell.row_key, cell.period, cell.measure,
        cell.printed_as, cell.value, cell.decimals, cell.status,
        book_measure.unit_zh, book_measure.unit_en, book_measure.indicator_id,
        book_table.number_zh, book_table.number_en, book_table.title_zh, book_table.title_en,
        coalesce(book_row.label_zh, cell.row_key) as row_zh,
        coalesce(book_row.label_en, cell.row_key) as row_en,
        book_measure.label_zh as measure_zh, book_measure.label_en as measure_en,
        cell_formula.formula, cell_formula.constant
    from wanted
    inner join book_cell as cell using (table_id, row_key, period, measure)
    inner join cell_formula using (edition, table_id, row_key, period, measure)
    inner join book_table using (edition, table_id)
    inner join book_measure using (edition, table_id, measure)
    left join book_row
        on cell.edition = book_row.edition
        and cell.table_id = book_row.table_id
        and cell.row_key = book_row.row_key
        and cell.row_no = book_row.row_no
    order by
        book_table.position, cell.row_no, cell.row_key, cell.period, book_measure.position
"""
_OF_CELLS = (
    f"{_WANTED_CELLS} select found.* from wanted "
    "inner join {table} as found using (table_id, row_key, period, measure) order by all"
)
_WANTED_OBSERVATIONS = """
    with wanted as (
        select
            unnest(?) as indicator_id, unnest(?) as area_code,
            unnest(?) as breakdown, unnest(?) as period
    )
"""
_OBSERVATIONS = f"""
    {_WANTED_OBSERVATIONS}
    select
        observation.*,
        indicator.name_zh as indicator_zh, indicator.name_en as indicator_en,
        coalesce(indicator.unit_zh, observation.unit_code) as unit_zh,
        coalesce(indicator.unit_en, observation.unit_code) as unit_en,
        coalesce(area.name_zh, observation.area_code) as area_zh,
        coalesce(area.name_en, observation.area_code) as area_en,
        source.title_zh, source.title_en, source.publisher_zh, source.publisher_en,
        source.homepage,
        formula.formula, formula.constant,
        provisional.reason_zh as provisional_zh, provisional.reason_en as provisional_en
    from wanted
    inner join indicator_observation as observation
        using (indicator_id, area_code, breakdown, period)
    left join dim_indicator as indicator on observation.indicator_id = indicator.indicator_id
    left join dim_area as area on observation.area_code = area.area_code
    left join dim_source as source on observation.source_id = source.source_id
    left join observation_formula as formula
        on observation.indicator_id = formula.indicator_id
        and observation.area_code = formula.area_code
        and observation.breakdown = formula.breakdown
        and observation.period = formula.period
    left join provisional_value as provisional
        on observation.source_id = provisional.source_id
        and observation.indicator_id = provisional.indicator_id
        and observation.period = provisional.period
"""
_OBSERVATION_INPUTS = f"""
    {_WANTED_OBSERVATIONS},
    given as (
        select found.*
        from wanted
        inner join observation_input as found
            using (indicator_id, area_code, breakdown, period)
    ),
    rival as (
        select observation.*
        from indicator_observation as observation
        left join dim_area as area on observation.area_code = area.area_code
        where coalesce(area.area_kind, '') not in ('aggregate', 'unknown')
    )
    select * from given
    where input_area_code <> '{EVERY_AREA}'
    union all
    select given.* replace (rival.area_code as input_area_code)
    from given
    inner join rival
        on given.input_indicator_id = rival.indicator_id
        and given.input_breakdown = rival.breakdown
        and given.input_period = rival.period
    where given.input_area_code = '{EVERY_AREA}'
    order by all
"""
_GAPS = """
    select indicator_id, area_code, period, reason_zh, reason_en from publisher_gap
    where indicator_id = ? and area_code = ? and period in (?, ?)
    order by all
"""
Rows = list[dict[str, Any]]


def _explain(connection: duckdb.DuckDBPyConnection, keys: Sequence[CellKey]) -> list[Explanation]:
    if not keys:
        return []
    columns = _columns(keys)
    inputs = _by_cell(connection, "cell_input", columns)
    needed = {_input_key(row) for given in inputs.values() for row in given}
    observations = _observations(connection, needed)
    revisions = _by_cell(connection, "revision", columns)
    errata = _by_cell(connection, "erratum", columns)
    verdicts = _by_cell(connection, "reconciliation", columns)
    found = []
    for row in _rows(connection, _CELLS, columns):
        key = CellKey(*(row[name] for name in CellKey._fields))
        given = sorted(inputs.get(key, ()), key=lambda line: int(line["position"]))
        found.append(
            Explanation(
                edition=row["edition"],
                key=key,
                labels={name: row[name] for name in LABELS},
                printed_as=row["printed_as"],
                value=row["value"],
                decimals=row["decimals"],
                unit=(row["unit_zh"], row["unit_en"]),
                status=row["status"],
                formula=row["formula"],
                constant=row["constant"],
                inputs=tuple(Input(line["role"], observations[_input_key(line)]) for line in given),
                revisions=tuple(revisions.get(key, ())),
                reconciliation=next(iter(verdicts.get(key, ())), None),
                errata=tuple(errata.get(key, ())),
                gaps=_gaps(connection, row) if row["value"] is None else (),
            )
        )
    return found


LABELS = tuple(
    f"{name}_{language}"
    for name in ("number", "title", "row", "measure")
    for language in ("zh", "en")
)


def _observations(
    connection: duckdb.DuckDBPyConnection, keys: Iterable[ObservationKey]
) -> dict[ObservationKey, Observation]:
    """Read observations with all that they are made from, however many steps away."""
    rows: dict[ObservationKey, dict[str, Any]] = {}
    inputs: dict[ObservationKey, list[tuple[str, ObservationKey]]] = {}
    wanted = set(keys)
    todo = sorted(wanted)
    while todo:
        columns = _columns(todo)
        for row in _rows(connection, _OBSERVATIONS, columns):
            rows[ObservationKey(*(row[name] for name in ObservationKey._fields))] = row
        for row in _rows(connection, _OBSERVATION_INPUTS, columns):
            key = ObservationKey(*(row[name] for name in ObservationKey._fields))
            made_from = ObservationKey(*(row[f"input_{name}"] for name in ObservationKey._fields))
            inputs.setdefault(key, []).append((row["role"], made_from))
        wanted.update(key for given in inputs.values() for _, key in given)
        asked, todo = todo, sorted(wanted - rows.keys())
        if absent := sorted(set(asked) - rows.keys()):
            words = " ".join(absent[0])
            raise PublicationError(f"The published database lacks the observation {words}.")
    declared = {
        name: {row[f"{name}_id"]: row for row in _rows(connection, f"select * from {name}")}
        for name in ("estimate", "correction")
    }
    files: dict[tuple[str, str], dict[str, SourceFile]] = {}
    for row in _rows(connection, "select * from source_snapshot"):
        place = (row.pop("source_id"), row.pop("vintage"))
        row.pop("edition")
        files.setdefault(place, {})[row["file"]] = SourceFile(**row)
    made: dict[ObservationKey, Observation] = {}

    def make(key: ObservationKey) -> Observation:
        if key not in made:
            given = tuple(Input(role, make(each)) for role, each in inputs.get(key, ()))
            made[key] = _observation(rows[key], given, declared, files)
        return made[key]

    for key in rows:
        make(key)
    return made


def _observation(
    row: Mapping[str, Any],
    inputs: tuple[Input, ...],
    declared: Mapping[str, Mapping[str, Mapping[str, Any]]],
    files: Mapping[tuple[str, str], Mapping[str, SourceFile]],
) -> Observation:
    landed = files.get((row["source_id"], row["vintage"] or ""), {})
    # A count over the records of several files names them all.
    names = [row["source_file"]] if row["source_file"] in landed else row["source_file"].split("; ")
    provisional = row["provisional_zh"], row["provisional_en"]
    return Observation(
        key=ObservationKey(*(row[name] for name in ObservationKey._fields)),
        indicator=(row["indicator_id"], row["indicator_zh"], row["indicator_en"]),
        area=(row["area_code"], row["area_zh"], row["area_en"]),
        unit=(row["unit_code"], row["unit_zh"], row["unit_en"]),
        value=row["value"],
        base_period=row["base_period"],
        status=row["status"],
        basis=row["basis"],
        multiplier=row["multiplier"],
        source={
            "id": row["source_id"],
            **{name: row[name] or "" for name in SOURCE_TEXTS},
        },
        vintage=row["vintage"],
        source_file=row["source_file"],
        source_row=row["source_row"],
        files=tuple(landed[name] for name in names if name in landed),
        correction=declared["correction"].get(row["correction_id"]),
        publisher_value=row["publisher_value"],
        estimate=declared["estimate"].get(row["estimate_id"]),
        provisional=provisional if row["provisional_en"] is not None else None,
        formula=row["formula"],
        constant=row["constant"],
        inputs=inputs,
    )


SOURCE_TEXTS = ("title_zh", "title_en", "publisher_zh", "publisher_en", "homepage")


def _gaps(
    connection: duckdb.DuckDBPyConnection, cell: Mapping[str, Any]
) -> tuple[Mapping[str, Any], ...]:
    """Which inputs of a cell without a value the publisher is known not to have."""
    period = cell["period"]
    before = str(int(period) - 1) if cell["formula"] == "growth_pct" else period
    return tuple(_rows(connection, _GAPS, [cell["indicator_id"], cell["row_key"], period, before]))


def _by_cell(
    connection: duckdb.DuckDBPyConnection, table: str, columns: Sequence[list[Any]]
) -> dict[CellKey, Rows]:
    found: dict[CellKey, Rows] = {}
    for row in _rows(connection, _OF_CELLS.format(table=table), columns):
        found.setdefault(CellKey(*(row[name] for name in CellKey._fields)), []).append(row)
    return found


def _input_key(row: Mapping[str, Any]) -> ObservationKey:
    return ObservationKey(
        row["indicator_id"], row["area_code"], row["breakdown"], row["input_period"]
    )


def _columns(keys: Sequence[tuple[str, ...]]) -> list[list[str]]:
    return [list(part) for part in zip(*keys, strict=True)]


def _rows(connection: duckdb.DuckDBPyConnection, query: str, values: Sequence[Any] = ()) -> Rows:
    try:
        cursor = connection.execute(query, list(values))
    except (duckdb.CatalogException, duckdb.BinderException) as error:
        raise PublicationError(
            "The database was published by an earlier version and lacks what explaining needs. "
            f"Run `whitepaper refresh --force` first. ({str(error).splitlines()[0]})"
        ) from error
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
