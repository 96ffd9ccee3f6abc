from __future__ import annotations

import os
import resource
from pathlib import Path

import pytest

from modelyard.write import Tree, WriteError, apply, plan
from tests.write.files import OUT, actions, planned, put, rendered, rules, sealed, snapshot

A, B = f"{OUT}/iris/ecs/a.json", f"{OUT}/iris/kubernetes/b.yaml"


def test_the_tree_is_what_was_wanted(tmp_path: Path) -> None:
    put(tmp_path, {A: sealed("old"), f"{OUT}/old/x": sealed("old"), "models/iris/model.yaml": b"mine"})
    rendered(tmp_path, {A: sealed("new"), B: sealed("b")})
    assert {path: data for path, data in snapshot(tmp_path).items() if not path.endswith("/")} == {
        A: sealed("new"),
        B: sealed("b"),
        "models/iris/model.yaml": b"mine",
    }
    assert f"{OUT}/old/" not in snapshot(tmp_path)


def test_a_file_that_is_the_same_is_not_touched(tmp_path: Path) -> None:
    rendered(tmp_path, {A: sealed("a"), B: sealed("b")})
    os.utime(tmp_path / A, ns=(1, 1))
    os.chmod(tmp_path / A, 0o600)
    before = os.lstat(tmp_path / A)
    folder = os.lstat((tmp_path / A).parent).st_mtime_ns
    made = rendered(tmp_path, {A: sealed("a"), B: sealed("new")})
    assert actions(made) == {A: "same", B: "update"}
    after = os.lstat(tmp_path / A)
    assert (after.st_ino, after.st_mtime_ns, after.st_ctime_ns, after.st_mode) == (
        before.st_ino,
        before.st_mtime_ns,
        before.st_ctime_ns,
        before.st_mode,
    )
    assert os.lstat((tmp_path / A).parent).st_mtime_ns == folder


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077, 0o277])
def test_modes_do_not_depend_on_the_umask(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        rendered(tmp_path, {A: sealed("a")})
    finally:
        os.umask(before)
    assert os.lstat(tmp_path / A).st_mode & 0o7777 == 0o644
    for folder in list((tmp_path / A).relative_to(tmp_path).parents)[:-1]:
        assert os.lstat(tmp_path / folder).st_mode & 0o7777 == 0o755


def test_folders_left_empty_go_up_to_the_owned_one(tmp_path: Path) -> None:
    put(tmp_path, {A: sealed("a"), B: sealed("b")})
    rendered(tmp_path, {A: sealed("a")})
    assert f"{OUT}/iris/kubernetes/" not in snapshot(tmp_path)
    assert A in snapshot(tmp_path)
    rendered(tmp_path, {})
    assert snapshot(tmp_path) == {"environments/": b"", "environments/dev/": b""}


def test_a_folder_with_something_foreign_stays(tmp_path: Path) -> None:
    put(tmp_path, {A: sealed("a"), f"{OUT}/iris/notes.txt": b"mine"})
    rendered(tmp_path, {})
    assert (tmp_path / OUT / "iris/notes.txt").read_bytes() == b"mine"
    assert f"{OUT}/iris/ecs/" not in snapshot(tmp_path)


def test_empty_folders_of_a_killed_run_go_and_are_no_drift(tmp_path: Path) -> None:
    put(tmp_path, {A: sealed("a")})
    (tmp_path / OUT / "gone/ecs").mkdir(parents=True)
    made = rendered(tmp_path, {A: sealed("a")})
    assert made.pending == ()
    assert made.has_work
    assert f"{OUT}/gone/" not in snapshot(tmp_path)
    assert not planned(tmp_path, {A: sealed("a")}).has_work


def test_a_generated_file_makes_room_for_a_folder_and_back(tmp_path: Path) -> None:
    as_file, as_folder = {f"{OUT}/x": sealed("x")}, {f"{OUT}/x/y/z": sealed("z"), f"{OUT}/x/w": sealed("w")}
    for wanted in (as_file, as_folder, as_file):
        assert rules(rendered(tmp_path, wanted)) == []
        assert {path: data for path, data in snapshot(tmp_path).items() if data} == wanted
    (tmp_path / OUT / "x").unlink()
    (tmp_path / OUT / "x/empty").mkdir(parents=True)
    assert rules(rendered(tmp_path, as_file)) == []
    assert (tmp_path / OUT / "x").read_bytes() == sealed("x")


def test_a_file_of_many_megabytes(tmp_path: Path) -> None:
    big = sealed("x" * 5_000_000)
    rendered(tmp_path, {A: big})
    assert (tmp_path / A).read_bytes() == big
    assert actions(planned(tmp_path, {A: big})) == {A: "same"}


def test_temporary_files_of_a_killed_run_go(tmp_path: Path) -> None:
    stale = [f"{OUT}/.modelyard-77-3.tmp", f"{OUT}/iris/ecs/.modelyard-{os.getpid()}-0.tmp"]
    foreign = [f"{OUT}/.modelyard-notes.tmp", f"{OUT}/.modelyard-1-2.txt"]
    put(tmp_path, dict.fromkeys(stale, b"half") | dict.fromkeys(foreign, b"mine"))
    made = rendered(tmp_path, {A: sealed("a")})
    assert made.temporary == tuple(sorted(stale))
    assert rules(made) == [("not-generated", path) for path in sorted(foreign)]
    assert not any(path in snapshot(tmp_path) for path in stale)
    assert (tmp_path / A).read_bytes() == sealed("a")


def test_a_temporary_file_in_the_way_is_not_taken_over(tmp_path: Path) -> None:
    stale = f"schemas/.modelyard-{os.getpid()}-0.tmp"
    put(tmp_path, {stale: b"half"})
    rendered(tmp_path, {"schemas/a": sealed("a")})
    assert snapshot(tmp_path) == {"schemas/": b"", stale: b"half", "schemas/a": sealed("a")}


def edit_file(place: Path, edit: str) -> None:
    if edit == "edited":
        place.write_bytes(b"my edit")
        return
    place.unlink()
    if edit == "now a folder":
        place.mkdir()
    elif edit == "now a pipe":
        os.mkfifo(place)
    else:
        place.write_bytes(b"my edit")


@pytest.mark.parametrize("edit", ["edited", "replaced", "now a folder", "now a pipe"])
@pytest.mark.parametrize("action", ["update", "delete"])
def test_a_file_changed_between_plan_and_apply_stays(tmp_path: Path, edit: str, action: str) -> None:
    put(tmp_path, {A: sealed("old"), B: sealed("b")})
    wanted = {A: sealed("new"), B: sealed("b")} if action == "update" else {B: sealed("b")}
    with Tree(tmp_path) as tree:
        made = plan(tree, wanted, [OUT])
        assert actions(made)[A] == action
        edit_file(tmp_path / A, edit)
        before = snapshot(tmp_path)
        with pytest.raises(WriteError, match="changed since the plan was made") as caught:
            apply(tree, made)
    assert caught.value.path == A
    assert "run the command again" in caught.value.hint
    assert snapshot(tmp_path) == before


def test_an_edit_that_keeps_size_and_time_is_seen(tmp_path: Path) -> None:
    put(tmp_path, {A: sealed("old")})
    status = os.stat(tmp_path / A)
    with Tree(tmp_path) as tree:
        made = plan(tree, {A: sealed("new")}, [OUT])
        with open(tmp_path / A, "r+b") as file:
            file.write(b"X")
        os.utime(tmp_path / A, ns=(status.st_atime_ns, status.st_mtime_ns))
        with pytest.raises(WriteError):
            apply(tree, made)
    assert (tmp_path / A).read_bytes().startswith(b"X")


@pytest.mark.parametrize("kind", ["file", "dangling symlink", "folder"])
def test_what_came_where_nothing_was_stays(tmp_path: Path, kind: str) -> None:
    with Tree(tmp_path) as tree:
        made = plan(tree, {A: sealed("new")}, [OUT])
        put(tmp_path, {f"{A}x": b"mine"})
        if kind == "file":
            put(tmp_path, {A: b"mine"})
        elif kind == "folder":
            (tmp_path / A).mkdir()
        else:
            (tmp_path / A).symlink_to("nowhere")
        before = snapshot(tmp_path)
        with pytest.raises(WriteError, match="changed since the plan"):
            apply(tree, made)
    assert snapshot(tmp_path) == before


def test_a_file_deleted_between_plan_and_apply(tmp_path: Path) -> None:
    put(tmp_path, {A: sealed("old"), B: sealed("old")})
    with Tree(tmp_path) as tree:
        made = plan(tree, {A: sealed("new")}, [OUT])
        (tmp_path / B).unlink()
        (tmp_path / A).unlink()
        with pytest.raises(WriteError, match="No such file"):
            apply(tree, made)
    rendered(tmp_path, {A: sealed("new")})
    assert {path: data for path, data in snapshot(tmp_path).items() if data} == {A: sealed("new")}


def test_few_descriptors_are_enough(tmp_path: Path) -> None:
    wanted = {f"{OUT}/m{number}/a/b/c/d/file": sealed(str(number)) for number in range(200)}
    wanted |= {"deep/" + "/".join("abcdefghijklmnopqrstuvwxyz" * 5) + "/file": sealed("deep")}
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    used = len(os.listdir("/dev/fd"))
    resource.setrlimit(resource.RLIMIT_NOFILE, (used + 40, hard))
    try:
        rendered(tmp_path, wanted, [OUT, "deep"])
        assert set(actions(planned(tmp_path, wanted, [OUT, "deep"])).values()) == {"same"}
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert len(os.listdir("/dev/fd")) == used


def test_one_open_folder_is_enough(tmp_path: Path) -> None:
    wanted = {f"{OUT}/m{number}/a/b/file": sealed(str(number)) for number in range(5)}
    for _ in range(2):
        with Tree(tmp_path, limit=1) as tree:
            apply(tree, plan(tree, wanted, [OUT]))
    assert {path: data for path, data in snapshot(tmp_path).items() if data} == wanted
