from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.write.files import OUT, actions, planned, put, rendered, rules, sealed, snapshot

UNSAFE = {
    "": "an empty component",
    "/etc/passwd": "absolute",
    "a//b": "an empty component",
    "a/": "an empty component",
    ".": "component `.`",
    "a/./b": "component `.`",
    "..": "component `..`",
    "../b": "component `..`",
    "a/../../b": "component `..`",
    "a\\b": "backslash",
    "a\0b": "control character",
    "a\nb": "control character",
    "a\x7fb": "control character",
    "a\x85b": "control character",
    "a\u2028b": "control character",
    "a\udcffb": "not Unicode text",
    f"a{chr(0xD800)}b": "not Unicode text",
    "a/" + "b" * 256: "256 bytes long",
    "a/" + "é" * 128: "256 bytes long",
    "/".join(["abc"] * 300): "1199 bytes long",
    ".git/hooks/pre-commit": "Git's own folder",
    "models/.GIT/config": "Git's own folder",
    f"{OUT}/.modelyard-12-0.tmp": "kept for files in the making",
}


@pytest.mark.parametrize("path", UNSAFE, ids=range(len(UNSAFE)))
def test_an_unsafe_path_is_a_finding(tmp_path: Path, path: str) -> None:
    good = f"{OUT}/good"
    root = tmp_path / "repository"
    root.mkdir()
    made = rendered(root, {path: sealed("x"), good: sealed("good")})
    assert [finding.rule for finding in made.findings] == ["unsafe-path"]
    assert UNSAFE[path] in made.findings[0].message
    assert made.findings[0].location.path.isprintable()
    assert actions(made) == {good: "create"}
    files = [entry for entry in snapshot(tmp_path) if not entry.endswith("/")]
    assert files == [f"repository/{good}"]


@pytest.mark.parametrize("path", ["..", "/srv", "a/../..", ""])
def test_an_unsafe_owned_folder_is_a_finding_and_not_searched(tmp_path: Path, path: str) -> None:
    put(tmp_path, {"a/x": b"mine"})
    made = rendered(tmp_path, {}, [path])
    assert [finding.rule for finding in made.findings] == ["unsafe-path"]
    assert made.owned == ()


@pytest.mark.parametrize("path", ["a", "a" * 255, ".hidden/x", "a..b", "é/ü", "a b", "...", "x.git", "-rf"])
def test_a_safe_path_is_written(tmp_path: Path, path: str) -> None:
    rendered(tmp_path, {path: sealed("x")})
    assert (tmp_path / path).read_bytes() == sealed("x")


@pytest.mark.parametrize(
    ("one", "other"),
    [("Iris.yaml", "iris.yaml"), ("caf\u00e9", "cafe\u0301"), ("STRASSE", "straße"), ("\u212b", "å")],
)
def test_paths_that_differ_by_case_or_form_only(tmp_path: Path, one: str, other: str) -> None:
    wanted = {f"out/{one}": sealed("1"), f"out/{other}": sealed("2"), "out/fine": sealed("3")}
    made = rendered(tmp_path, wanted, ["out"])
    assert [finding.rule for finding in made.findings] == ["case-clash"]
    assert actions(made) == {"out/fine": "create"}


def test_folders_that_differ_by_case_only(tmp_path: Path) -> None:
    wanted = {"out/Iris/a": sealed("1"), "out/iris/b": sealed("2"), "out/iris2/b": sealed("2")}
    put(tmp_path, {"out/iris/b": sealed("old")})
    made = rendered(tmp_path, wanted, ["out"])
    assert rules(made) == [("case-clash", "out/iris")]
    assert "`out/Iris`" in made.findings[0].message
    assert actions(made) == {"out/iris2/b": "create"}
    assert (tmp_path / "out/iris/b").read_bytes() == sealed("old")


def test_a_path_wanted_as_file_and_as_folder(tmp_path: Path) -> None:
    made = rendered(tmp_path, {"o/a": sealed("1"), "o/a/b": sealed("2"), "o/c": sealed("3")}, ["o"])
    assert rules(made) == [("not-a-file", "o/a")]
    assert actions(made) == {"o/c": "create"}


def test_a_locale_that_cannot_spell_a_path(tmp_path: Path) -> None:
    script = (
        "import sys\nfrom modelyard.write.paths import why_unsafe\n"
        "print(sys.getfilesystemencoding(), ascii(why_unsafe('caf\\u00e9')), ascii(why_unsafe('cafe')))"
    )
    environment = {"PYTHONPATH": str(Path(__file__).parents[2] / "tools"), "LC_ALL": "C", "PYTHONUTF8": "0"}
    environment["PYTHONCOERCECLOCALE"] = "0"
    command = [sys.executable, "-c", script]
    output = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout
    encoding, rest = output.split(" ", 1)
    if encoding == "utf-8":
        assert rest == "'' ''\n"  # macOS and newer Pythons: any locale will do
    else:
        assert "cannot be spelled in this locale" in rest
        assert rest.endswith("''\n")


def test_orphans_in_a_plan_that_has_findings_still_go(tmp_path: Path) -> None:
    put(tmp_path, {f"{OUT}/gone": sealed("gone"), f"{OUT}/mine": b"mine"})
    made = planned(tmp_path, {})
    assert actions(made) == {f"{OUT}/gone": "delete"}
    rendered(tmp_path, {})
    assert f"{OUT}/gone" not in snapshot(tmp_path)
