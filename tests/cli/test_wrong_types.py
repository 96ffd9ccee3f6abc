"""Every field of every kind of file gets values of every wrong type: a located finding, never a crash."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli import shapes
from tests.cli.command import CASE, Outcome, lay_repository, put, run
from tests.support.repo import COMMON

MANIFESTS = {
    "Service": "apiVersion: modelyard.dev/v1\nkind: Service\nname: {name}\nowner: a\ndescription: a\n"
    "image: {{reference: a.example/b@sha256:" + "0" * 64 + "}}\ntargets: {{ecs: {{}}}}\n",
    "Job": "apiVersion: modelyard.dev/v1\nkind: Job\nname: {name}\nowner: a\ndescription: a\n"
    "image: {{reference: a.example/b@sha256:" + "0" * 64 + "}}\ntargets: {{ecs: {{}}}}\n",
}
LAID_OVER = {
    "Override": "apiVersion: modelyard.dev/v1\nkind: Override\nmodel: {name}\nreason: a\nmanifest: {{}}\n",
    "Release": "apiVersion: modelyard.dev/v1\nkind: Release\nmodel: {name}\ncommit: "
    + "0" * 40
    + "\nimages: {{}}\n",
}
FOLDERS = {"Override": "overrides", "Release": "releases"}


def cases(kind: str) -> Iterator[tuple[str, shapes.Place, Any]]:
    """A name for each wrong value, its place and itself."""
    for place in shapes.places(shapes.KINDS[kind]):
        for value in place.wrong:
            yield f"{place.path} {value!r}", place, value


def assert_each_is_found(outcome: Outcome, wanted: dict[str, tuple[int, str]]) -> None:
    """For each file a finding on the line of its wrong value."""
    assert (outcome.code, outcome.err) == (1, "")
    found = {(item["path"], item["line"]) for item in outcome.json["findings"]}
    missed = [f"{path}: {what}" for path, (line, what) in wanted.items() if (path, line) not in found]
    assert missed == []


@pytest.mark.parametrize("kind", MANIFESTS)
def test_manifests(tmp_path: Path, kind: str) -> None:
    root = lay_repository(tmp_path)
    wanted = {}
    for number, (what, place, value) in enumerate(cases(kind)):
        name = f"m{number}"
        path = f"models/{name}/model.yaml"
        text, line = shapes.written(place.path, value, MANIFESTS[kind].format(name=name))
        put(root, {path: text})
        wanted[path] = line, what
    assert len(wanted) > 400
    assert_each_is_found(run(root, "render", "--format", "json", "--jobs", "1"), wanted)


@pytest.mark.parametrize("kind", LAID_OVER)
def test_overrides_and_releases(tmp_path: Path, kind: str) -> None:
    root = lay_repository(tmp_path)
    wanted = {}
    for number, (what, place, value) in enumerate(cases(kind)):
        name = f"m{number}"
        if place.path == ("manifest",) and value is None and kind == "Release":
            continue  # no manifest is what an environment that tracks head has
        path = f"environments/prod/{FOLDERS[kind]}/{name}.yaml"
        text, line = shapes.written(place.path, value, LAID_OVER[kind].format(name=name))
        put(root, {path: text, f"models/{name}/model.yaml": MANIFESTS["Service"].format(name=name)})
        wanted[path] = line, what
    assert len(wanted) > 20
    assert_each_is_found(run(root, "validate", "--format", "json"), wanted)


def test_environments(tmp_path: Path) -> None:
    root = lay_repository(tmp_path)
    local = (
        (COMMON / "environments/local/environment.yaml")
        .read_text()
        .replace("platforms:\n  compose: {}\n", "")
    )
    wanted = {}
    for number, (what, place, value) in enumerate(cases("Environment")):
        path = f"environments/e{number}/environment.yaml"
        head = local.replace("name: local", f"name: e{number}") + "platforms: {compose: {}}\n"
        text, line = shapes.written(place.path, value, head)
        put(root, {path: text})
        wanted[path] = line, what
    assert len(wanted) > 300
    before = {path for path in root.rglob("*") if "rendered" in path.parts}
    assert_each_is_found(run(root, "validate", "--format", "json"), wanted)
    assert run(root, "render").code == 1
    assert {path for path in root.rglob("*") if "rendered" in path.parts} == before


def test_the_catalogue(tmp_path: Path) -> None:
    root = lay_repository(tmp_path)
    header = "apiVersion: modelyard.dev/v1\nkind: BaseImages\nimages:\n"
    lines, wanted = header.splitlines(), {}
    for what, place, value in cases("BaseImages"):
        if len(place.path) > 2:
            path = ("images", f"k{len(lines)}", *place.path[2:])
            text, line = shapes.written(path, value, "")
            lines += text.splitlines()[1:]
            wanted[len(lines)] = what
            assert line <= len(lines)
    assert len(wanted) > 40
    put(root, {"Dockerfiles/base-images.yaml": "\n".join(lines) + "\n"})
    outcome = run(root, "validate", "--format", "json")
    assert outcome.code == 1
    found = {
        item["line"] for item in outcome.json["findings"] if item["path"] == "Dockerfiles/base-images.yaml"
    }
    assert [what for line, what in wanted.items() if line not in found] == []


@pytest.mark.parametrize("text", ["7\n", "- a\n", '"a"\n', "null\n", "", "--- {}\n--- {}\n", "{}\n"])
def test_whole_files_of_a_wrong_type(tmp_path: Path, text: str) -> None:
    root = lay_repository(tmp_path)
    paths = [
        "models/echo/model.yaml",
        "environments/dev/overrides/nightly.yaml",
        "environments/dev/releases/nightly.yaml",
    ]
    paths += ["environments/staging/environment.yaml", "Dockerfiles/base-images.yaml"]
    put(root, dict.fromkeys(paths, text))
    outcome = run(root, "validate", "--format", "json")
    assert outcome.code == 1
    assert {path for path, _ in outcome.rules} >= set(paths)


def test_the_base_of_these_tests_is_good(tmp_path: Path) -> None:
    assert (CASE / "models/echo/model.yaml").exists()
    root = lay_repository(tmp_path)
    put(
        root,
        {
            f"models/{kind.lower()}/model.yaml": text.format(name=kind.lower())
            for kind, text in MANIFESTS.items()
        },
    )
    put(
        root,
        {
            f"environments/dev/{FOLDERS[kind]}/echo.yaml": text.format(name="echo")
            for kind, text in LAID_OVER.items()
        },
    )
    assert run(root, "validate").out == "5 models: no findings\n"
