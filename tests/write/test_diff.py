from __future__ import annotations

import subprocess
import time
from pathlib import Path

import pytest

from modelyard.write import Action, Change, unified_diff


def change(before: bytes | None, after: bytes | None, path: str = "a/b.yaml") -> Change:
    action = Action.CREATE if before is None else Action.DELETE if after is None else Action.UPDATE
    return Change(path, action, before, after)


def test_an_update() -> None:
    before = b"".join(b"line %d\n" % number for number in range(10))
    assert unified_diff(change(before, before.replace(b"line 5", b"line five"))) == (
        "--- a/a/b.yaml\n+++ b/a/b.yaml\n@@ -3,7 +3,7 @@\n line 2\n line 3\n line 4\n"
        "-line 5\n+line five\n line 6\n line 7\n line 8\n"
    )


def test_creation_and_deletion_name_no_other_file() -> None:
    assert unified_diff(change(None, b"x\n")) == "--- /dev/null\n+++ b/a/b.yaml\n@@ -0,0 +1 @@\n+x\n"
    assert unified_diff(change(b"x\n", None)) == "--- a/a/b.yaml\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n"


def test_nothing_to_show() -> None:
    assert unified_diff(Change("a", Action.SAME, b"x", b"x")) == ""


def test_a_missing_newline_at_the_end_is_said() -> None:
    assert unified_diff(change(b"x", b"x\n")).endswith("-x\n\\ No newline at end of file\n+x\n")


@pytest.mark.parametrize("content", [b"\0", b"\xff\xfe", b"a\0b"])
def test_a_binary_file(content: bytes) -> None:
    assert unified_diff(change(b"x\n", content)) == "Binary files a/a/b.yaml and b/a/b.yaml differ\n"


def test_a_large_file_is_not_searched() -> None:
    text = unified_diff(change(b"x\n", b"x" * (2 * 1024 * 1024 + 1)))
    assert text == "Large files a/a/b.yaml and b/a/b.yaml differ (2 and 2097153 bytes)\n"
    assert "(1 and 9000 lines)" in unified_diff(change(b"x\n", b"x\n" * 9000))


def test_a_text_full_of_equal_lines_takes_a_moment() -> None:
    before = b"".join(b"%d\n" % (number * 7919 % 151) for number in range(7900))
    after = b"".join(b"%d\n" % (number * 104729 % 149) for number in range(7900))
    since = time.process_time()
    assert unified_diff(change(before, after)).count("\n") > 7900
    assert time.process_time() - since < 10


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"a\nb\nc\n", b"a\nB\nc\n"),
        (b"a\nb", b"a\nb\n"),
        (b"a\rb\n\x0cc\n", b"a\rb\n\x0cd\n"),
        ("é\u2028x\n".encode(), b"e\n"),
    ],
)
def test_git_can_apply_it(tmp_path: Path, before: bytes, after: bytes) -> None:
    (tmp_path / "file").write_bytes(before)
    diff = unified_diff(change(before, after, "file")).encode()
    subprocess.run(["git", "apply", "--whitespace=nowarn", "-"], input=diff, cwd=tmp_path, check=True)
    assert (tmp_path / "file").read_bytes() == after
