"""The two DGBAS sources, which take files of both formats."""

from __future__ import annotations

from pathlib import Path

import pytest

from sources import get_source
from sources.contract import PROVENANCE, SourceError

SAMPLES = Path(__file__).resolve().parents[2].parent / "shared" / "samples" / "dgbas"
IDS = ("dgbas_national_accounts", "dgbas_productivity")

PX = """CHARSET="ANSI";
MATRIX="LP1";
STUB="指標","行業";
HEADING="統計期";
VALUES("指標")="勞動生產力指數(2021年=100)";
VALUES("行業")="製造業","服務業";
VALUES("統計期")="113年第3季","113年第4季";
DATA=
101.5 102 103 "...";
"""
JSON = """{"meta": {}, "data": {"dataSets": [{"series": {"0": {"observations": {"0": [1.5]}}}}],
"structure": {"dimensions": {
"series": [{"id": "fldid", "values": [{"id": "1", "name": "經濟成長率(%)"}]}],
"observation": [{"id": "ym", "values": [{"id": "2024", "name": "113年"}]}]}}}}"""


@pytest.mark.parametrize("source_id", IDS)
def test_a_snapshot_may_mix_both_formats_whatever_the_files_are_called(
    tmp_path: Path, source_id: str
) -> None:
    px, reply = tmp_path / "one.json", tmp_path / "two.px"
    px.write_text(PX, encoding="cp950")
    reply.write_text(JSON, encoding="utf-8")
    source = get_source(source_id)
    table = source.table("observation")
    frame = source.read([px, reply])["observation"]
    assert dict(frame.schema) == {
        **table.columns,
        **{name: kind for name, kind in PROVENANCE.items() if name != "_vintage"},
    }
    assert frame.select("table_id", "measure", "item", "unit", "period", "value").rows() == [
        ("LP1", "勞動生產力指數(2021年=100)", "製造業", "2021年=100", "2024-Q3", 101.5),
        ("LP1", "勞動生產力指數(2021年=100)", "製造業", "2021年=100", "2024-Q4", 102),
        ("LP1", "勞動生產力指數(2021年=100)", "服務業", "2021年=100", "2024-Q3", 103),
        ("LP1", "勞動生產力指數(2021年=100)", "服務業", "2021年=100", "2024-Q4", None),
        ("two", "經濟成長率(%)", None, "%", "2024", 1.5),
    ]
    assert not frame.select(table.key).is_duplicated().any()
    assert frame["_source_file"].unique(maintain_order=True).to_list() == ["one.json", "two.px"]


@pytest.mark.parametrize("source_id", IDS)
def test_a_bad_file_beside_a_good_one_is_not_skipped(tmp_path: Path, source_id: str) -> None:
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    good.write_text(JSON, encoding="utf-8")
    bad.write_text("Parameter error ", encoding="utf-8")
    with pytest.raises(SourceError, match=r"bad\.json: The service refused the query"):
        get_source(source_id).read([good, bad])


@pytest.mark.parametrize("source_id", IDS)
def test_a_snapshot_without_files_is_an_error(source_id: str) -> None:
    with pytest.raises(SourceError, match="no file"):
        get_source(source_id).read([])


@pytest.mark.parametrize("source_id", [*IDS, "cbc_bop"])
def test_a_source_says_who_under_what_licence_and_how_to_get_it(source_id: str) -> None:
    source = get_source(source_id)
    assert source.id == source_id
    assert "政府資料開放授權條款" in source.licence
    assert "Open Government Data License" in source.licence
    assert source.publisher_zh in source.citation
    assert "https://" in source.how_to_get
    assert source.feeds


@pytest.mark.skipif(not SAMPLES.exists(), reason="the real samples are not at hand")
def test_the_real_files_have_unique_keys() -> None:
    source = get_source("dgbas_national_accounts")
    frame = source.read(sorted(SAMPLES.iterdir()))["observation"]
    assert frame["_source_file"].n_unique() == 4
    assert not frame.select(source.table("observation").key).is_duplicated().any()
