"""Noto Sans TC, cut down to what a book in Traditional Chinese and English may print.

Here: the two font files (SIL Open Font License, OFL.txt) and `subset`, which makes them. Not here:
drawing with them (`publication.figures`).
"""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).resolve().parent
REGULAR = FOLDER / "NotoSansTC-Regular.ttf"
BOLD = FOLDER / "NotoSansTC-Bold.ttf"
