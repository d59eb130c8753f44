"""The one hand of all figures: sizes, colours, marks.

Colours are those of Okabe and Ito, which people with any colour vision tell apart; series also
differ in lightness, marker or dash, so that a grey copy reads as well. Sizes are points at the
printed width. Not here: what is drawn where (`frame`, `charts`).
"""

from __future__ import annotations

from dataclasses import dataclass

POINTS_PER_CM = 72 / 2.54
WIDTHS = {"column": 8.5 * POINTS_PER_CM, "page": 17.0 * POINTS_PER_CM}
"""Printed widths in points: a column of the book, or both."""

DPI = 220
"""Of the PNG, for screens and slides; a printer takes the PDF."""
TITLE, LABEL, SMALL, FOOT = 8.5, 7.0, 6.3, 6.0
"""Font sizes: title; axis labels and names; values; notes and source."""

INK, MUTED, GRID, PAPER = "#1a1a1a", "#595959", "#d9d9d9", "#ffffff"


@dataclass(frozen=True)
class Look:
    """How a series is drawn: `ink` is its colour, `text` a shade that reads on white."""

    ink: str
    text: str
    marker: str
    dash: str | tuple[int, tuple[float, ...]]


BLUE = Look("#0072B2", "#005a8c", "o", "-")
ORANGE = Look("#E69F00", "#8a5f00", "s", (0, (5, 1.5)))
GREEN = Look("#009E73", "#00694d", "^", (0, (1.2, 1.2)))
VERMILLION = Look("#D55E00", "#a84a00", "D", "-")
SKY = Look("#56B4E9", "#1f6f9e", "v", (0, (5, 1.5, 1, 1.5)))
PURPLE = Look("#CC79A7", "#8f3f6c", "P", (0, (3, 1.5)))
BLACK = Look("#000000", "#000000", "X", (0, (3, 1, 1, 1, 1, 1)))

PLAIN = Look("#333333", INK, "o", "-")
"""The only line beside columns of several colours."""
GREY = Look("#c4c4c4", MUTED, ".", ":")
"""What is left over: 'other economies'."""

OWN = "TWN"
"""The series key of the book's own economy, which stands out among others."""

LINES = (BLUE, ORANGE, GREEN, SKY, PURPLE, BLACK)
COLUMNS = (BLUE, ORANGE, GREEN, SKY)
STACK = (BLUE, ORANGE, GREEN, SKY, PURPLE)
"""Neighbours differ in lightness."""

ESTIMATE_HATCH = "//////"


def luminance(colour: str) -> float:
    """Return the relative luminance of '#rrggbb' by WCAG, 0 (black) to 1 (white).

    >>> round(luminance("#ffffff"), 3), round(luminance("#0072B2"), 3)
    (1.0, 0.152)
    """
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours by WCAG, 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def ink_on(colour: str) -> str:
    """Return black or white, whichever reads better on a colour."""
    return max((INK, PAPER), key=lambda ink: contrast(ink, colour))
