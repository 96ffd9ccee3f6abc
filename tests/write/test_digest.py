from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from modelyard.write import Tree, digest_tree
from tests.write.files import put

FILES = {"in/a": b"a", "in/sub/b": b"bb", "in/z": b"", "other/c": b"c"}


def digest(root: Path, *directories: str) -> bytes:
    with Tree(root) as tree:
        return digest_tree(tree, directories or ("in",))


def move(root: Path, old: str, new: str) -> None:
    (root / old).rename(root / new)


def file_for_folder(root: Path) -> None:
    move(root, "in/sub", "gone")
    put(root, {"in/sub": b""})


def symlink_for_root(root: Path) -> None:
    move(root, "in", "gone")
    (root / "in").symlink_to("gone")


CHANGES: dict[str, Callable[[Path], object]] = {
    "content": lambda root: put(root, {"in/a": b"b"}),
    "a new file": lambda root: put(root, {"in/new": b""}),
    "a file less": lambda root: (root / "in/z").unlink(),
    "another name": lambda root: move(root, "in/a", "in/aa"),
    "another folder": lambda root: move(root, "in/a", "in/sub/a"),
    "content moved to the next file": lambda root: put(root, {"in/a": b"", "in/z": b"a"}),
    "an empty folder": lambda root: (root / "in/empty").mkdir(),
    "a symlink": lambda root: (root / "in/link").symlink_to("a"),
    "a pipe": lambda root: os.mkfifo(root / "in/pipe"),
    "a file in the place of a folder": file_for_folder,
    "a symlink in the place of the folder": symlink_for_root,
    "the folder is gone": lambda root: move(root, "in", "gone"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_every_change_is_seen(tmp_path: Path, name: str) -> None:
    put(tmp_path, FILES)
    before = digest(tmp_path)
    CHANGES[name](tmp_path)
    assert digest(tmp_path) != before


def test_all_changes_give_different_digests(tmp_path: Path) -> None:
    digests = set()
    for name, alter in CHANGES.items():
        put(tmp_path / name, FILES)
        alter(tmp_path / name)
        digests.add(digest(tmp_path / name))
    assert len(digests) == len(CHANGES)


def test_what_does_not_count(tmp_path: Path) -> None:
    put(tmp_path / "one", FILES)
    put(tmp_path / "two", dict(reversed(FILES.items())))
    (tmp_path / "two/other/c").write_bytes(b"something else")
    (tmp_path / "two/in/a").chmod(0o600)
    os.utime(tmp_path / "two/in/a", (0, 0))
    assert digest(tmp_path / "one") == digest(tmp_path / "two")


def test_where_a_symlink_leads_counts_but_not_what_lies_there(tmp_path: Path) -> None:
    put(tmp_path, FILES)
    (tmp_path / "in/link").symlink_to("../other/c")
    before = digest(tmp_path)
    (tmp_path / "other/c").write_bytes(b"changed")
    assert digest(tmp_path) == before
    (tmp_path / "in/link").unlink()
    (tmp_path / "in/link").symlink_to("../other/d")
    assert digest(tmp_path) != before


def test_missing_folders_have_a_value_of_their_own(tmp_path: Path) -> None:
    values = {digest(tmp_path, "x"), digest(tmp_path, "y"), digest(tmp_path, "x", "y")}
    (tmp_path / "x").mkdir()
    values.add(digest(tmp_path, "x"))
    assert len(values) == 4


def test_order_and_repetition_of_the_folders_do_not_count(tmp_path: Path) -> None:
    put(tmp_path, FILES)
    assert digest(tmp_path, "in", "other") == digest(tmp_path, "other", "in/sub", "in", "in")


@pytest.mark.parametrize("size", [65535, 65536, 65537, 200_000])
def test_the_last_byte_of_a_large_file_counts(tmp_path: Path, size: int) -> None:
    put(tmp_path, {"in/large": b"x" * size})
    before = digest(tmp_path)
    put(tmp_path, {"in/large": b"x" * (size - 1) + b"y"})
    assert digest(tmp_path) != before
