"""A large file is read once while the disk says that nothing touched it; a small one always."""

from __future__ import annotations

import errno
import hashlib
import os
import time
from pathlib import Path

import pytest

from sources import stamps
from sources.stamps import STAMPS, sha256_of

LONG_AGO = 1_700_000_000


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(stamps, "LARGE", 4)
    monkeypatch.setattr(stamps, "SETTLED_NS", 0)
    path = tmp_path / "source" / "2025-03" / "big.zip"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"first bytes")
    return path


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    read: list[Path] = []
    whole = stamps._read
    monkeypatch.setattr(stamps, "_read", lambda path: read.append(path) or whole(path))
    return read


def test_it_is_read_once_and_again_only_when_asked_to(file: Path, reads: list[Path]) -> None:
    digest = hashlib.sha256(b"first bytes").hexdigest()
    assert [sha256_of(file), sha256_of(file), sha256_of(file, fully=True)] == [digest] * 3
    assert len(reads) == 2
    assert (file.parent.parent / STAMPS).exists()


def test_other_bytes_of_the_same_length_and_time_of_modification_are_noticed(
    file: Path, reads: list[Path]
) -> None:
    os.utime(file, (LONG_AGO, LONG_AGO))
    before = sha256_of(file)
    time.sleep(0.02)  # the kernel's clock of changes ticks some hundred times a second
    file.write_bytes(b"other bytes")
    os.utime(file, (LONG_AGO, LONG_AGO))
    assert sha256_of(file) == hashlib.sha256(b"other bytes").hexdigest() != before
    assert len(reads) == 2


def test_a_file_that_has_just_changed_is_not_stamped(
    file: Path, reads: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stamps, "SETTLED_NS", 60_000_000_000)
    sha256_of(file)
    sha256_of(file)
    assert len(reads) == 2


def test_that_reading_takes_long_does_not_make_a_change_lie_long_ago(
    file: Path, reads: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stamps, "SETTLED_NS", 50_000_000)
    noting = stamps._read

    def slowly(path: Path) -> str:
        time.sleep(0.1)
        return noting(path)

    monkeypatch.setattr(stamps, "_read", slowly)
    file.write_bytes(b"other bytes")
    sha256_of(file)
    sha256_of(file)
    assert len(reads) == 2


def test_a_store_on_a_medium_that_cannot_be_written_is_read_every_time(
    file: Path, reads: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def read_only(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(Path, "write_text", read_only)
    assert sha256_of(file) == sha256_of(file)
    assert len(reads) == 2


def test_a_small_file_is_always_read_and_spoilt_stamps_are_no_stamps(
    file: Path, reads: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    sha256_of(file)
    (file.parent.parent / STAMPS).write_text("{spoilt")
    sha256_of(file)
    assert len(reads) == 2
    monkeypatch.setattr(stamps, "LARGE", 1 << 20)
    sha256_of(file)
    sha256_of(file)
    assert len(reads) == 4
