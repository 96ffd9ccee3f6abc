"""What the last run knew: it makes the next one fast, and never makes it wrong."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from modelyard.gate import cache
from modelyard.gate.run import Answer
from tests.cli.command import git
from tests.gate.looking import KUBERNETES, MANIFEST, POLICY, edit, gate, github_token, put, rendered, rules
from tests.gate.test_bad_files import PRIVILEGED
from tests.support.resolving import manifest

ROLE = "arn:aws:iam::111122223333:role/shared"
STACK = """AWSTemplateFormatVersion: "2010-09-09"
Resources:
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties: {TaskRoleArn: "%s", ContainerDefinitions: [{Name: a, Image: b}]}
"""


def said(answer: Answer) -> list[Any]:
    return [answer.detections, answer.blocks, answer.files, answer.resources]


@pytest.fixture
def known(repo: Path) -> Path:
    """A repository that has just been looked at, with something wrong in it."""
    put(repo, "deploy/pod.yaml", PRIVILEGED)
    put(repo, "deploy/notes.txt", "nothing\n")
    (repo / "deploy/link").symlink_to("notes.txt")
    put(repo, "models/echo/notes.md", "Hello.\n")
    gate(repo)
    assert (repo / cache.FILE).is_file()
    return repo


def test_it_is_used(known: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = said(gate(known, "--no-cache"))
    monkeypatch.setattr("modelyard.gate.worker.looking", None)
    assert said(gate(known)) == before
    with pytest.raises(TypeError):
        gate(known, "--no-cache")


def test_every_detection_of_every_rule_comes_back(repo: Path) -> None:
    """Also those that only show when all models are looked at together."""
    for model in ("one", "two"):
        path = f"environments/dev/rendered/{model}/ecs/eu-west-1/stack.yaml"
        put(repo, path, STACK % ROLE)
        put(repo, f"models/{model}/model.yaml", manifest().replace("name: echo", f"name: {model}"))
    put(repo, "deploy/größe\n.yaml", PRIVILEGED)
    put(repo, os.fsdecode(b"deploy/\xff.yaml"), PRIVILEGED)
    fresh = gate(repo, "--no-cache")
    assert "role-shared-between-models" in {one.rule for one in fresh.detections}
    assert said(gate(repo)) == said(fresh)
    assert said(gate(repo)) == said(fresh)


def test_every_file_of_the_repository_counts(known: Path) -> None:
    """Each is changed by one byte, one after the other."""
    for path in sorted(known.rglob("*")):
        below = path.relative_to(known).as_posix()
        if path.is_symlink() or not path.is_file() or below.startswith(".cache"):
            continue
        before, times = path.read_bytes(), path.stat()
        # Of the same length and time, and in the middle, where a comment or a name may be.
        path.write_bytes(b"\x01" + before[1:])
        os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
        assert said(gate(known)) == said(gate(known, "--no-cache")), below
        path.write_bytes(before)


def test_a_change_is_seen_in_both_directions(known: Path) -> None:
    clean = rules(gate(known))
    edit(known / "deploy/notes.txt", lambda text: github_token())
    assert rules(gate(known)) == {*clean, ("deploy/notes.txt", "secret-in-file")}
    put(known, "deploy/notes.txt", "nothing\n")
    assert rules(gate(known)) == clean
    (known / "deploy/pod.yaml").unlink()
    assert gate(known).passed


@pytest.mark.parametrize(
    "path",
    [
        POLICY,
        "policy/waivers.yaml",
        ".github/CODEOWNERS",
        "Dockerfiles/base-images.yaml",
        "environments/dev/environment.yaml",
        "environments/dev/overrides/echo.yaml",
        "environments/new/environment.yaml",
        MANIFEST,
        "models/new/model.yaml",
        f"{KUBERNETES}/new.yaml",
        ".trivyignore",
        "models/echo/.trivyignore",
    ],
)
def test_a_broken_or_new_file_is_seen(known: Path, path: str) -> None:
    clean = rules(gate(known))
    put(known, path, "kind: [\n")
    after = gate(known)
    assert said(after) == said(gate(known, "--no-cache"))
    assert rules(after) != clean


@pytest.mark.parametrize("path", [POLICY, ".github/CODEOWNERS", "Dockerfiles/base-images.yaml", MANIFEST])
def test_a_file_that_is_gone_is_seen(known: Path, path: str) -> None:
    clean = rules(gate(known))
    (known / path).unlink()
    after = gate(known)
    assert said(after) == said(gate(known, "--no-cache"))
    assert rules(after) != clean


def test_where_a_link_leads_is_seen(known: Path, tmp_path: Path) -> None:
    put(tmp_path, "outside.txt", "x\n")
    clean = rules(gate(known))
    (known / "deploy/link").unlink()
    (known / "deploy/link").symlink_to(tmp_path / "outside.txt")
    assert rules(gate(known)) - clean == {("deploy/link", "link-out-of-the-tree")}
    (known / "deploy/link").unlink()
    (known / "deploy/link").symlink_to("notes.txt")
    assert rules(gate(known)) == clean
    (known / "deploy/notes.txt").rename(known / "deploy/other.txt")
    assert rules(gate(known)) - clean == {("deploy/link", "link-out-of-the-tree")}


def test_a_file_that_becomes_a_link_is_seen(known: Path) -> None:
    for path in (MANIFEST, "models/echo/notes.md", "deploy/notes.txt"):
        clean = rules(gate(known))
        data = (known / path).read_bytes()
        (known / path).unlink()
        (known / path).symlink_to("/etc/hostname")
        assert path in {found for found, _ in rules(gate(known)) - clean}, path
        (known / path).unlink()
        (known / path).write_bytes(data)


def test_another_model_is_seen_by_all(repo: Path) -> None:
    """Whether a secret is another model's hangs on which models there are."""
    path = "environments/dev/rendered/echo/ecs/eu-west-1/stack.yaml"
    secret = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:dev/other/key-AbCdEf"
    put(
        repo,
        path,
        'AWSTemplateFormatVersion: "2010-09-09"\nResources:\n  Task:\n    Type: AWS::ECS::TaskDefinition\n'
        "    Properties:\n      ContainerDefinitions:\n"
        f'        [{{Name: a, Image: b, Secrets: [{{Name: K, ValueFrom: "{secret}"}}]}}]\n',
    )
    gate(repo)
    put(repo, "models/other/model.yaml", manifest().replace("name: echo", "name: other"))
    assert said(gate(repo)) == said(gate(repo, "--no-cache"))


