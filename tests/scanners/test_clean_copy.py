"""What a scanner gets to see: its inputs, and nothing of the machine, the user or the repository."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from modelyard.scanners.api import Input, Unusable, same_path
from modelyard.scanners.clean import copy_inputs
from tests.scanners.fakes import Bench, file

LOOK = """
import json
def walk(top):
    return sorted(os.path.relpath(os.path.join(folder, name), top)
                  for folder, _, names in os.walk(top) for name in names)
seen = {"environment": dict(os.environ), "tree": walk("."), "home": walk(os.environ["HOME"]),
        "modes": oct(os.stat("..").st_mode & 0o777), "stdin": sys.stdin.read(),
        "session": os.getsid(0) == os.getpid()}
print(json.dumps({"read": files, "found": [[files[0], 1, json.dumps(seen)]]}))
"""


def look(bench: Bench, *inputs: Input) -> dict[str, Any]:
    """What the process of a scanner can see."""
    bench.program(LOOK)
    (said, *_) = bench.scan(*inputs).detections
    assert said.tool == "fake", said.message
    seen: dict[str, Any] = json.loads(said.message)
    return seen


def test_nothing_of_the_users_environment(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (
        "AWS_SECRET_ACCESS_KEY",
        "GITHUB_TOKEN",
        "GH_TOKEN",
        "TRIVY_IGNOREFILE",
        "GITLEAKS_CONFIG",
        "CKV_FRAMEWORK",
        "HTTPS_PROXY",
        "SSH_AUTH_SOCK",
        "LD_PRELOAD_OF_MINE",
    ):
        monkeypatch.setenv(name, "mine")
    seen = look(bench, file("a"))
    assert "mine" not in seen["environment"].values()
    own = {"LC_CTYPE", "PWD", "OLDPWD", "SHLVL", "_"}  # what Python and the shell before it set themselves
    assert set(seen["environment"]) - own == {
        *("HOME", "TMPDIR", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"),
        *("PATH", "LANG", "LC_ALL", "TZ", "NO_COLOR", "PYTHONNOUSERSITE", "PYTHONSAFEPATH", "PYTHONUTF8"),
        *("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"),
    }
    assert os.environ["HOME"] != seen["environment"]["HOME"]
    assert seen["environment"]["PATH"] == os.defpath


def test_nothing_but_its_inputs(bench: Bench) -> None:
    (bench.root / "secret").write_text("not asked for")
    (bench.root / "link").symlink_to("/etc")
    seen = look(bench, file("a"), file("deep/er/b"))
    assert seen["tree"] == ["a", "deep/er/b"]
    assert (seen["home"], seen["stdin"], seen["session"]) == ([], "", True)
    assert seen["modes"] == "0o700", "what is in it may be secrets: others of this machine cannot look"


ARMED = (
    ".trivyignore",
    ".trivyignore.yaml",
    "trivy.yaml",
    "trivy-secret.yaml",
    ".checkov.yaml",
    ".checkov.yml",
    ".checkov.baseline",
    ".hadolint.yaml",
    "hadolint.yaml",
    ".gitleaks.toml",
    ".gitleaksignore",
    "zizmor.yml",
    ".cfnlintrc",
    ".cfnlintrc.yaml",
    "actionlint.yaml",
    ".gitignore",
    ".Trivyignore",
)


@pytest.mark.parametrize("folder", ["", "deep/er/"])
def test_what_scanners_obey_is_scanned_by_another_name(bench: Bench, folder: str) -> None:
    seen = look(bench, *(file(f"{folder}{name}") for name in ARMED if name != ".Trivyignore"))
    assert not {os.path.basename(name) for name in seen["tree"]} & set(ARMED)
    assert len(seen["tree"]) == len(ARMED) - 1


def test_other_files_keep_their_names() -> None:
    for path in ("a/b.yaml", "a/trivy.yaml.txt", "my-trivy.yaml", ".github/workflows/zizmor.yaml.yml"):
        assert same_path(0, file(path)) == path


def test_two_files_of_one_name_are_not_one(bench: Bench) -> None:
    bench.program()
    (said,) = bench.scan(file(".hadolint.yaml"), file("_0.hadolint.yaml")).detections
    assert (said.rule, said.tool) == ("scanner-coverage", "modelyard")
    assert "'.hadolint.yaml' and '_0.hadolint.yaml'" in said.message


def test_two_files_of_one_path_are_not_one(bench: Bench) -> None:
    bench.program()
    bench.change(place=lambda index, one: str(index))
    (said,) = bench.scan(file("a"), file("a", "other")).detections
    assert (said.rule, said.tool) == ("scanner-coverage", "modelyard")


@pytest.mark.parametrize(
    "name", ["../a", "/a", "a/../../b", "", "a//b", ".", "a/.", "a\0b", "a/" + "x" * 300, "x" * 5000]
)
def test_no_name_leads_out_of_the_copy(tmp_path: Path, name: str) -> None:
    tree = tmp_path / "tree"
    tree.mkdir()
    with pytest.raises(Unusable) as caught:
        copy_inputs({name: file(name)}, tree)
    assert caught.value.rule == "scanner-coverage"
    assert [path.name for path in tmp_path.iterdir()] == ["tree"]


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    with pytest.raises(Unusable):
        copy_inputs({"a": file("a"), "a/b": file("a/b")}, tmp_path)


def test_the_copy_is_the_bytes(tmp_path: Path) -> None:
    data = bytes(range(256)) + b"\r\n" * 3
    copy_inputs({"ä/b c": Input.of("x", (), (), data)}, tmp_path)
    assert (tmp_path / "ä" / "b c").read_bytes() == data
