from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from modelyard.write import Action, Change
from tests.write.files import OUT, actions, planned, put, rendered, rules, sealed, snapshot

A, B, C, D = (f"{OUT}/iris/ecs/{name}.json" for name in "abcd")


def test_each_action(tmp_path: Path) -> None:
    old, new = sealed("old"), sealed("new")
    put(tmp_path, {B: old, C: old, D: new})
    made = planned(tmp_path, {D: new, B: new, A: new})
    assert made.changes == (
        Change(A, Action.CREATE, None, new),
        Change(B, Action.UPDATE, old, new),
        Change(C, Action.DELETE, old, None),
        Change(D, Action.SAME, new, new),
    )
    assert made.findings == ()
    assert [change.path for change in made.pending] == [A, B, C]
    assert made.has_work


def test_plan_writes_nothing(tmp_path: Path) -> None:
    put(tmp_path, {B: sealed("old"), f"{OUT}/.modelyard-1-0.tmp": b"half"})
    before = snapshot(tmp_path)
    planned(tmp_path, {A: sealed("new")})
    assert snapshot(tmp_path) == before


def test_an_empty_repository(tmp_path: Path) -> None:
    made = planned(tmp_path, {})
    assert made.changes == ()
    assert not made.has_work


def test_a_wanted_file_outside_every_owned_folder(tmp_path: Path) -> None:
    put(tmp_path, {"schemas/a.json": sealed("a"), "schemas/mine.json": b"{}"})
    wanted = {"schemas/a.json": sealed("b"), "schemas/b.json": sealed("b"), "top": sealed("t")}
    made = planned(tmp_path, wanted)
    assert actions(made) == {"schemas/a.json": "update", "schemas/b.json": "create", "top": "create"}
    assert rules(made) == []


def test_owned_folders_may_hold_each_other_and_repeat(tmp_path: Path) -> None:
    put(tmp_path, {A: sealed("old")})
    made = planned(tmp_path, {}, [f"{OUT}/iris", OUT, OUT])
    assert actions(made) == {A: "delete"}
    assert made.owned == (OUT,)


@pytest.mark.parametrize("wanted", [True, False], ids=["wanted", "orphan"])
def test_a_file_edited_by_hand_stays(tmp_path: Path, wanted: bool) -> None:
    edited = sealed("cpu: 1").replace(b"cpu: 1", b"cpu: 2")
    put(tmp_path, {A: edited})
    made = rendered(tmp_path, {A: sealed("cpu: 4")} if wanted else {})
    assert rules(made) == [("edited-by-hand", A)]
    hint = made.findings[0].hint
    assert f"git restore {A}" in hint
    assert "tools/render" in hint
    assert "merge conflict" in hint
    assert made.changes == ()
    assert (tmp_path / A).read_bytes() == edited


def test_a_merge_conflict_is_edited_by_hand(tmp_path: Path) -> None:
    ours, theirs = sealed("ours"), sealed("theirs")
    put(tmp_path, {A: b"<<<<<<< HEAD\n" + ours + b"=======\n" + theirs + b">>>>>>> topic\n"})
    assert rules(planned(tmp_path, {A: sealed("new")})) == [("edited-by-hand", A)]


@pytest.mark.parametrize("wanted", [True, False], ids=["wanted", "orphan"])
def test_a_file_that_was_not_generated_stays(tmp_path: Path, wanted: bool) -> None:
    put(tmp_path, {A: b'{"mine": true}'})
    made = rendered(tmp_path, {A: sealed("new"), B: sealed("b")} if wanted else {B: sealed("b")})
    assert rules(made) == [("not-generated", A)]
    assert actions(made) == {B: "create"}
    assert (tmp_path / A).read_bytes() == b'{"mine": true}'
    assert (tmp_path / B).read_bytes() == sealed("b")


