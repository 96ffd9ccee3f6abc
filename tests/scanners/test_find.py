"""Which program a scanner is, and how it is known to be the same one as before."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from modelyard.scanners import find, install
from modelyard.scanners.api import Done, Tool, Unusable
from modelyard.scanners.find import find_program, version_of
from modelyard.scanners.registry import scanner_modules, scanners

TOOL = Tool("scanner-of-test", "package-of-test", minimum=(1, 2), below=(2,))
REPO = Path(__file__).resolve().parents[2]


def put(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


@pytest.fixture
def on_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is all of PATH."""
    monkeypatch.setenv("PATH", str(tmp_path / "elsewhere" / "bin"))
    return tmp_path / "elsewhere" / "bin" / "scanner-of-test"


def checkout(folder: Path, lock: str = "package-of-test==1.2.3 \\\n") -> Path:
    """A checkout whose environment for scanners is made already."""
    put(folder / "tools" / "requirements" / "scan.lock", lock)
    put(folder / ".venv-scan" / "installed.lock", lock)
    put(folder / ".venv-scan" / "bin" / "python", "")
    return folder


def test_the_checkouts_own_comes_first(tmp_path: Path, on_path: Path) -> None:
    put(on_path, "binary")
    own = put(checkout(tmp_path / "own") / ".venv-scan" / "bin" / "scanner-of-test", "binary")
    found = find_program(TOOL, tmp_path / "own")
    assert (found.path, found.version) == (str(own), "1.2.3")
    assert find_program(TOOL, tmp_path / "own") == found


def test_another_lock_is_another_program(tmp_path: Path) -> None:
    identities = set()
    for lock in ("package-of-test==1.2.3 \\\n", "package-of-test==1.2.3 \\\nother==1\n"):
        put(checkout(tmp_path, lock) / ".venv-scan" / "bin" / "scanner-of-test", "binary")
        identities.add(find_program(TOOL, tmp_path).identity)
    assert len(identities) == 2


def test_a_locked_version_is_held_to_the_range_too(tmp_path: Path) -> None:
    put(checkout(tmp_path, "package-of-test==2.0 \\\n") / ".venv-scan" / "bin" / "scanner-of-test", "binary")
    with pytest.raises(Unusable) as caught:
        find_program(TOOL, tmp_path)
    assert caught.value.rule == "scanner-version"


def test_what_the_environment_lacks_is_looked_for_on_path(tmp_path: Path, on_path: Path) -> None:
    put(on_path, "binary")
    found = find_program(TOOL, checkout(tmp_path / "own"))
    assert (found.path, found.version) == (str(on_path), "")


def test_missing_everywhere(tmp_path: Path, on_path: Path) -> None:
    with pytest.raises(Unusable) as caught:
        find_program(TOOL, checkout(tmp_path / "own"))
    assert caught.value.rule == "scanner-missing"
    with pytest.raises(Unusable):
        find_program(TOOL, None)


def test_a_changed_binary_is_another_program(on_path: Path) -> None:
    put(on_path, "binary")
    first = find_program(TOOL, None).identity
    assert first
    assert find_program(TOOL, None).identity == first
    os.utime(on_path, ns=(1, 1))
    assert find_program(TOOL, None).identity not in ("", first)


def test_a_script_is_told_apart_by_its_packages(on_path: Path) -> None:
    put(on_path, "#!/bin/python\n")
    assert find_program(TOOL, None).identity == "", "a wrapper of something that is not seen"
    packages = on_path.parents[1] / "lib" / "python3.12" / "site-packages"
    (packages / "a-1.dist-info").mkdir(parents=True)
    first = find_program(TOOL, None).identity
    (packages / "a-1.dist-info").rename(packages / "a-2.dist-info")
    assert find_program(TOOL, None).identity not in ("", first)


