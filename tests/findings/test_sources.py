"""Source lines come from below the root only, and no file on the disk can stop a report."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from modelyard.findings.sources import LIMIT, Sources


def test_lines(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b.yaml").write_bytes(b"\xef\xbb\xbfone\r\ntwo\rthree\n\nfi\x0cve \xe2\x80\xa8\nlast")
    sources = Sources(tmp_path)
    lines = [sources.line("a/b.yaml", number) for number in range(8)]
    assert lines == [None, "\ufeffone", "two", "three", "", "fi\x0cve \u2028", "last", None]


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"a\xff\x00\xc3\nb")
    sources = Sources(tmp_path)
    assert sources.line("x", 1) == "a\udcff\x00\udcc3"
    assert sources.line("x", 2) == "b"


def test_empty_file_and_last_line_break(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    (tmp_path / "one").write_text("a\n")
    assert Sources(tmp_path).line("empty", 1) is None
    assert Sources(tmp_path).line("one", 2) is None


def test_two_files_in_turn(tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / name).write_text(f"in {name}\n")
    sources = Sources(tmp_path)
    assert [sources.line(name, 1) for name in "abab"] == ["in a", "in b", "in a", "in b"]


@pytest.mark.parametrize(
    "path",
    [
        "",
        ".",
        "none",
        "none/none",
        "dir",
        "file/below",
        "/file",
        "dir/../file",
        "../outside",
        "./file",
        "dir//x",
    ],
)
def test_what_has_no_line(tmp_path: Path, path: str) -> None:
    root = tmp_path / "root"
    (root / "dir").mkdir(parents=True)
    (root / "dir" / "x").write_text("x\n")
    (root / "file").write_text("file\n")
    (tmp_path / "outside").write_text("outside\n")
    assert Sources(root).line("file", 1) == "file"
    assert Sources(root).line(path, 1) is None


@pytest.mark.parametrize("name", ["nul\0byte", "\ud800", "long" * 100, "a/" * 3000 + "b"])
def test_names_no_file_can_have(tmp_path: Path, name: str) -> None:
    assert Sources(tmp_path).line(name, 1) is None


def test_links_are_not_followed(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "key").write_text("secret\n")
    (root / "file").symlink_to(tmp_path / "secrets" / "key")
    (root / "folder").symlink_to(tmp_path / "secrets")
    (root / "loop").symlink_to("loop")
    sources = Sources(root)
    assert [sources.line(path, 1) for path in ("file", "folder/key", "loop", "loop/x")] == [None] * 4


def test_the_root_itself_may_be_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "file").write_text("text\n")
    (tmp_path / "link").symlink_to("real")
    assert Sources(tmp_path / "link").line("file", 1) == "text"
    assert Sources(tmp_path / "gone").line("file", 1) is None


def test_a_pipe_does_not_block(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert Sources(tmp_path).line("pipe", 1) is None


def test_only_the_first_megabyte(tmp_path: Path) -> None:
    line = b"x" * 1023 + b"\n"
    (tmp_path / "exact").write_bytes(line * 1024)
    (tmp_path / "more").write_bytes(line * 1023 + "é".encode() * 4000)
    (tmp_path / "one-line").write_bytes(b"y" * (LIMIT + 1))
    sources = Sources(tmp_path)
    assert sources.line("exact", 1024) == "x" * 1023
    assert sources.line("more", 1023) == "x" * 1023
    assert sources.line("more", 1024) is None
    assert sources.line("one-line", 1) is None


def test_no_descriptor_is_left_open(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "file").write_text("x\n")
    first = os.open(tmp_path, os.O_RDONLY)
    os.close(first)
    for path in ("a/file", "a/none", "a", "none/none", "nul\0"):
        Sources(tmp_path).line(path, 1)
    again = os.open(tmp_path, os.O_RDONLY)
    os.close(again)
    assert again == first
