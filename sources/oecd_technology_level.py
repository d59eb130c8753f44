"""The public stand-in for the ministry's technology levels: the OECD's, through HS and ISIC Rev. 3.

Here: which ISIC Rev. 3 industries are of which level (OECD 2011), and writing the seed
``dbt_project/seeds/oecd_technology_level.csv`` from WITS's concordance of HS and ISIC Rev. 3::

    python -m sources.oecd_technology_level JobID-64_Concordance_HS_to_I3.CSV > SEED

Not here: the ministry's own classification (`mof_goods_classification`), which always comes first.

The four levels of 2011 are defined on ISIC Rev. 3, to which WITS leads in one step; the five of
2016 are on ISIC Rev. 4, two many-to-many steps farther, and are not the book's four.

The table knows codes of HS 1988 to 2002. A heading (four digits) whose codes are all of one level
stands as the heading, and so holds for codes that came later; a heading of several levels stands
code by code, and a later code of it has no level. No value is split between levels.
"""

from __future__ import annotations

import csv
import io
import sys
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

from sources.contract import SourceError

LEVELS: Mapping[str, tuple[str, ...]] = {
    "high_tech": ("2423", "30", "32", "33", "353"),
    "medium_high_tech": ("24", "29", "31", "34", "352", "359"),
    "medium_low_tech": ("23", "25", "26", "27", "28", "351"),
    "low_tech": ("15", "16", "17", "18", "19", "20", "21", "22", "36", "37"),
}
"""ISIC Rev. 3 by level: OECD, ISIC Rev. 3 Technology Intensity Definition, 7 July 2011. The longest
code decides: 2423, pharmaceuticals, is not of the level of 24, chemicals."""
HS_COLUMN, ISIC_COLUMN = "HS - Combined  Product Code", "ISIC Revision 3 Product Code"
HEADER = ("goods_code", "goods_class", "isic_rev3")


def level_of(isic: str) -> str | None:
    """Return the level of an ISIC Rev. 3 class, None for what is no manufacturing.

    >>> level_of("2423"), level_of("2411"), level_of("0111")
    ('high_tech', 'medium_high_tech', None)
    """
    for length in (4, 3, 2):
        for level, industries in LEVELS.items():
            if isic[:length] in industries and len(isic) >= length:
                return level
    return None


def read_concordance(path: Path) -> dict[str, str]:
    """Return the ISIC Rev. 3 class of every HS code of WITS's table.

    Raises:
        SourceError: other columns, a code of another form, or a code with two classes.
    """
    text = path.read_bytes().decode("cp1252")
    reader = csv.DictReader(io.StringIO(text, newline=""))
    if not {HS_COLUMN, ISIC_COLUMN} <= set(reader.fieldnames or ()):
        raise SourceError(
            "The columns are not those of WITS's concordance.",
            file=path,
            place=1,
            expected=f"{HS_COLUMN}, {ISIC_COLUMN}",
        )
    found: dict[str, str] = {}
    for line in reader:
        code, isic = line[HS_COLUMN].strip(), line[ISIC_COLUMN].strip()
        if not (len(code) == 6 and len(isic) == 4 and (code + isic).isdigit()):
            raise SourceError(
                f"'{code}' and '{isic}' cannot be.",
                file=path,
                place=reader.line_num,
                expected="six digits and four, with leading zeros",
            )
        if found.setdefault(code, isic) != isic:
            raise SourceError(
                f"{code} is of {found[code]} and of {isic}.", file=path, place=reader.line_num
            )
    return found


def seed_rows(concordance: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """Return the lines of the seed: goods code (four or six digits), level, its industries.

    What is no manufacturing (farming, mining, waste, art) has no level and no line.
    """
    headings: dict[str, dict[str, str]] = defaultdict(dict)
    for code, isic in concordance.items():
        headings[code[:4]][code] = isic
    rows = []
    for heading, members in headings.items():
        levels = {level_of(isic) for isic in members.values()}
        if len(levels) == 1:
            members = {heading: " ".join(sorted(set(members.values())))}
        for code, isics in members.items():
            level = level_of(isics[:4])
            if level is not None:
                rows.append((code, level, isics))
    return sorted(rows)


def main(arguments: list[str]) -> None:
    """Write the seed to standard output."""
    if len(arguments) != 1:
        raise SystemExit("usage: python -m sources.oecd_technology_level CONCORDANCE.CSV > SEED")
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(HEADER)
    writer.writerows(seed_rows(read_concordance(Path(arguments[0]))))


if __name__ == "__main__":
    main(sys.argv[1:])