def test_an_interpreted_one_is_its_interpreter(tmp_path: Path, on_path: Path) -> None:
    tool = replace(TOOL, interpreted=True)
    (on_path.parents[1] / "lib" / "python3.12" / "site-packages" / "a-1.dist-info").mkdir(parents=True)
    put(on_path, "#!/some/where/bin/python3.12\nimport this\n")
    found = find_program(tool, None)
    assert found.path == "/some/where/bin/python3.12"
    assert found.identity == find_program(TOOL, None).identity
    own = put(checkout(tmp_path / "own") / ".venv-scan" / "bin" / "scanner-of-test", "#!/some/where/python\n")
    assert find_program(tool, tmp_path / "own").path == str(own.with_name("python"))


@pytest.mark.parametrize("first", ["#!/usr/bin/env python3", "#!/bin/sh", "binary", "#!python", ""])
def test_an_interpreted_one_has_to_name_its_python(on_path: Path, first: str) -> None:
    put(on_path, f"{first}\nimport this\n")
    with pytest.raises(Unusable) as caught:
        find_program(replace(TOOL, interpreted=True), None)
    assert caught.value.rule == "scanner-missing"


@pytest.mark.parametrize(
    ("printed", "version"),
    [
        (b"scanner 1.2.0", "1.2.0"),
        (b"v1.9\n", "1.9"),
        (b"1.2.3 of 2025", "1.2.3"),
        (b"Version: 1.10.0", "1.10.0"),
    ],
)
def test_versions_that_are_accepted(printed: bytes, version: str) -> None:
    assert version_of(TOOL, Done(0, printed, b"")) == version
    assert version_of(TOOL, Done(0, b"", printed)) == version


@pytest.mark.parametrize("printed", [b"", b"dev", b"scanner 1", b"1.1.99", b"2.0", b"0.1.2"])
def test_versions_that_are_not(printed: bytes) -> None:
    with pytest.raises(Unusable) as caught:
        version_of(TOOL, Done(0, printed, b""))
    assert caught.value.rule == "scanner-version"
    assert "scanner-of-test 1.2 or newer, below 2" in caught.value.hint


def test_every_scanner_is_found_and_locked() -> None:
    known = scanners()
    assert {"actionlint", "gitleaks", "hadolint", "zizmor"} <= set(known)
    assert len(known) == len(scanner_modules())
    for scanner in known.values():
        lock = (REPO / "tools" / "requirements" / f"{scanner.tool.environment}.lock").read_bytes()
        version = find._locked(scanner.tool, lock)
        assert version, f"{scanner.tool.package} is in no lock"


def test_only_the_checkout_that_runs_may_name_programs(tmp_path: Path) -> None:
    assert install.checkout() == REPO
    assert not install.is_part_of(tmp_path)


def test_an_environment_that_cannot_be_made_is_said(tmp_path: Path, on_path: Path) -> None:
    root = tmp_path / "own"
    put(root / "tools" / "requirements" / "scan.lock", "package-of-test==1.2.3\n")
    put(root / "tools" / "bootstrap" / "__main__.py", "import sys; sys.exit(2)\n")
    with pytest.raises(Unusable) as caught:
        find_program(TOOL, root)
    assert caught.value.seen.endswith("on PATH, and .venv-scan could not be made (see above)")


def test_an_environment_is_made_on_first_need(tmp_path: Path) -> None:
    root = tmp_path / "own"
    put(root / "tools" / "requirements" / "scan.lock", "package-of-test==1.2.3\n")
    put(
        root / "tools" / "bootstrap" / "__main__.py",
        """\
import pathlib, shutil, sys
root, part = sys.argv[1:]
assert part == "scan" and sys.flags.isolated and sys.flags.utf8_mode
program = pathlib.Path(root, ".venv-scan", "bin", "scanner-of-test")
program.parent.mkdir(parents=True)
for path in (program, program.with_name("python")):
    path.write_text("binary")
    path.chmod(0o755)
lock = pathlib.Path(root, "tools", "requirements", "scan.lock")
shutil.copy(lock, pathlib.Path(root, ".venv-scan", "installed.lock"))
print("on stderr, with what the command prints left alone")
""",
    )
    assert find_program(TOOL, root).version == "1.2.3"
