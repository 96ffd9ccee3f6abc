"""What render does to files: only what must be done, and never to what is somebody's own."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from tests.cli.command import CASE, contents, git, good, put, rendered, run

ECHO = (CASE / "models/echo/model.yaml").read_text()
STACK = "environments/dev/rendered/echo/ecs/eu-west-1/stack.yaml"
COMPOSE = "environments/local/rendered/echo/compose/compose.yaml"


def stats(root: Path) -> dict[str, tuple[int, int, int]]:
    return {
        path: (found.st_ino, found.st_mtime_ns, found.st_ctime_ns)
        for path in rendered(root)
        for found in [(root / path).stat()]
    }


def test_files_that_are_the_same_are_not_touched(repo: Path) -> None:
    before = stats(repo)
    put(repo, {"models/echo/model.yaml": ECHO.replace("2Gi", "3Gi")})
    outcome = good(repo, "render")
    after = stats(repo)
    touched = {path for path in after if before[path] != after[path]}
    assert all("/rendered/echo/" in path for path in touched)
    assert touched
    assert f"{len(touched)} updated" in outcome.out.splitlines()[-1]
    assert "echo" in outcome.out.splitlines()
    assert "scorer" not in outcome.out.splitlines()


def test_what_is_no_longer_wanted_goes(repo: Path) -> None:
    shutil.rmtree(repo / "models/nightly")
    put(repo, {"models/echo/model.yaml": ECHO.replace("kubernetes: {}", "").replace("ecs: {}, ", "ecs: {}")})
    environment = repo / "environments/prod/environment.yaml"
    assert run(repo, "render", "--check").code == 1
    good(repo, "render")
    left = rendered(repo)
    assert not [path for path in left if "nightly" in path or "echo/kubernetes" in path]
    assert not (repo / "Dockerfiles/nightly").exists()
    assert not (repo / "environments/dev/rendered/nightly").exists()
    assert STACK in left
    assert environment.exists()


def test_a_region_that_is_gone(repo: Path) -> None:
    path = repo / "environments/prod/environment.yaml"
    release = (
        "apiVersion: modelyard.dev/v1\nkind: Release\nmodel: echo\ncommit: " + "0" * 40 + "\nmanifest:\n"
    )
    put(
        repo,
        {
            "environments/prod/releases/echo.yaml": release
            + "".join(f"  {line}\n" for line in ECHO.splitlines())
        },
    )
    good(repo, "render")
    regions = {place.split("/")[5] for place in rendered(repo) if place.startswith("environments/prod")}
    assert regions == {"eu-west-1", "us-east-1"}
    head, rest = path.read_text().split("  us-east-1:\n")
    path.write_text(head + rest[rest.index("limits:") :])
    good(repo, "render")
    regions = {place.split("/")[5] for place in rendered(repo) if place.startswith("environments/prod")}
    assert regions == {"eu-west-1"}
    (repo / "environments/prod/releases/echo.yaml").unlink()
    good(repo, "render")
    assert not [place for place in rendered(repo) if place.startswith("environments/prod")]


@pytest.mark.parametrize("edit", ["a line more", "a value", "no header", "nothing left"])
def test_a_file_that_was_edited_by_hand_is_left(repo: Path, edit: str) -> None:
    put(repo, {"models/echo/model.yaml": ECHO.replace("2Gi", "3Gi")})
    text = (repo / COMPOSE).read_text()
    edited = {
        "a line more": text + "# mine\n",
        "a value": text.replace("2147483648", "1").replace("2048", "1").replace("image:", "image: "),
        "no header": "".join(line for line in text.splitlines(keepends=True) if not line.startswith("#")),
        "nothing left": "",
    }[edit]
    assert edited != text
    put(repo, {COMPOSE: edited})
    outcome = run(repo, "render", "--format", "json")
    assert outcome.code == 1
    assert outcome.rules <= {(COMPOSE, "edited-by-hand"), (COMPOSE, "not-generated")}
    assert outcome.rules
    assert (repo / COMPOSE).read_text() == edited
    assert run(repo, "render", "--check").code == 1
    git(repo, "restore", COMPOSE) if edit != "nothing left" else (repo / COMPOSE).unlink()
    good(repo, "render")
    good(repo, "render", "--check")


def test_a_file_of_somebody_else_is_left(repo: Path) -> None:
    foreign = {
        "environments/dev/rendered/echo/ecs/notes.md": "mine\n",
        "environments/dev/rendered/stranger/README.md": "mine\n",
        "Dockerfiles/echo/Dockerfile": "FROM scratch\n",
    }
    put(repo, foreign)
    outcome = run(repo, "render", "--format", "json")
    assert outcome.code == 1
    assert outcome.rules == {(path, "not-generated") for path in foreign}
    assert {path: contents(repo)[path].decode() for path in foreign} == foreign
    text = run(repo, "render").out
    assert all(f"{path}:1:1: error[not-generated]" in text for path in foreign)


def test_a_model_with_an_error_is_left_as_it_was(repo: Path) -> None:
    before = rendered(repo)
    put(repo, {"models/echo/model.yaml": ECHO.replace("2Gi", "a lot")})
    scorer = (CASE / "models/scorer/model.yaml").read_text()
    put(repo, {"models/scorer/model.yaml": scorer.replace("hello", "good day")})
    outcome = run(repo, "render")
    assert outcome.code == 1
    assert "models/echo/model.yaml:7:31: error[malformed-value]" in outcome.out
    assert "echo: left as it was, because of the errors above" in outcome.out
    after = rendered(repo)
    changed = {path for path in after if after[path] != before[path]}
    assert changed
    assert all("/scorer/" in path for path in changed)
    assert after.keys() == before.keys()


@pytest.mark.parametrize("broken", ["environments/staging/environment.yaml", "Dockerfiles/base-images.yaml"])
def test_with_what_is_shared_broken_nothing_is_written(repo: Path, broken: str) -> None:
    put(repo, {"models/echo/model.yaml": ECHO.replace("2Gi", "3Gi")})
    shutil.rmtree(repo / "models/nightly")
    with open(repo / broken, "a", encoding="utf-8") as file:
        file.write("unknown: field\n")
    before = contents(repo)
    for arguments in (["render"], ["render", "echo"], ["render", "--env", "local"], ["render", "--check"]):
        outcome = run(repo, *arguments)
        assert outcome.code == 1
        assert f"{broken}:" in outcome.out
        assert not any(word in outcome.out for word in (" created", " updated", " deleted"))
        assert ("nothing was written" in outcome.out) == ("--check" not in arguments)
        assert contents(repo) == before
    assert run(repo, "render", "--format", "json").json["written"] is False


def poison(name: str, path: Path) -> None:
    """Spoils the cache in one way."""
    known = json.loads(path.read_text())
    if name == "garbage":
        path.write_bytes(os.urandom(3000))
    elif name == "truncated":
        path.write_bytes(path.read_bytes()[:-20])
    elif name == "deep":
        path.write_text("[" * 200_000)
    elif name == "a folder":
        path.unlink()
        path.mkdir()
    elif name == "a link" or name == "without an end":
        path.unlink()
        path.symlink_to("/dev/zero")
    elif name == "a pipe":
        path.unlink()
        os.mkfifo(path)
    elif name == "wrong digests":
        for entry in known["models"].values():
            entry[0], entry[1] = entry[1], entry[0]
        path.write_text(json.dumps(known))
    elif name == "wrong types":
        path.write_text(json.dumps({**known, "models": {"echo": 7, "scorer": [None], "x": {}}}))
    elif name == "other models":
        path.write_text(json.dumps({**known, "models": {"../../x": ["a", "b", 3], "scorer": ["0", "0", -1]}}))
    else:
        shutil.rmtree(path.parents[1])


@pytest.mark.parametrize(
    "name",
    [
        "garbage",
        "truncated",
        "deep",
        "a folder",
        "a link",
        "without an end",
        "a pipe",
        "wrong digests",
        "wrong types",
        "other models",
        "gone",
    ],
)
def test_a_spoilt_cache_changes_nothing(repo: Path, name: str) -> None:
    poison(name, repo / ".cache/modelyard/render.json")
    put(repo, {"models/echo/model.yaml": ECHO.replace("2Gi", "3Gi")})
    good(repo, "render")
    good(repo, "render", "--check")


def test_check_does_not_ask_the_cache(repo: Path) -> None:
    cache = repo / ".cache/modelyard/render.json"
    before = json.loads(cache.read_text())
    assert run(repo, "render", "--check").code == 0
    put(repo, {COMPOSE: (repo / COMPOSE).read_text() + "# mine\n"})
    assert json.loads(cache.read_text()) == before
    assert run(repo, "render", "--check").code == 1


@pytest.mark.parametrize(
    "change", ["an output edited", "an output gone", "a source", "an override", "an environment"]
)
def test_the_cache_sees_every_change(repo: Path, change: str) -> None:
    good(repo, "render")
    if change == "an output edited":
        put(repo, {STACK: (repo / STACK).read_text().replace("Fn", "fn").replace("Type", "type")})
        assert run(repo, "render").code == 1
        return
    if change == "an output gone":
        (repo / STACK).unlink()
    elif change == "a source":
        put(repo, {"models/scorer/src/server.py": "print('another')\n"})
    elif change == "an override":
        override = (
            "apiVersion: modelyard.dev/v1\nkind: Override\nmodel: echo\nreason: a\nmanifest: {env: {A: b}}\n"
        )
        put(repo, {"environments/dev/overrides/echo.yaml": override})
    else:
        path = repo / "environments/local/environment.yaml"
        path.write_text(path.read_text() + "defaults: {env: {LOCAL: yes-it-is}}\n")
    outcome = good(repo, "render")
    assert not outcome.out.endswith("nothing changed\n")
    good(repo, "render", "--check")
