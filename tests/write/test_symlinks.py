from __future__ import annotations

import os
from pathlib import Path

import pytest

from modelyard.write import Obstacle, Tree, WriteError, apply, plan, write_lock
from tests.write.files import OUT, actions, planned, put, rendered, rules, sealed, snapshot

WANTED = f"{OUT}/iris/ecs/task.json"
LEVELS = [*(WANTED.rsplit("/", depth)[0] for depth in range(1, 5)), WANTED]


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository beside a folder that it must never touch."""
    put(tmp_path, {"outside/iris/ecs/task.json": sealed("old"), "outside/task.json": sealed("old")})
    (tmp_path / "repository").mkdir()
    return tmp_path / "repository"


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("target", ["directory", "file", "dangling", "itself"])
@pytest.mark.parametrize("owned", [[OUT], []], ids=["owned", "not-owned"])
def test_a_symlink_at_every_level(repository: Path, level: str, target: str, owned: list[str]) -> None:
    outside = repository.parent / "outside"
    link = repository / level
    link.parent.mkdir(parents=True, exist_ok=True)
    aims = {"directory": outside, "file": outside / "task.json", "dangling": outside / "new", "itself": link}
    link.symlink_to(aims[target])
    before = snapshot(repository.parent)
    made = rendered(repository, {WANTED: sealed("new"), "other": sealed("new")}, owned)
    assert rules(made) == [("symlink-in-the-way", level)]
    assert actions(made) == {"other": "create"}
    after = snapshot(repository.parent)
    assert after.pop("repository/other") == sealed("new")
    assert after == before


@pytest.mark.parametrize("level", LEVELS[:-1])
def test_a_symlink_to_a_folder_with_orphans(repository: Path, level: str) -> None:
    link = repository / level
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(repository.parent / "outside")
    before = snapshot(repository.parent)
    assert rules(rendered(repository, {})) == [("symlink-in-the-way", level)]
    assert snapshot(repository.parent) == before


@pytest.mark.parametrize("level", LEVELS)
def test_a_symlink_that_comes_between_plan_and_apply(repository: Path, level: str) -> None:
    put(repository, {WANTED: sealed("old")})
    outside = repository.parent / "outside"
    with Tree(repository) as tree:
        made = plan(tree, {WANTED: sealed("new")}, [OUT])
        moved = repository / level
        moved.rename(repository.parent / "moved")
        moved.symlink_to(outside / "task.json" if level == WANTED else outside)
        before = snapshot(repository.parent)
        with pytest.raises(WriteError, match="a symbolic link"):
            apply(tree, made)
    assert snapshot(repository.parent) == before


def test_the_root_itself_may_be_a_symlink(repository: Path) -> None:
    (repository.parent / "link").symlink_to(repository)
    rendered(repository.parent / "link", {WANTED: sealed("new")})
    assert (repository / WANTED).read_bytes() == sealed("new")


def test_a_tree_reads_through_no_symlink(repository: Path) -> None:
    put(repository, {"real/file": b"data"})
    (repository / "link").symlink_to("real")
    (repository / "real/link").symlink_to("file")
    with Tree(repository) as tree:
        assert tree.read("real/file") == b"data"
        assert tree.names("real") == ["file", "link"]
        assert tree.names("nothing/here") == []
        for path in ("link/file", "real/link"):
            with pytest.raises(Obstacle, match="a symbolic link"):
                tree.read(path)
        with pytest.raises(Obstacle, match="a symbolic link"):
            tree.names("link")
        with pytest.raises(FileNotFoundError):
            tree.read("nothing/here")
        with pytest.raises(ValueError, match="not a path inside"):
            tree.read("../outside/task.json")


@pytest.mark.parametrize("level", [".cache", ".cache/modelyard", ".cache/modelyard/lock"])
def test_the_lock_is_never_made_through_a_symlink(repository: Path, level: str) -> None:
    link = repository / level
    link.parent.mkdir(parents=True, exist_ok=True)
    outside = repository.parent / "outside"
    link.symlink_to(outside / "new-lock" if level.endswith("lock") else outside)
    before = snapshot(repository.parent)
    with pytest.raises(WriteError), write_lock(repository):
        pytest.fail("locked through a symlink")
    assert snapshot(repository.parent) == before


def test_a_hard_link_elsewhere_keeps_its_content(repository: Path) -> None:
    put(repository, {WANTED: sealed("old")})
    os.link(repository / WANTED, repository.parent / "copy")
    assert actions(planned(repository, {WANTED: sealed("new")})) == {WANTED: "update"}
    rendered(repository, {WANTED: sealed("new")})
    assert (repository.parent / "copy").read_bytes() == sealed("old")
