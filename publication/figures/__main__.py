"""Draws the figures of one language: `python -m publication.figures DATABASE FOLDER LANGUAGE`.

What `write_figures` starts for each language.
"""

from __future__ import annotations

import sys
from pathlib import Path

from publication.figures.pictures import draw_language
from publication.layout import LANGUAGES
from publication.release import PublicationError


def main() -> None:
    """Draw; an expected error is one line on stderr and exit code 1."""
    database, folder, wanted = sys.argv[1:]
    language = next(language for language in LANGUAGES if language == wanted)
    try:
        draw_language(Path(database), Path(folder), language)
    except PublicationError as error:
        raise SystemExit(str(error)) from error


if __name__ == "__main__":
    main()
