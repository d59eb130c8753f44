"""Period labels as Taiwan's publishers print them, in ROC or Gregorian years.

Here: one function from a label to an ISO-like period. Not here: which periods belong together
(a year-to-date range beside full years is never added up: dbt_project).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from sources.contract import SourceError

Kind = Literal["year", "quarter", "month", "range"]

ROC_OFFSET = 1911
"""ROC year + 1911 = Gregorian year: 民國1年 was 1912."""

_PRELIMINARY = re.compile(r"[(（]\s*初步值\s*[)）]")
_RANGE = re.compile(r"[~～至]")
_LABEL = re.compile(
    r"(?:中華民國|民國|西元)?\s*(?P<year>\d{1,4})\s*年"
    r"(?:\s*(?:第\s*(?P<quarter>[1-4一二三四])\s*季|(?P<month>\d{1,2})\s*月))?"
)
_QUARTERS = str.maketrans("一二三四", "1234")
_DIGITS = re.compile(r"(?P<year>(?:19|20)\d{2})(?P<month>\d{2})?")
_EXPECTED = (
    "a label such as 108年, 109年1月, 113年第3季, 115年1月~115年3月(初步值), 2026年8月 or 202608"
)


@dataclass(frozen=True)
class Period:
    """A period label and what it says.

    Attributes:
        label: the label as printed.
        start: first period, ``2019``, ``2024-Q3`` or ``2020-01``.
        end: last period, in the same form; equals `start` but for a range.
        kind: 'year', 'quarter', 'month' or 'range'.
        is_preliminary: the label carries 初步值.
    """

    label: str
    start: str
    end: str
    kind: Kind
    is_preliminary: bool


@lru_cache(maxsize=4096)
def _parse(label: str) -> Period | None:
    text, marks = _PRELIMINARY.subn("", label)
    ends = [_parse_single(part.strip()) for part in _RANGE.split(text)]
    first, last = ends[0], ends[-1]
    if first is None or last is None or len(ends) > 2:
        return None
    kind: Kind = first[1]
    if len(ends) == 2:
        if first[1] != last[1] or first[0] > last[0]:
            return None
        kind = "range"
    return Period(label, first[0], last[0], kind, marks > 0)


def _parse_single(text: str) -> tuple[str, Kind] | None:
    found = _LABEL.fullmatch(text) or _DIGITS.fullmatch(text)
    if found is None:
        return None
    parts = found.groupdict()
    number = int(parts["year"])
    if len(parts["year"]) < 4:
        number += ROC_OFFSET
    if not ROC_OFFSET < number < 2100:
        return None
    year = str(number)
    if parts.get("quarter"):
        quarter = parts["quarter"].translate(_QUARTERS)
        return f"{year}-Q{quarter}", "quarter"
    if parts["month"]:
        month = int(parts["month"])
        return (f"{year}-{month:02d}", "month") if 1 <= month <= 12 else None
    return year, "year"


def is_period(label: str) -> bool:
    """Whether a cell is a period label."""
    return _parse(label.strip()) is not None


def parse_period(
    label: str, *, file: str | Path | None = None, place: str | int | None = None
) -> Period:
    """Return what a period label says.

    A year of one to three digits is ROC, of four digits Gregorian. Bare ``2024`` and ``202401``
    (Ministry of Labor's open data) are read; a bare ROC year is not, for it could be any number.

    Args:
        label: the label; blanks around and inside it do not matter.
        file: for the error.
        place: for the error.

    Raises:
        SourceError: the label is none of these.

    >>> parse_period("115年1月~115年3月(初步值)")
    ... # doctest: +NORMALIZE_WHITESPACE
    Period(label='115年1月~115年3月(初步值)', start='2026-01', end='2026-03', kind='range',
           is_preliminary=True)
    >>> parse_period("109年 5月").start
    '2020-05'
    """
    period = _parse(label.strip())
    if period is None:
        raise SourceError(
            f"'{label}' is no period label that is known.",
            file=file,
            place=place,
            expected=_EXPECTED,
            todo="if the publisher has a new form of label, teach it to sources/periods.py",
        )
    return period
