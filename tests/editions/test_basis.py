"""By which route a table is computed, as edition.yml declares it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from editions import EditionError, edition_frames, read_edition

EDITIONS = Path(__file__).resolve().parents[2] / "editions"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    target = tmp_path / "2025-26"
    shutil.copytree(EDITIONS / "2025-26", target, ignore=shutil.ignore_patterns("raw"))
    return target


def change(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_every_table_of_two_routes_is_published_unless_declared(folder: Path) -> None:
    text = (folder / "edition.yml").read_text(encoding="utf-8")
    (folder / "edition.yml").write_text(text[: text.index("\nbasis:")], encoding="utf-8")
    edition = read_edition("2025-26", root=folder.parent)
    assert set(edition.basis.values()) == {"published"}
    assert edition_frames(edition)["edition__basis"].rows() == [
        ("2025-26", table_id, "published")
        for table_id in ("T1-2-09", "T1-2-10", "T1-2-11", "T1-2-13", "T1-2-14")
    ]


def test_microdata_that_are_not_pinned_are_named_with_what_to_do(folder: Path) -> None:
    change(folder, "edition.yml", "T1-2-10: published", "T1-2-10: microdata")
    with pytest.raises(EditionError) as caught:
        read_edition("2025-26", root=folder.parent)
    message = str(caught.value)
    assert "no customs_portal and no mof_goods_classification" in message
    assert "whitepaper land customs_portal FILE" in message
    assert caught.value.key == "basis > T1-2-10"


def test_the_public_technology_level_needs_no_classification_of_the_ministrys(
    folder: Path,
) -> None:
    change(folder, "edition.yml", "T1-2-09: published", "T1-2-09: microdata")
    change(folder, "pins.yml", 'rankings: "book', 'customs_portal: "v"\nrankings: "book')
    with pytest.raises(EditionError, match=r"pins\.yml has no mof_goods_classification"):
        read_edition("2025-26", root=folder.parent)
    change(folder, "edition.yml", "scheme: technology_level", "scheme: oecd_2011_via_isic")
    assert read_edition("2025-26", root=folder.parent).basis["T1-2-09"] == "microdata"
    change(folder, "edition.yml", "T1-2-10: published", "T1-2-10: microdata")
    with pytest.raises(EditionError, match="no mof_goods_classification"):
        read_edition("2025-26", root=folder.parent)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("T1-2-10: published", "T1-2-12: microdata", "'T1-2-12' has no second route"),
        ("T1-2-10: published", "T1-2-10: micro", "micro"),
        ("scheme: technology_level", "scheme: oecd", "'oecd' is no classification"),
    ],
)
def test_a_table_without_two_routes_and_another_word_are_refused(
    folder: Path, old: str, new: str, message: str
) -> None:
    change(folder, "edition.yml", old, new)
    with pytest.raises(EditionError, match=message):
        read_edition("2025-26", root=folder.parent)


def test_published_figures_that_are_not_pinned_are_missed_too(folder: Path) -> None:
    change(folder, "pins.yml", 'uspto_counts: "book-2025-26"\n', "")
    with pytest.raises(EditionError, match=r"from published figures, but pins\.yml has no uspto"):
        read_edition("2025-26", root=folder.parent)
