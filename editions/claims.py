"""Reads claims.yml: the statements of the prose, and what is declared once for all of them.

Here: the file, its numbers kept as written, and the errors that name file, claim and key. Not here:
the claim language itself (`reconciliation.claims`), whether a statement holds.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from editions.model import (
    BookTable,
    ClaimLine,
    ClaimSetting,
    EditionError,
    PanelMember,
    PrintedCell,
)
from editions.strict_yaml import UniqueKeyLoader
from reconciliation.claims.checking import Catalogue, check_claim
from reconciliation.claims.errors import ClaimError, nearest
from reconciliation.claims.forms import Claim, claim_line, read_claim
from reconciliation.claims.words import KEYS as SETTING_KEYS
from reconciliation.claims.words import Settings, read_settings

FILE = "claims.yml"


class _Verbatim(UniqueKeyLoader):
    """Leaves numbers, dates and yes/no as the text they are: 5.30 has two decimals."""


_Verbatim.yaml_implicit_resolvers = {
    first: [
        pair for pair in pairs if pair[0] in ("tag:yaml.org,2002:null", "tag:yaml.org,2002:merge")
    ]
    for first, pairs in UniqueKeyLoader.yaml_implicit_resolvers.items()
}


@dataclass(frozen=True)
class Register:
    """The claims of an edition.

    Attributes:
        claims: the statements in the order of the file.
        declared: the settings as plain mappings by name, panels among the groups.
    """

    claims: tuple[Claim, ...] = ()
    declared: Mapping[str, object] | None = None

    @property
    def settings(self) -> Settings:
        """The settings, read."""
        return read_settings(self.declared or {})


def read_claims(
    folder: Path,
    *,
    tables: Collection[BookTable],
    panels: Collection[PanelMember],
    printed_cells: Collection[PrintedCell],
    indicators: Collection[str] | None = None,
) -> Register:
    """Return the register of an edition; empty where there is no claims.yml.

    Args:
        folder: the edition's folder.
        tables: its tables, which claims may name.
        panels: its panels, which are groups.
        printed_cells: its printed cells, for the rows of tables whose rows the models find.
        indicators: indicator ids that exist; not checked if None.

    Raises:
        EditionError: the first thing that cannot be, with file, claim, key and what is allowed.
    """
    path = folder / FILE
    if not path.is_file():
        return Register()
    catalogue = _catalogue(tables, panels, printed_cells, indicators)
    return read_claims_file(path, catalogue, panels=groups_of(panels))


def read_claims_file(
    path: Path,
    catalogue: Catalogue,
    *,
    panels: Mapping[str, tuple[str, ...]],
    base: Mapping[str, object] | None = None,
    problems: list[EditionError] | None = None,
) -> Register:
    """Return the claims of one file, checked against what the book has.

    Args:
        path: the file; its `claims:` is a list, the settings stand beside it.
        catalogue: tables, measures, rows and indicators; its settings are replaced by the file's.
        panels: groups that exist without being declared.
        base: settings that hold where the file does not declare its own.
        problems: where to put what is wrong with single claims, which are then left out.

    Raises:
        EditionError: the first thing that cannot be, unless it went to `problems`.
    """
    name = path.name
    content = _load(path)
    for key in content:
        if key not in (*SETTING_KEYS, "claims"):
            raise EditionError(
                f"'{key}' is not a known key",
                file=name,
                key=str(key),
                todo=nearest(str(key), (*SETTING_KEYS, "claims")),
            )
    declared = _declared(content, base or {}, panels)
    try:
        settings = read_settings(declared)
    except ClaimError as error:
        raise EditionError(error.what, file=name, key=error.key, todo=error.todo) from error
    catalogue = Catalogue(catalogue.measures, catalogue.rows, catalogue.indicators, settings)
    entries = content.get("claims")
    if not isinstance(entries, list):
        raise EditionError(
            "there is no list of claims",
            file=name,
            key="claims",
            todo="write `claims:` and below it one `- id: ...` per statement",
        )
    claims: list[Claim] = []
    seen: set[str] = set()
    for number, entry in enumerate(entries, 1):
        try:
            claim = _claim(entry, number, name, catalogue)
            if claim.id in seen:
                raise EditionError(
                    f"the id '{claim.id}' stands twice",
                    file=name,
                    key=f"claims > {claim.id}",
                    todo="give every claim its own id",
                )
        except EditionError as problem:
            if problems is None:
                raise
            problems.append(problem)
            continue
        seen.add(claim.id)
        claims.append(claim)
    return Register(tuple(claims), declared)


def claim_lines(register: Register) -> tuple[ClaimLine, ...]:
    """Return the claims as lines of the frame edition__claim."""
    return tuple(
        ClaimLine(c.id, position, c.kind, c.statement_en, c.statement_zh, claim_line(c))
        for position, c in enumerate(register.claims, 1)
    )


def setting_lines(register: Register) -> tuple[ClaimSetting, ...]:
    """Return the settings as lines of the frame edition__claim_setting."""
    declared = register.declared or {}
    return tuple(
        ClaimSetting(name, json.dumps(value, ensure_ascii=False))
        for name, value in declared.items()
    )


def _claim(entry: object, number: int, name: str, catalogue: Catalogue) -> Claim:
    if not isinstance(entry, Mapping):
        raise EditionError(
            f"{entry!r} is not a claim",
            file=name,
            key=f"claims > entry {number}",
            todo="write `- id: ...` with its keys below",
        )
    label = f"claims > {entry.get('id') or f'entry {number}'}"
    try:
        claim = read_claim({str(key): value for key, value in entry.items()})
        check_claim(claim, catalogue)
    except ClaimError as error:
        key = f"{label} > {error.key}" if error.key else label
        raise EditionError(error.what, file=name, key=key, todo=error.todo or None) from error
    return claim


def _declared(
    content: Mapping[object, object],
    base: Mapping[str, object],
    panels: Mapping[str, tuple[str, ...]],
) -> dict[str, object]:
    declared: dict[str, object] = {}
    for key in SETTING_KEYS:
        own, before = content.get(key), base.get(key)
        if isinstance(own, Mapping) and isinstance(before, Mapping):
            declared[key] = {**before, **own}
        elif own is not None or before is not None:
            declared[key] = own if own is not None else before
    groups = declared.get("groups")
    listed = {panel: list(members) for panel, members in panels.items()}
    declared["groups"] = {**listed, **groups} if isinstance(groups, Mapping) else listed
    return declared


def _load(path: Path) -> Mapping[object, object]:
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=_Verbatim)
    except UnicodeDecodeError as error:
        raise EditionError(
            f"not UTF-8 ({error.reason})", file=path.name, todo="save as UTF-8"
        ) from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise EditionError(
            error.problem or "not YAML",
            file=path.name,
            key=f"line {line}" if line else None,
            todo="mend the YAML on that line; a text with `: ` or ` #` in it needs quotes",
        ) from error
    except yaml.YAMLError as error:
        raise EditionError(f"not YAML ({error})", file=path.name, todo="mend the YAML") from error
    if not isinstance(content, Mapping):
        raise EditionError(
            "the file does not hold `key: value` lines",
            file=path.name,
            todo="see docs/how-to-write-a-claim.md",
        )
    return content


def _catalogue(
    tables: Collection[BookTable],
    panels: Collection[PanelMember],
    printed_cells: Collection[PrintedCell],
    indicators: Collection[str] | None,
) -> Catalogue:
    measures = {
        table.id: {
            measure.name: tuple(dict.fromkeys(column.period for column in measure.columns))
            for measure in table.measures
        }
        for table in tables
    }
    rows: dict[str, dict[str, None]] = {}
    for table in tables:
        keys = [row.key for row in table.rows.items]
        if table.rows.panel:
            keys += [member.area_code for member in panels if member.panel_id == table.rows.panel]
        rows[table.id] = dict.fromkeys(keys)
    for cell in printed_cells:
        rows.setdefault(cell.table_id, {})[cell.row_key] = None
    return Catalogue(
        measures,
        {table: tuple(keys) for table, keys in rows.items()},
        frozenset(indicators or ()),
    )


def groups_of(panels: Collection[PanelMember]) -> dict[str, tuple[str, ...]]:
    """Panels as groups: countries without aggregates and without the book's own economy."""
    groups: dict[str, list[str]] = {}
    for member in panels:
        members = groups.setdefault(member.panel_id, [])
        if member.role == "country":
            members.append(member.area_code)
    return {name: tuple(members) for name, members in groups.items()}
