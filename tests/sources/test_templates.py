"""The five sources that an editor fills in by hand: right files read, wrong ones are refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from sources import SOURCE_IDS, get_source
from sources.contract import SourceError

FILES = {
    "uspto_counts": {
        "year.csv": "area_code,area_name,grant_year,grants\n"
        "ALL,All areas,2024,324043\nTW,Taiwan,2024,12340\n",
        "field.csv": "area_code,area_name,wipo_field,first_year,last_year,grants,"
        "rank_among_all_areas\nTW,Taiwan,8,2020,2024,20111,4\nALL,All areas,8,2020,2024,131045,\n",
    },
    "wef_grr": {
        "grr.csv": "report_year,horizon,rank,risk_key,risk_name_en,risk_name_zh\n"
        "2025,short_term_2y,1,misinformation_disinformation,Misinformation,錯誤資訊與虛假資訊\n"
        "2025,long_term_10y,1,extreme_weather_events,Extreme weather events,極端氣候事件\n",
    },
    "rankings": {
        "rankings.csv": "evaluation_key,evaluation_name_zh,evaluator_zh,period,area_code,rank,"
        "economies_evaluated\n"
        "national_competitiveness,國家整體競爭力,洛桑國際管理學院(IMD) 2025,2025,TWN,6,69\n"
        "national_innovation_competitiveness,國家創新競爭力,美國商業雜誌《CEOWORLD》,,TWN,2,196\n",
    },
    "mckinsey_ai": {
        "mckinsey.csv": "position,capability_key,capability_zh,capability_en,estimate,"
        "calendar_year\n1,creativity,創造力,Creativity,pre_genai_estimate,2045\n"
        "1,creativity,創造力,Creativity,post_genai_estimate,2025\n",
    },
    "eu_hydrogen": {
        "hydrogen.csv": "stage_key,stage_zh,period_from,period_to,target_text_zh\n"
        'stage_1,第1階段,2020,2024,"建立6 GW的電解槽，年產100萬噸綠氫"\n'
        'stage_2,第2階段,2025,2030,"擴增至40 GW電解槽, 年產1,000萬噸綠氫"\n',
    },
}


def land(
    tmp_path: Path, source: str, old: str = "", new: str = "", encoding: str = "utf-8"
) -> list[Path]:
    for name, text in FILES[source].items():
        (tmp_path / name).write_bytes(text.replace(old, new, 1 if old else 0).encode(encoding))
    return sorted(tmp_path.iterdir())


@pytest.mark.parametrize("source", FILES)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_right_template_gives_every_declared_table_and_column(
    tmp_path: Path, source: str, encoding: str
) -> None:
    frames = get_source(source).read(land(tmp_path, source, encoding=encoding))
    assert set(frames) == {table.name for table in get_source(source).tables}
    for table in get_source(source).tables:
        frame = frames[table.name]
        assert dict(frame.schema) | dict(table.columns) == dict(frame.schema)
        assert frame["_source_row"].to_list() == [2, 3]


def test_an_optional_rank_is_null_and_an_empty_period_stays_a_value(tmp_path: Path) -> None:
    fields = get_source("uspto_counts").read(land(tmp_path, "uspto_counts"))
    assert fields["grants_by_area_field"]["rank_among_all_areas"].to_list() == [4, None]
    for path in tmp_path.iterdir():
        path.unlink()
    evaluations = get_source("rankings").read(land(tmp_path, "rankings"))["evaluation"]
    assert evaluations["period"].to_list() == ["2025", ""]


@pytest.mark.parametrize(
    ("source", "old", "new", "message"),
    [
        ("uspto_counts", "12340", "1234O", "year.csv, line 3, column 'grants': '1234O' cannot"),
        ("uspto_counts", "12340", "12340.5", "line 3, column 'grants': '12340.5' cannot"),
        ("uspto_counts", "12340", "-1", "line 3, column 'grants': '-1' cannot"),
        ("uspto_counts", "TW,Taiwan,2024", "TWN,Taiwan,2024", "'area_code': 'TWN' cannot"),
        ("uspto_counts", ",8,", ",36,", "field.csv, line 2, column 'wipo_field': '36' cannot"),
        ("uspto_counts", "2020,2024", "2025,2024", "line 2, column 'last_year': '2024' cannot"),
        ("uspto_counts", "20111,4", "20111,0", "'rank_among_all_areas': '0' cannot"),
        ("wef_grr", "long_term_10y", "long_term", "line 3, column 'horizon': 'long_term' cannot"),
        ("wef_grr", ",1,", ",0,", "line 2, column 'rank': '0' cannot"),
        ("wef_grr", "極端氣候事件", "", "line 3, column 'risk_name_zh': There is no value"),
        ("rankings", "6,69", "70,69", "line 2, column 'rank': '70' cannot"),
        ("rankings", "2025,TWN", "114,TWN", "line 2, column 'period': '114' cannot"),
        ("rankings", "TWN", "TW", "line 2, column 'area_code': 'TW' cannot"),
        ("mckinsey_ai", "pre_genai", "pre_ai", "line 2, column 'estimate': 'pre_ai_estimate'"),
        ("mckinsey_ai", "2045", "204", "line 2, column 'calendar_year': '204' cannot"),
        ("mckinsey_ai", "calendar_year", "year", "lacks the column calendar_year"),
        ("eu_hydrogen", "2024", "2014", "line 2, column 'period_to': '2014' cannot"),
        ("eu_hydrogen", "6 GW", "6~10 GW", "line 2, column 'target_text_zh'.*one number of GW"),
        ("eu_hydrogen", '綠氫"', "綠氫", "line 2: The record is not well-formed"),
    ],
)
def test_a_wrong_template_is_refused_with_its_place(
    tmp_path: Path, source: str, old: str, new: str, message: str
) -> None:
    with pytest.raises(SourceError, match=message):
        get_source(source).read(land(tmp_path, source, old, new))


@pytest.mark.parametrize("source", [name for name in FILES if name != "uspto_counts"])
def test_a_template_saved_by_excel_in_big5_is_refused_with_its_first_wrong_line(
    tmp_path: Path, source: str
) -> None:
    with pytest.raises(SourceError, match=r"line 2: Byte 0x.. at offset .* is not utf-8"):
        get_source(source).read(land(tmp_path, source, encoding="cp950"))


def test_a_missing_second_template_is_named(tmp_path: Path) -> None:
    paths = [path for path in land(tmp_path, "uspto_counts") if path.name == "year.csv"]
    with pytest.raises(SourceError, match="no file for the table 'grants_by_area_field'"):
        get_source("uspto_counts").read(paths)


OWN = ["oecd_msti", "oecd_national_accounts", "imf_weo", "un_wpp", "wipo_concordance", *FILES]


@pytest.mark.parametrize("source_id", OWN)
def test_a_source_says_who_made_it_how_to_get_it_and_what_it_feeds(source_id: str) -> None:
    source = get_source(source_id)
    assert source.id == source_id in SOURCE_IDS
    for text in (source.title_zh, source.publisher_zh):
        assert any("\u4e00" <= letter <= "\u9fff" for letter in text)
    assert source.feeds
    assert source.homepage.startswith("https://")
    assert min(map(len, (source.licence, source.citation, source.how_to_get))) > 10
    for table in source.tables:
        assert set(table.key) <= set(table.columns)
