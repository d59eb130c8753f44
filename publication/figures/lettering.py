"""The letters of the figures: the fonts cut down to what is drawn, widths of text, line breaks.

Here: `Lettering`. Not here: sizes and colours (`style`), the font files (`publication.fonts`).

The fonts are cut down once for all figures: matplotlib opens and subsets a font anew for every PDF,
which takes half a second with six thousand characters and a few milliseconds with three hundred.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType

from fontTools import subset
from fontTools.ttLib import TTFont
from matplotlib.font_manager import FontProperties

from publication.fonts import BOLD, REGULAR
from publication.release import PublicationError

ALWAYS = "".join(chr(code) for code in range(0x20, 0x7F)) + "\u3000−–…％～、；（）：。「」●■▲◆"
"""Characters that numbers and fixed words need whatever the labels are."""

NOT_FIRST = set("、。，．；：？！％）」』》】〕～—…,.;:?!%)]}’”")
NOT_LAST = set("（「『《【〔([{‘“")


class Lettering:
    """The two weights, ready to draw the given texts; a context manager that cleans up after.

    Raises:
        PublicationError: a font lacks a character of the texts.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        texts = list(texts)
        self._folder = TemporaryDirectory(prefix="whitepaper-fonts-")
        try:
            needed = set(ALWAYS).union(*texts) - {"\n"}
            self.regular, self._widths = self._cut(REGULAR, needed, texts)
            self.bold, self._bold_widths = self._cut(BOLD, needed, texts)
        except BaseException:
            self._folder.cleanup()
            raise

    def __enter__(self) -> Lettering:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._folder.cleanup()

    def _cut(
        self, whole: Path, needed: set[str], texts: list[str]
    ) -> tuple[FontProperties, dict[str, float]]:
        options = subset.Options()
        options.layout_features = []
        options.recalc_timestamp = False
        options.drop_tables += ["BASE", "gasp"]
        options.name_IDs = [1, 2, 4, 6]
        font = subset.load_font(str(whole), options)
        _refuse_unknown(font, needed, texts)
        subsetter = subset.Subsetter(options)
        subsetter.populate(unicodes=sorted(map(ord, needed)))
        subsetter.subset(font)
        target = Path(self._folder.name) / whole.name
        subset.save_font(font, str(target), options)
        units = font["head"].unitsPerEm
        advances = font["hmtx"].metrics
        widths = {chr(code): advances[name][0] / units for code, name in font.getBestCmap().items()}
        font.close()
        return FontProperties(fname=str(target)), widths

    def font(self, bold: bool = False) -> FontProperties:
        """Return the font of a weight."""
        return self.bold if bold else self.regular

    def width(self, text: str, size: float, *, bold: bool = False) -> float:
        """Return the width of one line in points at a font size in points."""
        widths = self._bold_widths if bold else self._widths
        return sum(widths[character] for character in text) * size

    def wrap(self, text: str, size: float, width: float, *, bold: bool = False) -> list[str]:
        """Break a text into lines of at most `width` points.

        Breaks stand at blanks and between ideographs, never before a closing or after an opening
        mark; a word that is wider than a line is broken inside.
        """
        lines: list[str] = []
        for paragraph in text.split("\n"):
            line = ""
            for piece in self._pieces(paragraph, size, width, bold=bold):
                if line and self.width((line + piece).rstrip(), size, bold=bold) > width:
                    lines.append(line.rstrip())
                    line = piece.lstrip()
                else:
                    line += piece
            lines.append(line.rstrip())
        return lines

    def _pieces(self, text: str, size: float, width: float, *, bold: bool) -> list[str]:
        """The text cut wherever a line may end; blanks stay with the piece before."""
        pieces: list[str] = []
        for character in text:
            if pieces and not _may_break(pieces[-1][-1], character):
                pieces[-1] += character
            else:
                pieces.append(character)
        narrow: list[str] = []
        for piece in pieces:
            fits = self.width(piece.rstrip(), size, bold=bold) <= width
            narrow += [piece] if fits else list(piece)
        return narrow


def _may_break(before: str, after: str) -> bool:
    if after == " " or after in NOT_FIRST or before in NOT_LAST:
        return False
    return before == " " or _is_wide(before) or _is_wide(after)


def _is_wide(character: str) -> bool:
    return ord(character) >= 0x2E80


def _refuse_unknown(font: TTFont, needed: set[str], texts: list[str]) -> None:
    known = font.getBestCmap()
    unknown = sorted(character for character in needed if ord(character) not in known)
    if unknown:
        first = unknown[0]
        where = next(text for text in texts if first in text)
        raise PublicationError(
            f"The font of the figures has no '{first}' (U+{ord(first):04X}), which stands in "
            f"'{where}'. Write it otherwise, or add the character to publication/fonts/subset.py "
            "and make the fonts again."
        )
