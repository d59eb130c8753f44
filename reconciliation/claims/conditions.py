"""Conditions in an editor's words: `more than 60`, `about NT$8 trillion`, `second`, `half`.

Here: from the words to the expression that a number must satisfy. Not here: the keys they stand
under (`forms`), what vague words mean (`words`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from reconciliation.claims.errors import ClaimError, nearest
from reconciliation.claims.expression import parse

SHORT = (
    *("is", "about", "around", "nearly", "more_than", "less_than"),
    *("at_least", "at_most", "between"),
)
IDENTIFIER = re.compile(r"[A-Za-z_]\w*")

_PHRASES: tuple[tuple[str, str], ...] = (
    (r"about|approximately|roughly|some", "about"),
    (r"around|in the region of", "around"),
    (r"nearly|almost|just under|just below|slightly (?:under|below|less than)", "nearly"),
    (r"(?:just|slightly|a little) (?:over|above|more than)", "just_over"),
    (r">=|≥|at least|no (?:less|fewer) than|not (?:less|fewer|lower) than", "at_least"),
    (r"<=|≤|at most|(?:no|not) (?:more|higher) than|up to|does not exceed", "at_most"),
    (r"(?:well |far )?(?:more than|over|above|exceeds|exceeding|in excess of)", "more_than"),
    (r"greater than|higher than|larger than|>", "more_than"),
    (r"(?:well |far )?(?:less than|under|below|fewer than|lower than|smaller than)|<", "less_than"),
    (r"exactly|only|is|equal to|==?", "is"),
    (r"not|!=|≠", "is_not"),
)
_WORDS = {
    "positive": "{s} > 0",
    "negative": "{s} < 0",
    **dict.fromkeys(("rises", "rise", "rose", "grows", "growth", "up"), "{s} > 0"),
    **dict.fromkeys(("falls", "fall", "fell", "declines", "decline", "down"), "{s} < 0"),
    **{
        f"{size} {side}": f"{size}_{side}({{s}})"
        for size in ("slight", "marginal")
        for side in ("rise", "fall")
    },
}
ORDINALS = (
    *("first", "second", "third", "fourth", "fifth", "sixth"),
    *("seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth"),
)
_CARDINALS = (
    *("zero", "one", "two", "three", "four", "five", "six"),
    *("seven", "eight", "nine", "ten", "eleven", "twelve"),
)
_MULTIPLES = {
    **dict.fromkeys(("double", "doubled", "twice"), "2"),
    **dict.fromkeys(("triple", "tripled", "threefold"), "3"),
}
_NUMBER_WORDS = {
    **_MULTIPLES,
    **{word: str(number) for number, word in enumerate(ORDINALS, 1)},
    **{word: str(number) for number, word in enumerate(_CARDINALS)},
}
FRACTIONS = {
    **dict.fromkeys(("half", "a half", "one half"), "1/2"),
    **dict.fromkeys(("a third", "one third"), "1/3"),
    "two thirds": "2/3",
    **dict.fromkeys(("a quarter", "one quarter"), "1/4"),
    "three quarters": "3/4",
    **dict.fromkeys(("a fifth", "one fifth"), "1/5"),
    **dict.fromkeys(("a tenth", "one tenth"), "1/10"),
}
_CONDITION_KEYS = (*SHORT, "is_not", "just_over", "in", "by", "to_nearest")
_NUMBER = re.compile(
    r"(?P<currency>NT\$|US\$|NTD|USD|TWD|\$|新臺幣)?\s*(?P<number>[-+]?\d[\d,]*(?:\.\d+)?)\s*"
    r"(?P<unit>.*)"
)
_UNITS = re.compile(
    r"(?:NTD |USD )?(?:trillion|billion|bn|million|thousand|100m|10,000|兆|億|萬|百萬|十億|千)"
    r"(?:元|美元| ?(?:US |NT )?dollars?| ?USD| ?NTD| (?:persons|people|FTE|researchers|tonnes))?"
    r"|persons|people|人"
)
_CURRENCIES = {
    **dict.fromkeys(("NT$", "NTD", "TWD", "新臺幣"), "NTD "),
    **dict.fromkeys(("US$", "USD", "$"), "USD "),
}
_EMPTY_UNITS = {
    *("", "%", "percent", "per cent", "points", "percentage points", "pp", "times", "fold"),
    *("-fold", "places", "countries", "economies", "patents", "years", "areas", "倍", "名", "件"),
    *("st", "nd", "rd", "th", "of them", "industries", "fields", "rows"),
}


def quoted(key: str) -> str:
    """Return a key as it stands in an expression."""
    return f"'{key}'"


def condition(subject: str, wanted: object, key: str, unit: str = "") -> str:
    """Return the expression that a number satisfies what is written below a key.

    Args:
        subject: expression of the number.
        wanted: a number, a phrase such as `more than 60`, or a mapping such as {more_than: 60}.
        key: for messages.
        unit: unit that the numbers of the statement are in.

    >>> condition("x", "more than 60", "value")
    'x > 60'
    """
    if isinstance(wanted, Mapping):
        return _mapped_condition(subject, wanted, key, unit)
    if isinstance(wanted, list):
        raise ClaimError("a list stands where one number belongs", key=key, todo="write one number")
    text = " ".join(str(wanted).split())
    if not text:
        raise ClaimError("there is no number", key=key, todo=f"write `{key}: more than 60`")
    if text.lower() in _WORDS:
        return _WORDS[text.lower()].format(s=_scaled(subject, unit))
    between = re.fullmatch(r"between (.+?) and (.+)", text) or re.fullmatch(
        r"(?:from )?(-?[\d.,]+%?) ?(?:to|~|–) ?(-?[\d.,]+.*)", text
    )
    if between:
        return _one(subject, "between", [between[1], between[2]], key, unit)
    for pattern, name in _PHRASES:
        match = re.match(rf"(?:{pattern})(?=[\s\d$-])\s*(.+)", text, re.IGNORECASE)
        if match:
            return _one(subject, name, match[1], key, unit)
    return _one(subject, "is", text, key, unit)


def _mapped_condition(subject: str, wanted: Mapping[str, object], key: str, unit: str) -> str:
    unit = str(wanted.get("in", unit))
    parts = []
    for name, value in wanted.items():
        if name not in _CONDITION_KEYS:
            raise ClaimError(
                f"'{name}' is not a condition",
                key=f"{key} > {name}",
                todo=nearest(str(name), _CONDITION_KEYS),
            )
        if name in ("in", "by", "to_nearest"):
            continue
        extra = "".join(
            f", {option}={wanted[option]}" for option in ("by", "to_nearest") if option in wanted
        )
        parts.append(_one(subject, str(name), value, f"{key} > {name}", unit, extra))
    if not parts:
        raise ClaimError("there is no condition", key=key, todo="write e.g. {more_than: 60}")
    return parts[0] if len(parts) == 1 else "(" + " and ".join(parts) + ")"


def _scaled(subject: str, unit: str) -> str:
    return f"convert({subject}, {quoted(unit)})" if unit else subject


def _one(subject: str, name: str, value: object, key: str, unit: str, extra: str = "") -> str:
    if name == "between":
        ends = value if isinstance(value, list) else re.split(r"\s+and\s+|\s*[,~–]\s+", str(value))
        if len(ends) != 2:
            raise ClaimError("between needs two numbers", key=key, todo="write between: [2, 5]")
        (low, _), (high, found) = (_operand(str(end), subject, key) for end in ends)
        return f"between({_scaled(subject, found or unit)}, {low}, {high})"
    nearest_to = re.fullmatch(r"(.+?) to the nearest (.+)", str(value))
    if nearest_to:
        operand, found = _operand(nearest_to[1], subject, key)
        step = nearest_to[2].replace(",", "")
        return f"about({_scaled(subject, found or unit)}, {operand}, to_nearest={step})"
    operand, found = _operand(str(value), subject, key)
    left = _scaled(subject, found or unit)
    if name in ("about", "around", "nearly", "just_over"):
        return f"{name}({left}, {operand}{extra})"
    sign = {"more_than": ">", "less_than": "<", "at_least": ">=", "at_most": "<="}.get(name)
    if name == "is_not":
        sign = "!="
    return f"{left} {sign or '=='} {operand}"


def _operand(text: str, subject: str, key: str) -> tuple[str, str]:
    """Return the right side of a comparison, and the unit written behind the number."""
    text = text.strip().replace("−", "-")
    word = re.sub(r" (of them|of|times)$", "", text.lower().replace("-", " "))
    if word.endswith("fold") and word[:-4].strip() in _CARDINALS:
        word = word[:-4].strip()
    if word in _MULTIPLES and key.split(" ")[0] in ("growth", "yearly_growth"):
        raise ClaimError(
            f"'{text}' is a ratio, not a growth in percent",
            key=key,
            todo="write `ratio: double` with `to: {period: 2019}`",
        )
    if word in _NUMBER_WORDS:
        return _NUMBER_WORDS[word], ""
    if word in FRACTIONS:
        word_of = key.split(" ")[0]
        percent = re.search(r"_pct\b|_share_", subject) and word_of in ("value", *SHORT)
        share = word_of == "share" or percent
        return f"({'100 * ' if share else ''}{FRACTIONS[word]})", ""
    match = _NUMBER.fullmatch(text)
    if match is None:
        return _expression(text, key), ""
    unit = match["unit"].strip().rstrip(".")
    number = match["number"].replace(",", "").lstrip("+")
    if unit in _EMPTY_UNITS:
        return number, ""
    if _UNITS.fullmatch(unit):
        return number, (_CURRENCIES.get(match["currency"] or "", "") + unit).strip()
    return _expression(text, key), ""


def _expression(text: str, key: str) -> str:
    """A number that is no plain number: it must at least be readable."""
    try:
        parse(text)
    except ClaimError as error:
        raise ClaimError(
            f"'{text}' is neither a number nor an expression",
            key=key,
            todo="write e.g. 12.5, about 8, more than 60, nearly 63, at least 3, between 2 and 5, "
            "15.24 trillion, or a cell such as T1-2-01.measure[TWN, 2023]",
        ) from error
    return text if IDENTIFIER.fullmatch(text) else f"({text})"
