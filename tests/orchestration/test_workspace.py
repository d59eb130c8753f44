"""Builds are private, dead ones are recognised, and only one refresh runs at a time."""

import subprocess
import sys
from pathlib import Path

import pytest

from orchestration.fingerprint import digest_of_tree
from orchestration.workspace import (
    Workspace,
    WorkspaceError,
    is_abandoned,
    only_one,
    remove_dead_builds,
)

ROOT = Path(__file__).resolve().parents[2]


def test_outside_a_checkout_the_command_says_so(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(WorkspaceError, match="not inside a checkout"):
        Workspace.here()


def test_data_can_be_moved_elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT / "tests")
    monkeypatch.setenv("WHITEPAPER_DATA", str(tmp_path))
    assert Workspace.here() == Workspace(ROOT, tmp_path)


def test_a_build_that_this_process_holds_is_not_removed(tmp_path):
    workspace = Workspace(ROOT, tmp_path)
    build = workspace.build("mine").open()
    assert remove_dead_builds(workspace.builds, keep=0) == []
    assert build.directory.exists()
    build.close(keep=True)
    assert remove_dead_builds(workspace.builds, keep=0) == ["mine"]
    assert not build.directory.exists()


HOLDER = """
import sys
from pathlib import Path
from orchestration.workspace import Workspace
Workspace(Path.cwd(), Path(sys.argv[1])).build("other").open()
print("open", flush=True)
sys.stdin.read()
"""


def test_a_build_of_a_living_process_is_left_and_of_a_killed_one_is_removed(tmp_path):
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "open\n"
    other = tmp_path / "builds" / "other"
    assert not is_abandoned(other)
    assert remove_dead_builds(tmp_path / "builds", keep=0) == []
    process.kill()
    process.wait()
    assert is_abandoned(other)
    assert remove_dead_builds(tmp_path / "builds", keep=0) == ["other"]


def test_the_newest_red_builds_are_kept_for_inspection(tmp_path):
    workspace = Workspace(ROOT, tmp_path)
    for name in ("first", "second"):
        workspace.build(name).open().close(keep=True)
    remove_dead_builds(workspace.builds, keep=1)
    assert len(list(workspace.builds.iterdir())) == 1


def test_a_second_refresh_is_told_that_one_is_under_way(tmp_path):
    with (
        only_one(tmp_path / "lock", "A refresh"),
        pytest.raises(WorkspaceError, match="A refresh is already under way"),
        only_one(tmp_path / "lock", "A refresh"),
    ):
        pass
    with only_one(tmp_path / "lock", "A refresh"):
        pass


def test_a_checkout_in_a_folder_called_target_is_not_taken_for_a_cache(tmp_path):
    tree = tmp_path / "target" / "checkout"
    tree.mkdir(parents=True)
    (tree / "a").write_text("1")
    first = digest_of_tree(tree, base=tree)
    (tree / "a").write_text("2")
    assert digest_of_tree(tree, base=tree) != first


def test_the_digest_changes_with_a_byte_and_with_a_name_but_not_with_caches(tmp_path):
    (tmp_path / "a").write_text("1")
    first = digest_of_tree(tmp_path, base=tmp_path)
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "x.pyc").write_text("x")
    assert digest_of_tree(tmp_path, base=tmp_path) == first
    (tmp_path / "a").write_text("2")
    second = digest_of_tree(tmp_path, base=tmp_path)
    (tmp_path / "a").rename(tmp_path / "b")
    assert len({first, second, digest_of_tree(tmp_path, base=tmp_path)}) == 3
