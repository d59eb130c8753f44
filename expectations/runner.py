"""Puts the statements of `suites` to a build and says, for each, whether it holds.

Here: reading the marts through a read-only connection, and Great Expectations, which is imported
inside the function because it takes seconds that other commands should not pay.
Not here: what the statements are (`suites`), what follows from them (`gate`). Nothing is written.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import duckdb

from expectations.suites import SUITES, Statement, Suite

ROWS_SHOWN = 20
"""How many failing rows a result carries; `StatementResult.count` is the whole number."""


@dataclass(frozen=True)
class StatementResult:
    """Whether one statement holds, with the rows that contradict it.

    Args:
        statement: the statement as declared.
        success: it holds.
        count: number of contradicting rows; 1 where the statement is about the mart as a whole.
        rows: up to `ROWS_SHOWN` of them, every column of the mart.
        message: what was found instead; empty when it holds.
    """

    statement: Statement
    success: bool
    count: int = 0
    rows: tuple[Mapping[str, object], ...] = ()
    message: str = ""


@dataclass(frozen=True)
class SuiteResult:
    """The results of one mart. A mart that is missing fails with `missing` set and no results."""

    mart: str
    results: tuple[StatementResult, ...] = ()
    missing: bool = False

    @property
    def success(self) -> bool:
        """Every statement that is an error when broken holds."""
        return not self.missing and all(
            result.success or result.statement.severity == "warn" for result in self.results
        )


def run_suites(database: Path, suites: Sequence[Suite] = SUITES) -> list[SuiteResult]:
    """Put every statement to the marts of `database`, which is opened read-only.

    Args:
        database: the build's DuckDB file; no other connection of this process may hold it open
            for writing.
        suites: the suites to run, by default all.

    Returns:
        One result per suite, in the same order. A missing mart is a result, not an exception.

    Raises:
        FileNotFoundError: there is no such file.
    """
    if not database.is_file():
        raise FileNotFoundError(f"no build database {database.name} to check")
    validate = _Validator()
    with duckdb.connect(str(database), read_only=True) as connection:
        present = {
            str(name)
            for (name,) in connection.execute(
                "select table_name from information_schema.tables where table_schema = 'main'"
            ).fetchall()
        }
        return [
            _run_suite(suite, connection, validate)
            if suite.mart in present
            else SuiteResult(suite.mart, missing=True)
            for suite in suites
        ]


_LOUD = logging.getLogger("great_expectations.data_context.types.base")


class _Validator:
    """Great Expectations on pandas frames, in an ephemeral context that writes no file."""

    def __init__(self) -> None:
        # Read when the package is imported; afterwards it is too late.
        os.environ["GX_ANALYTICS_ENABLED"] = "false"
        import great_expectations as gx
        from great_expectations.data_context.types.base import ProgressBarsConfig

        self._gx = gx
        # It announces a temporary directory that is gone again before anybody could look.
        _LOUD.setLevel(logging.WARNING)
        context = gx.get_context(mode="ephemeral")
        context.variables.progress_bars = ProgressBarsConfig(globally=False)
        asset = context.data_sources.add_pandas("build").add_dataframe_asset("mart")
        self._definition = asset.add_batch_definition_whole_dataframe("all rows")

    def __call__(self, frame: Any, statements: Sequence[Statement]) -> list[Any]:
        """Return one Great Expectations result per statement, in the statements' order."""
        suite = self._gx.ExpectationSuite(
            name="statements",
            expectations=[
                getattr(self._gx.expectations, statement.expectation)(
                    **statement.arguments, meta={"position": position}
                )
                for position, statement in enumerate(statements)
            ],
        )
        batch = self._definition.get_batch({"dataframe": frame})
        outcome = batch.validate(suite, result_format={"result_format": "COMPLETE"})
        # A result whose metric raised comes before the others, whatever its place in the suite.
        return sorted(
            outcome.results, key=lambda result: result.expectation_config.meta["position"]
        )


def _run_suite(
    suite: Suite, connection: duckdb.DuckDBPyConnection, validate: _Validator
) -> SuiteResult:
    by_subset = sorted(enumerate(suite.statements), key=lambda pair: pair[1].among)
    found: dict[int, StatementResult] = {}
    for among, group in groupby(by_subset, key=lambda pair: pair[1].among):
        positions, statements = zip(*group, strict=True)
        query = f'select * from main."{suite.mart}"' + (f" where {among}" if among else "")
        try:
            frame = connection.execute(query).df()
        except duckdb.Error as error:
            results = [
                StatementResult(statement, False, 1, message=_first_line(error))
                for statement in statements
            ]
        else:
            results = [
                _read(statement, outcome, frame)
                for statement, outcome in zip(statements, validate(frame, statements), strict=True)
            ]
        found.update(zip(positions, results, strict=True))
    return SuiteResult(suite.mart, tuple(found[position] for position in sorted(found)))


def _read(statement: Statement, outcome: Any, frame: Any) -> StatementResult:
    if outcome.success:
        return StatementResult(statement, True)
    column = statement.arguments.get("column")
    if column is not None and column not in frame.columns:
        return StatementResult(statement, False, 1, message=f"the mart has no column {column}")
    positions = outcome.result.get("unexpected_index_list") or []
    if positions:
        records = frame.loc[positions[:ROWS_SHOWN]].to_dict("records")
        rows = tuple({str(key): _plain(value) for key, value in row.items()} for row in records)
        return StatementResult(
            statement,
            False,
            len(positions),
            rows,
            _unexpected(rows[0].get(str(column)) if column else None, len(positions)),
        )
    return StatementResult(statement, False, 1, message=_about_the_whole(outcome))


def _about_the_whole(outcome: Any) -> str:
    """What was found where no single row is to blame."""
    for entry in _exceptions(outcome.exception_info):
        if entry.get("exception_message"):
            return _first_line(entry["exception_message"])
    lacking = outcome.result.get("partial_missing_list")
    if lacking:
        return f"lacks {', '.join(str(member) for member in sorted(lacking))}"
    return f"found {outcome.result.get('observed_value')}"


def _exceptions(info: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Great Expectations gives one record, or one record per metric that raised."""
    nested = [entry for entry in info.values() if isinstance(entry, Mapping)]
    return nested or [info]


def _unexpected(value: object, count: int) -> str:
    rows = "1 row says" if count == 1 else f"{count} rows say"
    shown = "" if value is None else f", for example {value!r}"
    return f"{rows} otherwise{shown}"


def _plain(value: Any) -> object:
    """Turn a pandas cell into what JSON can hold; a missing value becomes None."""
    if value is None or value != value:  # NaN and NaT are not equal to themselves
        return None
    if hasattr(value, "item"):
        return _plain(value.item())
    return value if isinstance(value, str | int | float | bool) else str(value)


def _first_line(error: object) -> str:
    return str(error).strip().splitlines()[0]
