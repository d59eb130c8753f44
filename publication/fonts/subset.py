"""Makes the font files of this folder from the whole Noto Sans TC.

    python -m publication.fonts.subset NotoSansTC_400Regular.ttf NotoSansTC_700Bold.ttf

The whole fonts are published, among others, in the npm package @expo-google-fonts/noto-sans-tc.
Kept are the characters of Big5's frequently used level (5,401 ideographs and the symbols) and Latin
up to U+024F, with the signs of typesetting; hinting and layout features are dropped. The same input
gives the same bytes.

Not here: which characters a figure needs (`publication.figures.lettering`).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from fontTools import subset

from publication.fonts import BOLD, REGULAR

LATIN = range(0x20, 0x250)
SIGNS = "–—‘’“”…‰€™−×÷≤≥≈↑↓→←•、。，；：？！（）「」『』《》【】〔〕％＋－＝＊／～○●△▲□■◇◆※"
TRAIL_BYTES = (*range(0x40, 0x7F), *range(0xA1, 0xFF))
LEAD_BYTES = range(0xA1, 0xC7)
"""Of Big5: symbols from A1, the frequently used ideographs from A4 to C6."""

KEPT_NAMES = [0, 1, 2, 3, 4, 5, 6, 13, 14]
"""Copyright, names and licence: the Open Font License asks for them."""


def characters() -> set[str]:
    """Return the characters that the subset holds, as far as the whole font has them.

    >>> len(characters()) > 6000, "電" in characters(), "é" in characters()
    (True, True, True)
    """
    found = {chr(code) for code in LATIN} | set(SIGNS)
    for lead in LEAD_BYTES:
        for trail in TRAIL_BYTES:
            try:
                found.add(bytes([lead, trail]).decode("big5"))
            except UnicodeDecodeError:  # not every pair of bytes is a character
                continue
    return found


def write_subset(whole: Path, target: Path) -> None:
    """Write the subset of one font, whole or not at all.

    Args:
        whole: the whole font, TrueType.
        target: where to.
    """
    options = subset.Options()
    options.layout_features = []
    options.hinting = False
    options.recalc_timestamp = False
    options.name_IDs = KEPT_NAMES
    options.drop_tables += ["GSUB", "GPOS", "vhea", "vmtx", "STAT"]
    font = subset.load_font(str(whole), options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=sorted(ord(character) for character in characters()))
    subsetter.subset(font)
    temporary = target.with_suffix(".tmp")
    subset.save_font(font, str(temporary), options)
    os.replace(temporary, target)


def main(arguments: Sequence[str]) -> None:
    """Write both font files of this folder."""
    if len(arguments) != 2 or not all(Path(argument).is_file() for argument in arguments):
        raise SystemExit("usage: python -m publication.fonts.subset REGULAR.ttf BOLD.ttf")
    for argument, target in zip(arguments, (REGULAR, BOLD), strict=True):
        write_subset(Path(argument), target)


if __name__ == "__main__":
    main(sys.argv[1:])
