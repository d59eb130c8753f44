"""The readers' site: static pages in both languages, made from a published database.

Here: writing all pages, scripts and styles into a release. What the site shows is read in `book`,
arranged in `pages` and `tables`, and said in `wording`. Not here: figures, workbook and the other
files of a release; the site offers those that stand beside it, so it is written last.

The site needs no server and no network: every address in it is relative, data are loaded as
scripts, and without scripts everything but the search and the history of single numbers is there.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb

from publication.codes import code_word, verdict_meaning, verdict_word
from publication.layout import LANGUAGES, Language
from publication.site.book import Book
from publication.site.cells import cells_script
from publication.site.pages import (
    NAVIGATION,
    Page,
    Pages,
    both,
    check_names,
    number_text,
    page_of,
    search_entries,
    term_id,
    web_address,
)
from publication.site.search import search_script
from publication.site.wording import book_title, words

SITE = "site"
"""The site's folder in a release."""

_HERE = Path(__file__).parent
_LANGUAGE_TAGS: dict[Language, str] = {"zh": "zh-Hant-TW", "en": "en"}


def write_site(database: Path, directory: Path) -> None:
    """Write the readers' site of a published database to `directory`/site.

    Args:
        database: a published `whitepaper.duckdb`; opened read-only.
        directory: the release. Downloads and pictures that are in it are linked; the gate's report
            is read from its quality/, or from beside the database.

    Raises:
        PublicationError: a table cannot be laid out, or an id cannot be the name of a page.
    """
    target = directory / SITE
    with duckdb.connect(str(database), read_only=True) as connection:
        book = Book(connection, database, directory)
        check_names(book)
        environment = _environment()
        shutil.copytree(_HERE / "static", target / "assets", dirs_exist_ok=True)
        _write(target / "assets" / "search.js", search_script(search_entries(book)))
        _write(
            target / "index.html",
            environment.get_template("choose.html").render(
                zh=words("zh"),
                en=words("en"),
                title_zh=book_title(book.edition, "zh"),
                title_en=book_title(book.edition, "en"),
                site="",
            ),
        )
        for language in LANGUAGES:
            pages = Pages(book, language)
            shared = _shared(book, pages, language)
            for page in pages:
                _write(target / language / page.path, _render(environment, page, shared))
            for layout in pages.layouts:
                _write(
                    target / language / "tables" / f"{layout.table_id}.cells.js",
                    cells_script(pages.cell_sections(layout)),
                )


def _environment() -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )


def _shared(book: Book, pages: Pages, language: Language) -> dict[str, Any]:
    other: Language = "en" if language == "zh" else "zh"

    def code(kind: str, value: str | None) -> str:
        return code_word(kind, value, language)

    def verdict(value: str) -> str:
        return verdict_word(value, language)

    def meaning(value: str) -> str:
        return verdict_meaning(value, language)

    def comment(text: str | None) -> str:
        return both(text or "")[0 if language == "zh" else 1]

    functions: dict[str, Callable[..., object]] = {
        "code": code,
        "verdict": verdict,
        "meaning": meaning,
        "comment": comment,
        "text": pages.text,
        "pointers": pages.pointers,
        "page_of": page_of,
        "number": number_text,
        "web": web_address,
        "term_id": term_id,
    }
    return {
        **functions,
        "w": words(language),
        "language": language,
        "tag": _LANGUAGE_TAGS[language],
        "other": other,
        "other_tag": _LANGUAGE_TAGS[other],
        "book_title": book_title(book.edition, language),
        "edition": book.edition,
        "navigation": NAVIGATION,
        "book": book,
        "names": pages.names,
    }


def _render(environment: Any, page: Page, shared: dict[str, Any]) -> str:
    base = "../" * page.path.count("/")
    text: str = environment.get_template(page.template).render(
        **shared,
        **page.data,
        path=page.path,
        title=page.title,
        base=base,
        site=f"{base}../",
        release=f"{base}../../",
    )
    return text


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")


__all__ = ["write_site"]
