"""figures.yml: what it promises, and what it refuses with file, key and remedy."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml

from editions import EditionError, edition_frames, read_edition
from editions.reader import ROOT

FIGURE = {
    "id": "F1-2-99",
    "model": "figure_1_2_99",
    "number_zh": "圖1-2-99",
    "number_en": "Figure 1-2-99",
    "title_zh": "題",
    "title_en": "Title",
    "unit_zh": "%",
    "unit_en": "%",
    "source_zh": "源",
    "source_en": "Source",
    "page": 1,
    "width": "column",
    "chart": "lines",
    "series": {
        "panel": "patent_comparison",
        "items": [{"key": "rest", "zh": "其他", "en": "Rest"}],
    },
    "points": {"quarters": "2023..2024", "label_zh": "{year}年Q{quarter}"},
    "measures": {
        "rate": {
            **{"label_zh": "率", "label_en": "Rate", "unit_zh": "%", "unit_en": "%"},
            **{"decimals": 1, "drawn_as": "line", "axis": [0, 10]},
        }
    },
    "gaps": [
        {"points": ["2023-Q1"], "series": ["KOR"], "reason_zh": "無", "reason_en": "none"},
    ],
    "land": {"sources": ["cbc_bop"], "zh": "資料", "en": "data"},
}


def edition_with(folder: Path, **changes: object) -> Path:
    """A root that holds the shipped edition with one invented figure in place of its own."""
    shutil.copytree(ROOT / "2025-26", folder / "2025-26", ignore=shutil.ignore_patterns("raw"))
    content = yaml.safe_dump({"figures": [{**FIGURE, **changes}]}, allow_unicode=True)
    (folder / "2025-26" / "figures.yml").write_text(content, encoding="utf-8")
    return folder


def test_every_series_and_point_is_promised_and_a_gap_carries_its_reason(tmp_path: Path) -> None:
    frames = edition_frames(read_edition("2025-26", root=edition_with(tmp_path)))

    series = frames["edition__figure_series"].get_column("series_key").to_list()
    assert series == ["DEU", "JPN", "KOR", "TWN", "USA", "rest"]
    points = frames["edition__figure_axis_point"]
    assert points.row(0, named=True) | {"edition": ""} == {
        "edition": "",
        "figure_id": "F1-2-99",
        "point_key": "2023-Q1",
        "position": 1,
        "label_zh": "2023年Q1",
        "label_en": "2023-Q1",
    }
    promise = frames["edition__figure_promise"]
    assert promise.height == 6 * 8
    assert promise.filter(promise["gap_en"].is_not_null()).select(
        "series_key", "point_key", "gap_en"
    ).rows() == [("KOR", "2023-Q1", "none")]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"chart": "pie"}, "'pie' is not known here"),
        ({"chart": "bars"}, "the chart 'bars' draws bar, and the measures are line"),
        ({"series": {"panel": "no_such_panel"}}, "there is no panel 'no_such_panel'"),
        ({"series": {"top": "area"}}, "count: None is not a whole number"),
        ({"series": {}}, "a figure has listed series or a top"),
        ({"notes_zh": ["註{year}"], "notes_en": ["Note"]}, "'{year}' cannot be filled in here"),
        ({"notes_zh": ["註"]}, "1 notes in Chinese but 0 in English"),
        (
            {"gaps": [{"points": [2022], "reason_zh": "無", "reason_en": "none"}]},
            "'2022' is not one of the figure's points",
        ),
        (
            {"gaps": [{**FIGURE["gaps"][0], "series": ["KRO"]}]},
            "'KRO' is not one of the figure's series. What to do: did you mean 'KOR'?",
        ),
        ({"land": {"sources": ["cbc"], "zh": "資料", "en": "data"}}, "there is no source 'cbc'"),
        ({"land": {"sources": [], "zh": "資料", "en": "data"}}, "no source is named"),
        ({"colour": "red"}, "'colour' is not a known key"),
        ({"width": "wall"}, "'wall' is not known here"),
    ],
)
def test_a_slip_is_refused_with_its_place(
    tmp_path: Path, changes: dict[str, object], says: str
) -> None:
    root = edition_with(tmp_path, **changes)
    with pytest.raises(EditionError) as refused:
        read_edition("2025-26", root=root, known_sources={"cbc_bop", *_pinned()})
    assert says in str(refused.value)
    assert str(refused.value).startswith("figures.yml, figures > F1-2-99")


def test_an_axis_has_a_lower_and_an_upper_end(tmp_path: Path) -> None:
    measures = {"rate": {**FIGURE["measures"]["rate"], "axis": [10, 0]}}
    with pytest.raises(EditionError, match=r"\[10.0, 0.0\] are not a lower and an upper end"):
        read_edition("2025-26", root=edition_with(tmp_path, measures=measures))


def _pinned() -> set[str]:
    return set(yaml.safe_load((ROOT / "2025-26" / "pins.yml").read_text(encoding="utf-8")))
