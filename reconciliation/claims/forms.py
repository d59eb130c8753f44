"""The keys of a claim, turned into one expression of the claim language.

Here: what an editor may write below an entry of claims.yml and which expression it stands for. Not
here: reading YAML (editions), parsing and evaluating expressions (`expression`, `evaluate`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field

from reconciliation.claims.conditions import (
    FRACTIONS,
    IDENTIFIER,
    ORDINALS,
    SHORT,
    condition,
    quoted,
)
from reconciliation.claims.errors import ClaimError, nearest

ABOUT = ("id", "en", "zh", "note_en", "note_zh", "kind", "judged_on", "facts", "facts_source")
SUBJECT = (
    *("table", "measure", "row", "rows", "except", "period", "periods"),
    *("indicator", "area", "breakdown", "figure", "series", "of", "combine", "in"),
)
FORMS = (
    *("value", "growth", "yearly_growth", "change", "share", "ratio", "difference"),
    *("rank", "rank_in_time", "top", "top_set", "bottom", "bottom_set", "order"),
    *("higher_than", "lower_than", "not_lower_than", "not_higher_than", "equal_to"),
    *("better_than", "worse_than", "trend", "record", "highest_since", "lowest_since"),
    *("first_time", "turned", "unchanged", "members", "members_are"),
    *("all_of", "any_of", "none_of", "not", "check", "sql"),
)
HELPERS = ("since", "to", "whole", "among", "from", "how_many", "how_often")
KEYS = (*ABOUT, *SUBJECT, *SHORT, *FORMS, *HELPERS)
KINDS = (
    *("value", "growth", "difference", "share", "ratio", "rank", "ordering", "trend"),
    *("threshold", "count", "combined", "expression"),
)
_KIND_OF = {
    "growth": "growth",
    "yearly_growth": "growth",
    "change": "difference",
    "difference": "difference",
    "unchanged": "difference",
    "turned": "difference",
    "share": "share",
    "ratio": "ratio",
    "rank": "rank",
    "rank_in_time": "rank",
    **dict.fromkeys(("top", "top_set", "bottom", "bottom_set", "order", "members_are"), "ordering"),
    **dict.fromkeys(("higher_than", "lower_than", "not_lower_than"), "ordering"),
    **dict.fromkeys(("not_higher_than", "equal_to", "better_than", "worse_than"), "ordering"),
    **dict.fromkeys(("record", "highest_since", "lowest_since"), "ordering"),
    "trend": "trend",
    "first_time": "threshold",
    "members": "count",
    **dict.fromkeys(("all_of", "any_of", "none_of", "not"), "combined"),
    **dict.fromkeys(("check", "sql"), "expression"),
}

Content = Mapping[str, object]


@dataclass(frozen=True)
class Claim:
    """A statement of the prose with the expression it stands for.

    `judged_on` is computed (the default: the evidence) or printed (a statement about the printed
    table itself, such as a note under it).
    """

    id: str
    kind: str
    statement_en: str
    statement_zh: str
    expression: str
    sql: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    facts_source: str = ""
    table: str = ""
    measure: str = ""
    row: str = ""
    period: str = ""
    judged_on: str = "computed"
    note_en: str = ""
    note_zh: str = ""


def read_claim(content: Content) -> Claim:
    """Return a claim from its keys.

    Args:
        content: plain mapping; numbers are still texts, with the decimals as written.

    Raises:
        ClaimError: an unknown key, a missing one, or a value that cannot be read.
    """
    for key in content:
        if key not in KEYS:
            raise _unknown_key(key)
    identifier = _text(content, "id")
    if not identifier:
        raise ClaimError("the claim has no id", key="id", todo="write e.g. `id: C001`")
    forms = [key for key in content if key in (*FORMS, *SHORT)]
    kind = _text(content, "kind") or next(
        (_KIND_OF[key] for key in forms if key in _KIND_OF), "value"
    )
    if kind not in KINDS:
        raise ClaimError(
            f"'{kind}' is not a kind", key="kind", todo=nearest(kind, KINDS, listed=20)
        )
    judged_on = _text(content, "judged_on") or "computed"
    if judged_on not in ("computed", "printed"):
        raise ClaimError(
            f"'{judged_on}' is no reading of the book",
            key="judged_on",
            todo=nearest(judged_on, ["computed", "printed"]),
        )
    statement = _text(content, "en")
    if not statement:
        raise ClaimError(
            "there is no statement", key="en", todo="write the sentence: `en: Taiwan ranks sixth.`"
        )
    subject = _Subject(content)
    return Claim(
        id=identifier,
        kind=kind,
        statement_en=statement,
        statement_zh=_text(content, "zh"),
        expression=_whole(content),
        sql=_text(content, "sql"),
        facts=_facts(content.get("facts")),
        facts_source=_text(content, "facts_source"),
        table=subject.table,
        measure=subject.measure,
        row=_text(content, "row"),
        period=_text(content, "period"),
        judged_on=judged_on,
        note_en=_text(content, "note_en"),
        note_zh=_text(content, "note_zh"),
    )


def claim_line(claim: Claim) -> str:
    """Return a claim as one text, for the frame that carries it into the warehouse."""
    return json.dumps(asdict(claim), ensure_ascii=False)


def read_claim_line(text: str) -> Claim:
    """Return the claim that `claim_line` wrote."""
    return Claim(**json.loads(text))


def _unknown_key(key: str) -> ClaimError:
    if re.fullmatch(r"\d{3}(\.\d+)?", key):
        return ClaimError(
            f"'{key}' stands where a key belongs",
            key=key,
            todo="inside { } a comma ends the value: write 10000 or '10,000'",
        )
    return ClaimError(
        f"'{key}' is not a key of a claim", key=key, todo=nearest(key, KEYS, listed=80)
    )


def _facts(value: object) -> dict[str, str]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise ClaimError("facts are not `name: number` lines", key="facts", todo="write usa: 271")
    facts = {}
    for name, item in value.items():
        if item is None:
            raise _unknown_key(str(name)).under("facts")
        text = str(item).replace(",", "").strip().rstrip("%")
        if not re.fullmatch(r"-?\d+(\.\d+)?", text):
            raise ClaimError(
                f"'{item}' is not a number",
                key=f"facts > {name}",
                todo="write the number as quoted",
            )
        if not re.fullmatch(r"[A-Za-z_]\w*", str(name)):
            raise ClaimError(
                f"'{name}' is not a name", key=f"facts > {name}", todo="use letters, digits and _"
            )
        facts[str(name)] = text
    return facts


# ---- texts and keys


def _text(content: Content, key: str) -> str:
    value = content.get(key)
    if value is None:
        return ""
    if isinstance(value, Mapping | list):
        raise ClaimError("one value is needed, not several", key=key, todo=f"write `{key}: ...`")
    return " ".join(str(value).split())


def _items(value: object, key: str) -> list[str]:
    if isinstance(value, list):
        return [str(item).strip() for item in value]
    if isinstance(value, str):
        return [value.strip()]
    raise ClaimError(f"{value!r} is not a list", key=key, todo="write [A, B, C]")


def _period(text: str) -> str:
    return quoted(text) if re.fullmatch(r"[\w-]+", text) else text


_WHOLE_GROUP = {"countries", "all", "every", "all rows", "members", "everyone", "all countries"}


class _Subject:
    """What a claim speaks of: builds references with some parts exchanged."""

    def __init__(self, content: Content) -> None:
        self.content = content
        self.table = _text(content, "figure") or _text(content, "table")
        self.measure = _text(content, "series") or _text(content, "measure")
        self.indicator = _text(content, "indicator")
        self.of = _text(content, "of")

    def periods(self) -> str | None:
        """Expression of the periods, if several are named."""
        value = self.content.get("periods")
        if value is None:
            return None
        if isinstance(value, list):
            return "[" + ", ".join(_period(item) for item in _items(value, "periods")) + "]"
        text = str(value).strip()
        if text in ("all", "every"):
            return f"periods({self.measure_name()})"
        first, dots, last = text.partition("..")
        return f"{_period(first.strip())}..{_period(last.strip())}" if dots else _period(text)

    def group(self, value: object, key: str) -> str:
        """Expression of a group: a list, a name, all rows, or an expression."""
        if isinstance(value, list):
            return "{" + ", ".join(quoted(item) for item in _items(value, key)) + "}"
        text = str(value).strip()
        if text in _WHOLE_GROUP:
            period = _text(self.content, "period")
            return f"rows({self.measure_name()}{', ' + _period(period) if period else ''})"
        return text if IDENTIFIER.fullmatch(text) or "(" in text or "[" in text else f"({text})"

    def rows(self) -> str | None:
        """Expression of the rows, if several are named."""
        key = "rows"
        if "rows" not in self.content:
            value = self.content.get("row")
            if not isinstance(value, list):
                return None
            key = "row"
        group = self.group(self.content[key], key)
        if "except" in self.content:
            out = self.content["except"]
            group = f"({group} - {self.group(out, 'except')})"
        return group

    def measure_name(self) -> str:
        """Table and measure.

        Raises:
            ClaimError: one of them is not said.
        """
        if not self.table or not self.measure:
            raise ClaimError(
                "it is not said which table and measure are meant",
                key="table",
                todo="add `table: T1-2-01` and `measure: ...`",
            )
        return f"{self.table}.{self.measure}"

    def cell(self, row: str | None = None, period: str | None = None, **other: str) -> str:
        """Expression of one number.

        Args:
            row: expression of the row; the claim's own without it.
            period: expression of the period; the claim's own without it.
            other: table, measure, area or breakdown instead of the claim's own.
        """
        if self.of and not other:
            return f"({self.of})"
        own_period = _text(self.content, "period")
        if period is None and own_period:
            period = _period(own_period)
        if self.indicator:
            return self._observation(row, period, other)
        measure = self.measure_name()
        if "table" in other or "measure" in other:
            measure = f"{other.get('table', self.table)}.{other.get('measure', self.measure)}"
        if row is None:
            own_row = _text(self.content, "row") or _text(self.content, "area")
            row = quoted(own_row) if own_row else None
        inside = [part for part in (row, period) if part]
        return f"{measure}[{', '.join(inside)}]" if inside else measure

    def _observation(self, row: str | None, period: str | None, other: Mapping[str, str]) -> str:
        area = _text(self.content, "area") or _text(self.content, "row")
        parts = [
            row or quoted(other.get("area", area)),
            quoted(other.get("breakdown", _text(self.content, "breakdown") or "total")),
            period or "",
        ]
        if not parts[2] or parts[0] == "''":
            raise ClaimError(
                "an indicator needs an area and a period",
                key="indicator",
                todo="add `area: TWN` and `period: 2023`",
            )
        return f"indicator.{self.indicator}[{', '.join(parts)}]"


def _whole(content: Content, inherited: Content | None = None) -> str:
    """Return the expression of a claim, or of one part of a combined one."""
    content = {**_still_meant(inherited or {}, content), **content}
    for key in content:
        if key not in KEYS:
            raise _unknown_key(str(key))
    _refuse_idle_helpers(content)
    short = {key: content[key] for key in content if key in SHORT}
    if "sql" in content and (short or "value" in content):
        _form(content, "sql")
        content = {key: item for key, item in content.items() if key != "sql"} | {"of": "result"}
    conditions = [_form(content, key) for key in content if key in FORMS and key not in _NESTED]
    if short:
        conditions.append(_quantity_form("value")(content, short))
    subject_only = {key: value for key, value in content.items() if key in (*SUBJECT, *HELPERS)}
    for key in _NESTED:
        if key in content:
            conditions.append(_combined(key, content[key], subject_only))
    if not conditions:
        raise ClaimError(
            "the claim says nothing about its numbers",
            todo="add one of: is, about, more_than, growth, rank, trend, top, check, all_of ...",
        )
    if len(conditions) == 1:
        return conditions[0]
    return " and ".join(f"({part})" for part in conditions)


_HELPS = {
    "since": ("growth", "yearly_growth", "change", "turned", "unchanged"),
    "to": ("ratio", "difference", "first_time", "turned"),
    "whole": ("share", "first_time"),
    "among": ("rank", "top", "top_set", "bottom", "bottom_set"),
    "from": ("rank", "rank_in_time"),
    "how_many": ("rows", "row"),
    "how_often": ("periods",),
    "except": ("rows", "row", "periods"),
    "combine": ("rows", "row", "periods"),
}


def _refuse_idle_helpers(content: Content) -> None:
    """A key that changes nothing would let an editor believe that it does."""
    if any(key in content for key in _NESTED):
        return  # it may be meant for a part
    for helper, forms in _HELPS.items():
        if helper in content and not any(form in content for form in forms):
            raise ClaimError(
                f"'{helper}' has no effect here",
                key=helper,
                todo=f"it goes with {', '.join(forms)}",
            )


def _still_meant(inherited: Content, own: Content) -> Content:
    """What a part of a combined statement takes over: not what its own keys replace."""
    replaced: set[str] = set()
    if "row" in own:
        replaced |= {"rows", "except", "combine", "how_many"}
    if "rows" in own:
        replaced |= {"row"}
    if "periods" in own and not {"record", "rank_in_time"} & set(own):
        replaced |= {"period"}
    if "period" in own:
        replaced |= {"periods", "how_often"}
    if {"table", "figure", "indicator", "of"} & set(own):
        replaced |= {"table", "figure", "series", "indicator", "of"}
    return {key: value for key, value in inherited.items() if key not in replaced}


_NESTED = ("all_of", "any_of", "none_of", "not")


def _combined(key: str, value: object, inherited: Content) -> str:
    parts = value if isinstance(value, list) else [value]
    texts = []
    for number, part in enumerate(parts, 1):
        place = f"{key} > entry {number}" if isinstance(value, list) else key
        if isinstance(part, str):
            texts.append(f"({part})")
        elif isinstance(part, Mapping):
            try:
                texts.append(f"({_whole({str(k): v for k, v in part.items()}, inherited)})")
            except ClaimError as error:
                raise error.under(place) from error
        else:
            raise ClaimError("this is not a statement", key=place, todo="write keys or a check")
    if key == "any_of":
        return "(" + " or ".join(texts) + ")"
    if key == "all_of":
        return "(" + " and ".join(texts) + ")"
    return " and ".join(f"not {text}" for text in texts)


def _form(content: Content, key: str) -> str:
    try:
        return _FORM[key](content, content[key])
    except ClaimError as error:
        raise (error if error.key else error.under(key)) from error


_Form = Callable[[Content, object], str]
_Inner = Callable[[_Subject, str | None, str | None], str]


def _spread(content: Content, inner: _Inner, *, over_periods: bool) -> str:
    """Wrap a condition on one number for all rows and periods that the claim names."""
    subject = _Subject(content)
    rows = subject.rows()
    # With both, `period` is what is spoken of and `periods` the window it is compared in.
    periods = subject.periods() if over_periods and "period" not in content else None
    combine = _text(content, "combine")
    if combine:
        return _combine(content, subject, inner, combine)
    if subject.of and rows is None:
        return inner(subject, None, None)
    text = inner(subject, "_row" if rows else None, "_period" if periods else None)
    if periods:
        text = _how_many(content.get("how_often", "every"), text, "_period", periods, "how_often")
    if rows:
        text = _how_many(content.get("how_many", "every"), text, "_row", rows, "how_many")
    elif "how_many" in content:
        raise ClaimError(
            "it is not said of which rows", key="how_many", todo="add `rows: countries` or a list"
        )
    return text


def _combine(content: Content, subject: _Subject, inner: _Inner, function: str) -> str:
    allowed = ("sum", "mean", "median", "max", "min")
    if function not in allowed:
        raise ClaimError(
            f"'{function}' cannot combine", key="combine", todo=nearest(function, allowed)
        )
    rows, periods = subject.rows(), subject.periods()
    if rows is None and periods is None:
        raise ClaimError("there is one number only", key="combine", todo="add rows: or periods:")
    loops = [f"for _row in {rows}"] if rows else []
    loops += [f"for _period in {periods}"] if periods else []

    def at(period: str | None) -> str:
        cell = subject.cell("_row" if rows else None, "_period" if periods else period)
        return f"{function}({cell} {' '.join(loops)})"

    left = {key: value for key, value in content.items() if key not in ("rows", "row", "periods")}
    return inner(_Combined(left, at), None, None)


class _Combined(_Subject):
    """Several numbers taken together as one; `at` says how, for another period too."""

    def __init__(self, content: Content, at: Callable[[str | None], str]) -> None:
        super().__init__(content)
        self.at = at

    def cell(self, row: str | None = None, period: str | None = None, **other: str) -> str:
        """The combined number, or one of its members where a row is named."""
        if row is None and not other:
            return self.at(period)
        return super().cell(row, period, **other)


_EVERY = {
    "every": "all",
    "all": "all",
    "each": "all",
    "any": "any",
    "some": "any",
    "none": "none",
    "no": "none",
    "most": "most",
    "more than half": "most",
    "the majority": "most",
}


def _how_many(wanted: object, text: str, name: str, group: str, key: str) -> str:
    loop = f"{text} for {name} in {group}"
    word = str(wanted).strip().lower() if not isinstance(wanted, Mapping) else ""
    if word in _EVERY:
        return f"{_EVERY[word]}({loop})"
    if match := re.fullmatch(r"all but (\w+)", word):
        return condition(f"count(not ({text}) for {name} in {group})", match[1], key)
    if match := re.fullmatch(r"(at least|more than|at most|less than) (.+)", word):
        fraction = match[2].removesuffix(" of them")
        if fraction in FRACTIONS:
            sign = {"at least": ">=", "more than": ">", "at most": "<=", "less than": "<"}[match[1]]
            return f"count({loop}) {sign} {FRACTIONS[fraction]} * count({group})"
    return condition(f"count({loop})", wanted, key)


def _quantity_form(name: str) -> _Form:
    def form(content: Content, wanted: object) -> str:
        unit = _text(content, "in")

        def inner(subject: _Subject, row: str | None, period: str | None) -> str:
            quantity = _QUANTITIES[name](content, subject, row, period)
            return condition(quantity, wanted, name, unit)

        return _spread(content, inner, over_periods=True)

    return form


def _since(content: Content) -> str:
    since = _text(content, "since")
    return f", since={_period(since)}" if since else ""


def _before(content: Content, subject: _Subject, row: str | None, period: str | None) -> str:
    since = _text(content, "since")
    if since:
        return subject.cell(row, _period(since))
    now = period or _period(_text(content, "period"))
    if now == "":
        raise ClaimError("it is not said for which period", key="period", todo="add `period: 2023`")
    if period:
        return subject.cell(row, f"{period} - 1")
    return subject.cell(row, _period(_previous(_text(content, "period"))))


def _previous(period: str) -> str:
    if re.fullmatch(r"\d{4}", period):
        return str(int(period) - 1)
    span = re.fullmatch(r"(\d{4})-(\d{4})", period)
    if span:
        return f"{int(span[1]) - 1}-{int(span[2]) - 1}"
    raise ClaimError(
        f"'{period}' has no period before it", key="since", todo="name it: `since: 2023`"
    )


def _value_of(content: Content, subject: _Subject, row: str | None, period: str | None) -> str:
    return subject.cell(row, period)


def _over_time(function: str) -> _Quantity:
    def quantity(content: Content, subject: _Subject, row: str | None, period: str | None) -> str:
        if subject.of:
            raise ClaimError(
                f"{function} needs one cell, not a calculation",
                key=function,
                todo=f"write check: {function}(now, before) ... with both calculations",
            )
        if isinstance(subject, _Combined):
            if function == "yearly_growth":
                raise ClaimError("several cells have no yearly growth", todo="use growth:")
            return f"{function}({subject.at(None)}, {_before(content, subject, None, None)})"
        return f"{function}({subject.cell(row, period)}{_since(content)})"

    return quantity


def _share_of(content: Content, subject: _Subject, row: str | None, period: str | None) -> str:
    if "whole" not in content:
        raise ClaimError("it is not said of what", key="whole", todo="add `whole: total`")
    whole = _operand_of(content["whole"], content, subject, period, "whole")
    return f"share({subject.cell(row, period)}, {whole})"


def _ratio_of(content: Content, subject: _Subject, row: str | None, period: str | None) -> str:
    if "to" not in content:
        raise ClaimError("it is not said to what", key="to", todo="add `to: JPN`")
    other = _operand_of(content["to"], content, subject, period, "to")
    return f"ratio({subject.cell(row, period)}, {other})"


def _difference_of(content: Content, subject: _Subject, row: str | None, period: str | None) -> str:
    if "to" not in content:
        raise ClaimError("it is not said to what", key="to", todo="add `to: OECD`")
    other = _operand_of(content["to"], content, subject, period, "to")
    return f"({subject.cell(row, period)} - {other})"


_RANK = re.compile(
    r"(?:the )?(?P<place>\w+)?[ -]?(?P<end>highest|largest|most|lowest|smallest|fewest|last|"
    r"from (?:the )?bottom)"
)


def _rank_words(wanted: object, content: Content) -> tuple[object, str]:
    """Place and end of a ranking, from words such as `second lowest`, `last`, `top 3`."""
    side = _text(content, "from") or "highest"
    if isinstance(wanted, Mapping):
        return wanted, side
    text = " ".join(str(wanted).lower().split())
    if match := re.fullmatch(r"(?:in the |among the )?top (\w+)", text):
        return f"at most {match[1]}", side
    if (match := _RANK.fullmatch(text)) and (match["place"] or "first") in ORDINALS:
        high = match["end"] in ("highest", "largest", "most")
        return match["place"] or "first", "highest" if high else "lowest"
    return wanted, side


def _rank_form(content: Content, wanted: object) -> str:
    place, side = _rank_words(wanted, content)
    return _quantity_form("rank")({**content, "from": side}, place)


def _rank_of(content: Content, subject: _Subject, row: str | None, period: str | None) -> str:
    options = ""
    if "among" in content:
        options += f", among={subject.group(content['among'], 'among')}"
    if _text(content, "from") not in ("", "highest"):
        options += f", from={_text(content, 'from')}"
    return f"rank({subject.cell(row, period)}{options})"


_Quantity = Callable[[Content, _Subject, str | None, str | None], str]
_QUANTITIES: Mapping[str, _Quantity] = {
    "value": _value_of,
    "growth": _over_time("growth"),
    "yearly_growth": _over_time("yearly_growth"),
    "change": _over_time("change"),
    "share": _share_of,
    "ratio": _ratio_of,
    "difference": _difference_of,
    "rank": _rank_of,
}

_AGGREGATES = {
    **dict.fromkeys(("mean", "average"), "mean"),
    "median": "median",
    "sum": "sum",
    **dict.fromkeys(("max", "highest", "maximum"), "max"),
    **dict.fromkeys(("min", "lowest", "minimum"), "min"),
}


def _operand_of(
    value: object, content: Content, subject: _Subject, period: str | None, key: str
) -> str:
    """Expression of what a number is compared with or divided by."""
    if isinstance(value, Mapping):
        allowed = ("row", "period", "table", "measure", "area", "breakdown")
        means = {f"{name}_of": function for name, function in _AGGREGATES.items()}
        for name in value:
            if name not in (*allowed, *means):
                raise ClaimError(
                    f"'{name}' is not known here",
                    key=f"{key} > {name}",
                    todo=nearest(str(name), (*allowed, *means), listed=20),
                )
        for name, function in means.items():
            if name in value:
                return _group_number(function, value[name], subject, period, f"{key} > {name}")
        row = quoted(str(value["row"])) if "row" in value else None
        if row is None and subject.rows() and "area" not in value:
            row = "_row"
        at = _period(str(value["period"])) if "period" in value else period
        other = {
            name: str(value[name])
            for name in ("table", "measure", "area", "breakdown")
            if name in value
        }
        return subject.cell(row, at, **other)
    text = " ".join(str(value).split())
    match = re.fullmatch(rf"(?:the )?({'|'.join(_AGGREGATES)}) (?:of|across) (.+)", text)
    if match:
        return _group_number(_AGGREGATES[match[1]], match[2], subject, period, key)
    if re.fullmatch(r"[-+]?\d[\d,]*(\.\d+)?%?", text):
        return text.rstrip("%").replace(",", "")
    if IDENTIFIER.fullmatch(text):
        if subject.of:
            return text
        return subject.cell(quoted(text), period)
    return f"({text})"


def _group_number(
    function: str, group: object, subject: _Subject, period: str | None, key: str
) -> str:
    return f"{function}({subject.cell('_other', period)} for _other in {subject.group(group, key)})"


def _comparison(sign: str) -> _Form:
    def form(content: Content, wanted: object) -> str:
        def inner(subject: _Subject, row: str | None, period: str | None) -> str:
            own = subject.cell(row, period)
            others = _others(wanted, subject, row, period)
            if others:
                quantifier, group = others
                other = subject.cell("_other", period)
                return f"{quantifier}({own} {sign} {other} for _other in {group})"
            return f"{own} {sign} {_operand_of(wanted, content, subject, period, 'than')}"

        return _spread(content, inner, over_periods=True)

    return form


def _others(
    wanted: object, subject: _Subject, row: str | None, period: str | None
) -> tuple[str, str] | None:
    """Quantifier and group of `most others`, `every other`, or a list."""
    if isinstance(wanted, list):
        return "all", "[" + ", ".join(quoted(item) for item in _items(wanted, "than")) + "]"
    word = str(wanted).strip().lower() if not isinstance(wanted, Mapping) else ""
    quantifier = {
        "most others": "most",
        "most": "most",
        "every other": "all",
        "all others": "all",
        "any other": "any",
    }.get(word)
    if quantifier is None:
        return None
    own = row or quoted(_text(subject.content, "row"))
    at = period or _period(_text(subject.content, "period"))
    measure = f"{subject.table}.{subject.measure}"
    return quantifier, f"(rows({measure}{', ' + at if at else ''}) - {{{own}}})"


def _top_form(function: str, *, ordered: bool) -> _Form:
    def form(content: Content, wanted: object) -> str:
        members = _items(wanted, function)
        subject = _Subject(content)
        listed = ", ".join(quoted(member) for member in members)

        def inner(_: _Subject, row: str | None, period: str | None) -> str:
            if "among" in content:
                group = subject.group(content["among"], "among")
                cells = f"{subject.cell('_other', period)} for _other in {group}"
            else:
                cells = subject.cell("*", period)
            best = f"{function}({cells}, {len(members)})"
            return f"{best} == [{listed}]" if ordered else f"set({best}) == {{{listed}}}"

        left = {key: value for key, value in content.items() if key not in ("row", "rows")}
        return _spread(left, inner, over_periods=True)

    return form


def _order_form(content: Content, wanted: object) -> str:
    listed = ", ".join(quoted(member) for member in _items(wanted, "order"))
    subject = _Subject(content)
    return f"top({subject.cell('[' + listed + ']')}) == [{listed}]"


_UP = r"\b(ris(es|ing|e)|rose|grow(s|ing|th)|grew|increas(es|ing|e|ed)|climb(s|ing)|up(ward)?)\b"
_DOWN = r"\b(fall(s|ing)?|fell|declin(es|ing|e|ed)|decreas(es|ing|e|ed)|drop(s|ped)?|down(ward)?)\b"
_OVERALL = r"\b(overall|on the whole|from first to last)\b"
_NEVER = r"\b(never|not|no|non)\b"
_FLAT = r"\b(stable|flat|steady|unchanged)\b"
TREND_EXAMPLES = (
    *("rises", "falls", "steady growth", "steady decline", "never falls", "never rises"),
    *("rises overall", "falls overall", "stable"),
)


def _trend_function(word: str) -> str:
    up, down = re.search(_UP, word), re.search(_DOWN, word)
    if bool(up) == bool(down):
        if not up and re.search(_FLAT, word):
            return "is_stable"
        raise ClaimError(f"'{word}' is not a trend", todo=nearest(word, TREND_EXAMPLES, listed=20))
    side = "rises" if up else "falls"
    if re.search(_NEVER, word):
        return f"never_{side}"
    return f"{side}_overall" if re.search(_OVERALL, word) else side


def _trend_form(content: Content, wanted: object) -> str:
    function = _trend_function(str(wanted).strip().lower().replace("_", " ").replace("-", " "))

    def inner(subject: _Subject, row: str | None, period: str | None) -> str:
        periods = subject.periods()
        if subject.of:
            raise ClaimError(
                "a trend of a calculation needs a loop",
                todo="write check: rises(a[TWN, y] / b[TWN, y] for y in 2019..2023)",
            )
        if periods is None:
            every = "*" if subject.indicator else f"periods({subject.measure_name()})"
            return f"{function}({subject.cell(row, every)})"
        if "except" in content and subject.rows() is None:
            left_out = ", ".join(_period(p) for p in _items(content["except"], "except"))
            periods = f"{periods} - [{left_out}]"
            return f"{function}({subject.cell(row, '_p')} for _p in ({periods}))"
        return f"{function}({subject.cell(row, periods)})"

    return _spread(content, inner, over_periods=False)


def _record_form(content: Content, wanted: object) -> str:
    function = {"highest": "is_highest", "lowest": "is_lowest"}.get(str(wanted))
    if function is None:
        raise ClaimError(
            f"'{wanted}' is no record", todo=nearest(str(wanted), ["highest", "lowest"])
        )

    def inner(subject: _Subject, row: str | None, period: str | None) -> str:
        periods = subject.periods()
        return f"{function}({subject.cell(row)}{', ' + periods if periods else ''})"

    return _spread(content, inner, over_periods=False)


def _since_form(function: str) -> _Form:
    def form(content: Content, wanted: object) -> str:
        def inner(subject: _Subject, row: str | None, period: str | None) -> str:
            return f"{function}({subject.cell(row)}, {_period(str(wanted))})"

        return _spread(content, inner, over_periods=False)

    return form


def _rank_in_time_form(content: Content, wanted: object) -> str:
    wanted, end = _rank_words(wanted, content)
    side = "" if end == "highest" else f", from={end}"

    def inner(subject: _Subject, row: str | None, period: str | None) -> str:
        periods = subject.periods()
        span = f", {periods}" if periods else ""
        return condition(f"rank_in_time({subject.cell(row)}{span}{side})", wanted, "rank_in_time")

    return _spread(content, inner, over_periods=False)


def _first_time_form(content: Content, wanted: object) -> str:
    def inner(subject: _Subject, row: str | None, period: str | None) -> str:
        periods = subject.periods()
        if periods is None:
            raise ClaimError(
                "it is not said since when", key="periods", todo="add `periods: 2017..2023`"
            )
        unit = _text(content, "in")
        text = _operator_or_condition(content, subject, row, wanted, unit)
        return f"first_time({text} for _period in {periods})"

    return _spread(content, inner, over_periods=False)


def _operator_or_condition(
    content: Content, subject: _Subject, row: str | None, wanted: object, unit: str
) -> str:
    if isinstance(wanted, Mapping) and any(key in _FORM or key == "value" for key in wanted):
        parts = []
        for key, value in wanted.items():
            if key not in _QUANTITIES:
                raise ClaimError(f"'{key}' is not known here", todo=nearest(str(key), _QUANTITIES))
            quantity = _QUANTITIES[str(key)](content, subject, row, "_period")
            parts.append(condition(quantity, value, str(key), unit))
        return "(" + " and ".join(parts) + ")"
    return condition(subject.cell(row, "_period"), wanted, "first_time", unit)


_UPWARD = ("positive", "deficit to surplus", "to surplus", "surplus", "to growth")
_DOWNWARD = ("negative", "surplus to deficit", "to deficit", "deficit", "to decline")


def _turned_form(content: Content, wanted: object) -> str:
    quantity = "value"
    if isinstance(wanted, Mapping):
        if len(wanted) != 1 or next(iter(wanted)) not in ("value", "growth", "change", "ratio"):
            raise ClaimError("this is no turn", todo="write turned: {growth: negative}")
        ((name, wanted),) = wanted.items()
        quantity = str(name)
    text = str(wanted).strip().lower().removeprefix("from ").removeprefix("a ")
    match = re.fullmatch(r"(above|below) ([-+]?\d[\d,.]*)", text)
    if match is None and text not in (*_UPWARD, *_DOWNWARD):
        known = (*_UPWARD, *_DOWNWARD, "above 1", "below 1")
        raise ClaimError(f"'{wanted}' is no turn", todo=nearest(text, known, listed=20))
    limit = match[2] if match else "0"
    rising = match[1] == "above" if match else text in _UPWARD

    def inner(subject: _Subject, row: str | None, period: str | None) -> str:
        since = _text(content, "since") or _previous(_text(content, "period"))
        left = {key: value for key, value in content.items() if key != "since"}
        now = _QUANTITIES[quantity](left, subject, row, None)
        before = _QUANTITIES[quantity](left, subject, row, _period(since))
        return (
            f"({before} <= {limit} and {now} > {limit})"
            if rising
            else f"({before} >= {limit} and {now} < {limit})"
        )

    return _spread(content, inner, over_periods=False)


def _unchanged_form(content: Content, wanted: object) -> str:
    def inner(subject: _Subject, row: str | None, period: str | None) -> str:
        same = f"{subject.cell(row)} == {_before(content, subject, row, None)}"
        return same if str(wanted).lower() in ("true", "yes") else f"not ({same})"

    return _spread(content, inner, over_periods=False)


def _members_form(content: Content, wanted: object) -> str:
    return condition(f"count({_group_of(content)})", wanted, "members")


def _members_are_form(content: Content, wanted: object) -> str:
    listed = ", ".join(quoted(member) for member in _items(wanted, "members_are"))
    return f"set({_group_of(content)}) == {{{listed}}}"


def _group_of(content: Content) -> str:
    group = _Subject(content).rows()
    if group is None:
        raise ClaimError("it is not said of which group", key="rows", todo="add `rows: countries`")
    return group


def _check_form(content: Content, wanted: object) -> str:
    if not isinstance(wanted, str):
        raise ClaimError("this is not an expression", todo="write check: a > b")
    return " ".join(wanted.split())


def _sql_form(content: Content, wanted: object) -> str:
    text = str(wanted).strip().lower()
    if not text.startswith(("select", "with", "from")) or ";" in text.rstrip(";\n "):
        raise ClaimError("this is not one query", todo="write one select that returns one value")
    return "result"


_FORM: Mapping[str, _Form] = {
    **{name: _quantity_form(name) for name in _QUANTITIES},
    "rank": _rank_form,
    "rank_in_time": _rank_in_time_form,
    "top": _top_form("top", ordered=True),
    "top_set": _top_form("top", ordered=False),
    "bottom": _top_form("bottom", ordered=True),
    "bottom_set": _top_form("bottom", ordered=False),
    "order": _order_form,
    "higher_than": _comparison(">"),
    "lower_than": _comparison("<"),
    "not_lower_than": _comparison(">="),
    "not_higher_than": _comparison("<="),
    "equal_to": _comparison("=="),
    # In a ranking the smaller number is the better one.
    "better_than": _comparison("<"),
    "worse_than": _comparison(">"),
    "trend": _trend_form,
    "record": _record_form,
    "highest_since": _since_form("highest_since"),
    "lowest_since": _since_form("lowest_since"),
    "first_time": _first_time_form,
    "turned": _turned_form,
    "unchanged": _unchanged_form,
    "members": _members_form,
    "members_are": _members_are_form,
    "check": _check_form,
    "sql": _sql_form,
}