def test_a_huge_foreign_file_is_not_read_into_memory(tmp_path: Path) -> None:
    put(tmp_path, {A: b""})
    os.truncate(tmp_path / A, 1 << 40)
    made = planned(tmp_path, {A: sealed("new")})
    assert rules(made) == [("not-generated", A)]
    assert "larger than any generated file (1099511627776 bytes)" in made.findings[0].message


@pytest.mark.parametrize("kind", ["directory", "fifo", "socket"])
@pytest.mark.parametrize("owned", [[OUT], []], ids=["owned", "not-owned"])
def test_something_that_is_no_file(
    tmp_path: Path, kind: str, owned: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, {B: sealed("b")})
    place = tmp_path / A
    if kind == "directory":
        put(tmp_path, {f"{A}/mine": b"mine"})
    elif kind == "fifo":
        os.mkfifo(place)
    else:
        monkeypatch.chdir(place.parent)  # a socket's path must be short
        with socket.socket(socket.AF_UNIX) as made_socket:
            made_socket.bind(place.name)
    before = snapshot(tmp_path)
    made = rendered(tmp_path, {A: sealed("a"), B: sealed("b")}, owned)
    expected = [("not-a-file", A)]
    if kind == "directory" and owned:
        expected.append(("not-generated", f"{A}/mine"))
    assert rules(made) == expected
    assert actions(made) == {B: "same"}
    assert snapshot(tmp_path) == before


def test_a_file_where_a_folder_is_needed(tmp_path: Path) -> None:
    put(tmp_path, {"environments/dev": b"mine"})
    made = rendered(tmp_path, {A: sealed("a"), B: sealed("b")})
    assert rules(made) == [("not-a-file", "environments/dev")]
    assert "a folder" in made.findings[0].message
    assert made.changes == ()


def test_a_fifo_that_nobody_wants(tmp_path: Path) -> None:
    (tmp_path / OUT).mkdir(parents=True)
    os.mkfifo(tmp_path / OUT / "pipe")
    assert rules(planned(tmp_path, {})) == [("not-a-file", f"{OUT}/pipe")]


def test_findings_come_in_the_order_of_paths(tmp_path: Path) -> None:
    put(tmp_path, {B: b"mine", f"{OUT}/z": b"mine", A: b"mine"})
    made = planned(tmp_path, {"../x": b""})
    assert [path for _, path in rules(made)] == ["../x", A, B, f"{OUT}/z"]


def test_names_that_cannot_be_printed_are_escaped(tmp_path: Path) -> None:
    (tmp_path / OUT).mkdir(parents=True)
    for name in (b"new\nline", b"\xff\xfe", b"\x1b[31m"):
        with open(os.path.join(os.fsencode(tmp_path), OUT.encode(), name), "wb") as file:
            file.write(b"mine")
    made = planned(tmp_path, {})
    assert [path for _, path in rules(made)] == [
        f"{OUT}/\\udcff\\udcfe",
        f"{OUT}/\\x1b[31m",
        f"{OUT}/new\\nline",
    ]


def _move_into(directory: int, name: str) -> int:
    below = os.open(name, os.O_RDONLY, dir_fd=directory)
    os.close(directory)
    return below


@pytest.fixture
def deep_tree(tmp_path: Path) -> Iterator[str]:
    """A path of more folders than Python can recurse; removed here, since pytest cannot do it."""
    names = ["out", *["d"] * 1500]
    directory = os.open(tmp_path, os.O_RDONLY)
    for name in names:
        os.mkdir(name, dir_fd=directory)
        directory = _move_into(directory, name)
    os.close(os.open("mine", os.O_CREAT | os.O_WRONLY, dir_fd=directory))
    yield "/".join(names)
    os.unlink("mine", dir_fd=directory)
    for name in reversed(names):
        directory = _move_into(directory, "..")
        os.rmdir(name, dir_fd=directory)
    os.close(directory)


def test_a_tree_deeper_than_the_recursion_limit(tmp_path: Path, deep_tree: str) -> None:
    assert rules(planned(tmp_path, {}, ["out"])) == [("not-generated", f"{deep_tree}/mine")]
