import hashlib
import json
import logging
import os
from pathlib import Path

import pytest

import sources.snapshots as snapshots
from sources.contract import Source, SourceError
from sources.snapshots import SIDECAR, SnapshotStore


def tiny_source(source_id: str) -> Source:
    return Source(
        id=source_id,
        title_en="Tiny",
        title_zh="小",
        publisher_en="P",
        publisher_zh="社",
        homepage="https://example.org",
        licence="CC BY 4.0",
        citation="P, Tiny",
        access="by hand",
        how_to_get="ask",
        tables=(),
        read=lambda files: {},
    )


@pytest.fixture
def store(tmp_path: Path) -> SnapshotStore:
    roots = [tmp_path / "data" / "raw", tmp_path / "editions" / "raw"]
    return SnapshotStore(roots, landing_root=roots[0], source_of=tiny_source)


@pytest.fixture
def shipped(store: SnapshotStore) -> SnapshotStore:
    return SnapshotStore(store.roots, landing_root=store.roots[1], source_of=tiny_source)


def file(directory: Path, name: str, content: bytes) -> Path:
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / name
    path.write_bytes(content)
    return path


def test_landed_bytes_are_copied_untouched_and_described(
    store: SnapshotStore, tmp_path: Path
) -> None:
    content = "進出口別\r\n".encode("cp950")
    landed = store.land(
        "tiny", [file(tmp_path, "匯出.csv", content)], "2025-03", url="https://x", note="n"
    )

    assert landed.is_new
    assert landed.paths[0].read_bytes() == content
    sidecar = json.loads((landed.directory / SIDECAR).read_text(encoding="utf-8"))
    digest = hashlib.sha256(content).hexdigest()
    assert sidecar["files"] == [{"name": "匯出.csv", "size_bytes": 10, "sha256": digest}]
    assert sidecar["obtained_at"].endswith("Z")
    assert (sidecar["licence"], sidecar["citation"]) == ("CC BY 4.0", "P, Tiny")
    assert (sidecar["url"], sidecar["note"], sidecar["basis"]) == ("https://x", "n", "publisher")
    assert store.find("tiny", "2025-03").files == landed.files
    store.verify(landed)