def test_the_day_is_seen(repo: Path) -> None:
    gate(repo)
    for now in ("2026-11-23", "2027-11-22", "2031-01-01", "2026-11-22", "2020-01-01"):
        assert said(gate(repo, now=now)) == said(gate(repo, "--no-cache", now=now))


def test_part_of_a_repository_neither_uses_nor_spoils_it(known: Path) -> None:
    content = (known / cache.FILE).read_bytes()
    edit(known / "deploy/notes.txt", lambda text: github_token())
    assert gate(known, "--model", "echo").passed
    assert gate(known, "--env", "dev").passed
    assert (known / cache.FILE).read_bytes() == content
    assert ("deploy/notes.txt", "secret-in-file") in rules(gate(known))


def test_it_holds_no_secret(repo: Path) -> None:
    put(repo, "deploy/notes.txt", f"{github_token()}\n")
    put(
        repo,
        "deploy/pod.yaml",
        PRIVILEGED.replace("image: x", f"image: x, env: [{{name: A, value: {github_token('b')}}}]"),
    )
    assert not gate(repo).passed
    content = (repo / cache.FILE).read_text()
    assert github_token() not in content
    assert github_token("b") not in content


def _forged(content: bytes) -> list[bytes]:
    document = json.loads(content)
    forged: list[Any] = [
        [],
        {},
        None,
        1,
        {"version": 1},
        {"version": 1, "parts": []},
        {"version": 0, "parts": {}},
    ]
    name, part = "files 0", document["parts"]["files 0"]
    values: tuple[Any, ...] = (None, 1, "x", [1], [[]], [None], [["x"] * 9])
    rows: list[Any] = [None, [], part[:-1], [*part, []]]
    rows += [[*part[:index], value, *part[index + 1 :]] for index in range(len(part)) for value in values]
    forged += [{**document, "parts": {**document["parts"], name: row}} for row in rows]
    return [json.dumps(one).encode() for one in forged]


