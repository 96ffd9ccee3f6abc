"""What an image is built from: every file once, nothing through a link, nothing without bounds."""

from __future__ import annotations

import inspect
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from modelyard.facts.unbuilt import NEVER_BUILT, is_built
from modelyard.findings import Location
from modelyard.load import context
from modelyard.load.context import ContextReader
from modelyard.targets.dockerfile.render import ignored as ignore_file
from tests.support.resolving import BUILD, manifest, repository, workload

HERE, LOCK = Location("models/m/model.yaml", 3), Location("models/m/model.yaml", 4)
SOURCE = {"models/echo/src/a.py": "a = 1\n"}
HASHED = "idna==3.10 --hash=sha256:" + "0123456789abcdef" * 4 + "\n"


def model(root: Path) -> Path:
    folder = root / "models" / "m"
    (folder / "src" / "pkg").mkdir(parents=True)
    (folder / "src" / "a.py").write_text("a = 1\n")
    (folder / "src" / "pkg" / "b.py").write_text("b = 1\n")
    (folder / "requirements.lock").write_text(HASHED)
    return folder


def read(root: Path, source: str = "src", lock: str = "requirements.lock") -> tuple[str, list[str]]:
    reader = ContextReader(root, "models/m")
    digest = reader.digest(source, lock, HERE, LOCK)
    return digest, [f"{finding.location.line} {finding.rule}" for finding in reader.findings]


def test_the_same_content_has_the_same_digest_wherever_and_whenever(tmp_path: Path) -> None:
    model(tmp_path / "one")
    digest, found = read(tmp_path / "one")
    assert found == []
    other = tmp_path / "two" / "models" / "m"
    for path in ("src/pkg/b.py", "requirements.lock", "src/a.py"):  # made in another order
        (other / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(tmp_path / "one" / "models" / "m" / path, other / path)
        os.utime(other / path, (1, 1))
    assert read(tmp_path / "two") == (digest, [])


CHANGES: dict[str, Callable[[Path], object]] = {
    "content": lambda folder: (folder / "src/a.py").write_text("a = 2\n"),
    "name": lambda folder: (folder / "src/a.py").rename(folder / "src/c.py"),
    "folder": lambda folder: (folder / "src/a.py").rename(folder / "src/pkg/a.py"),
    "new file": lambda folder: (folder / "src/empty").touch(),
    "gone": lambda folder: (folder / "src/a.py").unlink(),
    "moved bytes": lambda folder: [
        (folder / "src/a.py").write_text("a = 1\nb"),
        (folder / "src/pkg/b.py").write_text(" = 1\n"),
    ],
    "requirements": lambda folder: (folder / "requirements.lock").write_text(HASHED.replace("3.10", "3.11")),
    "name that is no text": lambda folder: open(os.fsencode(folder) + b"/src/\xff", "w").close(),
}


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_of_what_is_built_changes_the_digest(tmp_path: Path, change: str) -> None:
    folder = model(tmp_path)
    before, _ = read(tmp_path)
    CHANGES[change](folder)
    after, found = read(tmp_path)
    assert found == []
    assert after != before


@pytest.mark.parametrize(
    "path",
    [
        "README.md",
        "src/__pycache__/a.pyc",
        "src/a.pyc",
        "src/.DS_Store",
        "src/.env",
        "src/.env.local",
        "src/.git/HEAD",
    ],
)
def test_what_is_not_built_changes_nothing(tmp_path: Path, path: str) -> None:
    folder = model(tmp_path)
    before = read(tmp_path)
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_text("x")
    assert read(tmp_path) == before


def test_the_ignore_file_leaves_out_exactly_what_the_digest_leaves_out(tmp_path: Path) -> None:
    build = workload(
        repository(tmp_path, manifest(image=BUILD.replace("base", "source: src, base")), SOURCE)
    ).primary.build
    assert build is not None
    ignored = [line.removeprefix("**/") for line in ignore_file(build).split() if line.startswith("**/")]
    for pattern in ignored:
        name = pattern.replace("*.py[cod]", "x.pyc").replace(".*", ".local")
        assert not is_built(name), pattern
    assert set(ignored) >= NEVER_BUILT


def test_what_is_not_there(tmp_path: Path) -> None:
    folder = model(tmp_path)
    assert read(tmp_path, "nowhere", "nothing.lock")[1] == ["4 missing-file", "3 missing-file"]
    assert read(tmp_path, "requirements.lock", "src")[1] == ["4 missing-file", "3 missing-file"]
    assert read(tmp_path, "requirements.lock/x", "")[1] == ["3 missing-file"]
    assert folder.is_dir()


def test_links_are_found_and_not_followed(tmp_path: Path) -> None:
    folder = model(tmp_path)
    (tmp_path / "secret").write_text("s")
    (folder / "src" / "link").symlink_to(tmp_path / "secret")
    (folder / "src" / "dangling").symlink_to("nowhere")
    (folder / "src" / "folder").symlink_to(tmp_path)
    with_links, found = read(tmp_path)
    assert found == ["3 symlink"] * 3
    (tmp_path / "secret").write_text("changed")
    assert read(tmp_path)[0] == with_links
    (folder / "lock").symlink_to("requirements.lock")
    (folder / "other").symlink_to("src")
    assert read(tmp_path, "other", "lock")[1] == ["4 symlink", "3 symlink"]
    assert read(tmp_path, "other/pkg", "")[1] == ["3 symlink"]


def test_special_files_are_found_and_not_opened(tmp_path: Path) -> None:
    folder = model(tmp_path)
    os.mkfifo(folder / "src" / "pipe")
    os.mkfifo(folder / "lock")
    assert read(tmp_path, "src", "lock")[1] == ["4 missing-file", "3 symlink"]


def test_too_many_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = model(tmp_path)
    monkeypatch.setattr(context, "MAX_FILES", 3)
    (folder / "src" / "c.py").touch()
    assert read(tmp_path)[1] == []
    (folder / "src" / "d.py").touch()
    assert read(tmp_path)[1] == ["3 context-too-large"]


def test_too_many_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = model(tmp_path)
    monkeypatch.setattr(context, "MAX_BYTES", 2**20)
    (folder / "src" / "weights.bin").write_bytes(bytes(2**20))
    assert read(tmp_path)[1] == ["3 context-too-large"]


def test_a_folder_deeper_than_python_can_recurse(tmp_path: Path) -> None:
    folder = model(tmp_path)
    (folder / "src" / "/".join(["d"] * 300)).mkdir(parents=True)
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(len(inspect.stack(0)) + 150)
    try:
        assert read(tmp_path)[1] == []
    finally:
        sys.setrecursionlimit(before)


def test_a_name_that_the_disk_refuses(tmp_path: Path) -> None:
    model(tmp_path)
    assert read(tmp_path, "a" * 300)[1] == ["3 unreadable-file"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_what_cannot_be_read(tmp_path: Path) -> None:
    folder = model(tmp_path)
    (folder / "src" / "a.py").chmod(0)
    (folder / "src" / "pkg").chmod(0)
    assert read(tmp_path)[1] == ["3 unreadable-file"] * 2
    (folder / "src" / "pkg").chmod(0o700)


def test_an_executable_file_is_another_input(tmp_path: Path) -> None:
    folder = model(tmp_path)
    before = read(tmp_path)
    (folder / "src/a.py").chmod(0o755)
    assert read(tmp_path) != before