def test_landing_the_same_bytes_again_changes_nothing_and_says_so(
    store: SnapshotStore, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = file(tmp_path, "a.csv", b"1")
    first = store.land("tiny", [path], "v1")
    before = (first.directory / SIDECAR).read_bytes()

    with caplog.at_level(logging.INFO):
        again = store.land("tiny", [path], "v1", note="another note")

    assert not again.is_new
    assert "already landed with the same bytes" in caplog.text
    assert (first.directory / SIDECAR).read_bytes() == before


def test_a_vintage_with_other_bytes_is_refused_in_whichever_root_it_is(
    store: SnapshotStore, shipped: SnapshotStore, tmp_path: Path
) -> None:
    shipped.land("tiny", [file(tmp_path / "one", "a.csv", b"1")], "v1", basis="transcribed")

    with pytest.raises(SourceError, match=r"a\.csv: .*other bytes.*6b86b273.*d4735e3a.*never"):
        store.land("tiny", [file(tmp_path / "two", "a.csv", b"2")], "v1")
    with pytest.raises(SourceError, match=r"b\.csv: .*no such file"):
        store.land(
            "tiny", [tmp_path / "one" / "a.csv", file(tmp_path / "two", "b.csv", b"2")], "v1"
        )
    assert not (store.landing_root / "tiny").exists()


def test_two_roots_that_disagree_about_a_vintage_are_an_error(
    store: SnapshotStore, shipped: SnapshotStore, tmp_path: Path
) -> None:
    lonely = SnapshotStore([store.roots[0]], store.roots[0], source_of=tiny_source)
    lonely.land("tiny", [file(tmp_path / "one", "a.csv", b"1")], "v1")
    SnapshotStore([store.roots[1]], store.roots[1], source_of=tiny_source).land(
        "tiny", [file(tmp_path / "two", "a.csv", b"2")], "v1"
    )
    with pytest.raises(SourceError, match="other bytes"):
        store.find("tiny", "v1")


@pytest.mark.parametrize("vintage", ["", "..", ".v", "2025/03", "a b", "2025年", "v1\n"])
def test_a_vintage_that_is_no_plain_name_is_refused(
    store: SnapshotStore, tmp_path: Path, vintage: str
) -> None:
    with pytest.raises(SourceError, match="cannot name a vintage"):
        store.land("tiny", [file(tmp_path, "a.csv", b"1")], vintage)
    with pytest.raises(SourceError, match="cannot name a vintage"):
        store.find("tiny", vintage)


def test_an_empty_a_missing_and_a_doubled_file_are_refused(
    store: SnapshotStore, tmp_path: Path
) -> None:
    good = file(tmp_path, "a.csv", b"1")
    with pytest.raises(SourceError, match=r"empty\.csv: The file is empty"):
        store.land("tiny", [good, file(tmp_path, "empty.csv", b"")], "v1")
    with pytest.raises(SourceError, match="There is no file"):
        store.land("tiny", [tmp_path / "nowhere.csv"], "v1")
    with pytest.raises(SourceError, match="at least one file"):
        store.land("tiny", [], "v1")
    with pytest.raises(SourceError, match="same name"):
        store.land("tiny", [good, file(tmp_path / "other", "A.csv", b"2")], "v1")
    with pytest.raises(SourceError, match="sidecar"):
        store.land("tiny", [file(tmp_path / "other", SIDECAR, b"{}")], "v1")
    assert not store.landing_root.exists()


def test_an_unknown_vintage_is_answered_with_those_there_are(
    store: SnapshotStore, shipped: SnapshotStore, tmp_path: Path
) -> None:
    with pytest.raises(SourceError, match="there is none"):
        store.find("tiny", "v9")
    store.land("tiny", [file(tmp_path, "a.csv", b"1")], "v2")
    shipped.land("tiny", [file(tmp_path, "a.csv", b"1")], "v1")

    assert [snapshot.vintage for snapshot in store.list("tiny")] == ["v1", "v2"]
    with pytest.raises(SourceError, match=r"no vintage 'v9' of tiny\. Expected: one of v1, v2"):
        store.find("tiny", "v9")


def test_verify_names_the_missing_the_extra_and_the_altered_file(
    store: SnapshotStore, tmp_path: Path
) -> None:
    landed = store.land("tiny", [file(tmp_path, "a.csv", b"1"), file(tmp_path, "b.csv", b"2")], "v")
    path = landed.directory / "a.csv"

    path.write_bytes(b"3")
    with pytest.raises(SourceError, match=r"a\.csv: .*4e074085.*Expected: 1 bytes.*6b86b273"):
        store.verify(landed)
    path.unlink()
    with pytest.raises(SourceError, match=r"a\.csv: .*not in its directory"):
        store.verify(landed)
    path.write_bytes(b"1")
    store.verify(landed)
    (landed.directory / "c.csv").write_bytes(b"3")
    with pytest.raises(SourceError, match=r"c\.csv: .*does not know it"):
        store.verify(landed)


def test_a_landing_that_fails_halfway_leaves_nothing_behind(
    store: SnapshotStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(descriptor: int) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="disk full"):
        store.land("tiny", [file(tmp_path, "a.csv", b"1")], "v1")
    assert list((store.landing_root / "tiny").iterdir()) == []
    assert store.list("tiny") == []


def test_a_directory_left_by_a_killed_landing_is_not_a_vintage(
    store: SnapshotStore, tmp_path: Path
) -> None:
    store.land("tiny", [file(tmp_path, "a.csv", b"1")], "v1")
    file(store.landing_root / "tiny" / ".landing-v2-x", "a.csv", b"1")
    assert [snapshot.vintage for snapshot in store.list("tiny")] == ["v1"]


def test_a_file_that_changes_while_it_is_landed_is_refused(
    store: SnapshotStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = file(tmp_path, "a.csv", b"1")
    copy = snapshots.shutil.copyfileobj

    def grow_then_copy(source: object, target: object, length: int) -> None:
        path.write_bytes(b"12")
        copy(source, target, length)  # type: ignore[arg-type]

    monkeypatch.setattr(snapshots.shutil, "copyfileobj", grow_then_copy)
    with pytest.raises(SourceError, match="changed while"):
        store.land("tiny", [path], "v1")
    assert store.list("tiny") == []


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        ("", "cannot be read"),
        ('{"source": "tiny"}', "cannot be read"),
        (None, "has no snapshot.json"),
    ],
)
def test_a_damaged_sidecar_is_one_clear_message(
    store: SnapshotStore, tmp_path: Path, damage: str | None, message: str
) -> None:
    sidecar = store.land("tiny", [file(tmp_path, "a.csv", b"1")], "v1").directory / SIDECAR
    if damage is None:
        sidecar.unlink()
    else:
        sidecar.write_text(damage)
    with pytest.raises(SourceError, match=message):
        store.find("tiny", "v1")


def test_a_sidecar_cannot_point_outside_its_directory(store: SnapshotStore, tmp_path: Path) -> None:
    sidecar = store.land("tiny", [file(tmp_path, "a.csv", b"1")], "v1").directory / SIDECAR
    sidecar.write_text(sidecar.read_text().replace('"a.csv"', '"../a.csv"'))
    with pytest.raises(SourceError, match="files of its own directory"):
        store.find("tiny", "v1")


def test_a_renamed_vintage_directory_is_noticed(store: SnapshotStore, tmp_path: Path) -> None:
    landed = store.land("tiny", [file(tmp_path, "a.csv", b"1")], "v1")
    landed.directory.rename(landed.directory.with_name("v2"))
    with pytest.raises(SourceError, match="speaks of tiny/v1"):
        store.find("tiny", "v2")


def test_the_requests_that_brought_the_files_are_kept_with_them(
    store: SnapshotStore, tmp_path: Path
) -> None:
    requests = [{"url": "https://x", "status": 503, "outcome": "broken"}, {"url": "https://x"}]
    landed = store.land("tiny", [file(tmp_path, "a.csv", b"1")], "v1", requests=requests)
    assert store.find("tiny", "v1").requests == landed.requests == tuple(requests)
    assert store.land("tiny", [file(tmp_path, "b.csv", b"2")], "v2").requests == ()


def test_a_sidecar_whose_requests_are_none_is_named(store: SnapshotStore, tmp_path: Path) -> None:
    landed = store.land("tiny", [file(tmp_path, "a.csv", b"1")], "v1")
    sidecar = landed.directory / SIDECAR
    sidecar.write_text(json.dumps({**json.loads(sidecar.read_text()), "requests": [1]}))
    with pytest.raises(SourceError, match="sidecar"):
        store.find("tiny", "v1")