def test_what_no_run_has_written_is_not_believed(known: Path) -> None:
    """Bytes of anything, half of a file, entries of another shape: no traceback, and no other answer."""
    right = said(gate(known, "--no-cache"))
    content = (known / cache.FILE).read_bytes()
    broken = [
        b"",
        b"{",
        content[: len(content) // 2],
        bytes(range(256)),
        b"[" * 100_000,
        b"\xff\xfe",
        b"NaN",
        b'{"version": 1e999}',
    ]
    for forged in (*broken, *_forged(content)):
        put(known, cache.FILE, forged)
        assert said(gate(known)) == right, forged[:200]


def test_one_of_another_repository_changes_nothing(known: Path, tmp_path: Path) -> None:
    other = rendered(tmp_path / "other", manifest("env: {A: b}"))
    gate(other)
    shutil.copy(other / cache.FILE, known / cache.FILE)
    assert said(gate(known)) == said(gate(known, "--no-cache"))


def test_a_place_where_none_can_be_written(repo: Path) -> None:
    right = said(gate(repo, "--no-cache"))
    shutil.rmtree(repo / ".cache", ignore_errors=True)
    (repo / ".cache").write_text("a file\n")
    # The file itself is looked at like any other, so one more is there.
    assert gate(repo).detections == right[0]
    (repo / ".cache").unlink()
    (repo / ".cache/gate.json").mkdir(parents=True)
    assert gate(repo).detections == right[0]
    shutil.rmtree(repo / ".cache")
    (repo / ".cache").symlink_to("/proc")
    assert {rule for _, rule in rules(gate(repo))} == {"link-out-of-the-tree"}


def test_a_cache_that_is_a_link_or_a_pipe_is_none(known: Path, tmp_path: Path) -> None:
    right = said(gate(known, "--no-cache"))
    content = (known / cache.FILE).read_bytes()
    put(tmp_path, "elsewhere.json", content)
    (known / cache.FILE).unlink()
    (known / cache.FILE).symlink_to(tmp_path / "elsewhere.json")
    assert cache.load(known) == {}
    assert said(gate(known)) == right
    assert (tmp_path / "elsewhere.json").read_bytes() == content
    (known / cache.FILE).unlink()
    os.mkfifo(known / cache.FILE)
    assert said(gate(known)) == right


def test_one_that_is_committed_is_a_finding(clone: Path) -> None:
    """Whoever reviews a change does not read it, and the next run would believe it."""
    gate(clone)
    assert gate(clone).passed
    git(clone, "add", "--force", cache.FILE)
    git(clone, "commit", "--quiet", "--message", "a cache")
    assert (cache.FILE, "cache-in-repository") in rules(gate(clone))
    assert (cache.FILE, "cache-in-repository") in rules(gate(clone, "--no-cache"))
    assert (cache.FILE, "cache-in-repository") in rules(gate(clone, "--changed", "HEAD~1"))


def test_one_that_git_would_take_is_a_finding(repo: Path) -> None:
    """A repository that does not ignore its cache commits it with the next `git add --all`."""
    git(repo, "init", "--quiet")
    gate(repo)
    assert (cache.FILE, "cache-in-repository") in rules(gate(repo))
