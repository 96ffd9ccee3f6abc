"""Input that is wrong or hostile: the command says so, in bounded time, and leaves the tree as it was."""

from __future__ import annotations

import itertools
import os
import time
from pathlib import Path

import pytest

from modelyard.spec.shape import ParsedShape, TextShape
from modelyard.values import ContainerPath, RelativePath
from tests.cli import shapes
from tests.cli.command import CASE, contents, git, good, put, rendered, run

ECHO = (CASE / "models/echo/model.yaml").read_text()
BOMBS = {
    "nested brackets": "env: " + "[" * 10_000 + "]" * 10_000 + "\n",
    "brackets left open": "env: " + "[" * 10_000,
    "nested braces": "env: " + "{a: " * 10_000 + "}" * 10_000 + "\n",
    "nested blocks": "env:\n" + "".join(" " * depth + "a:\n" for depth in range(1, 2_000)),
    "nested dashes": "env:\n" + "- " * 10_000 + "a\n",
    "aliases": "a: &a [x, x]\n"
    + "".join(
        f"{name}: &{name} [*{before}, *{before}, *{before}, *{before}, *{before}]\n"
        for before, name in zip("abcdefghij", "bcdefghijk", strict=True)
    ),
    "merge keys": "a: &a {x: 1}\n"
    + "".join(
        f"{name}: &{name}\n  <<: [*{before}, *{before}, *{before}]\n  {name}: 1\n"
        for before, name in zip("abcdefghij", "bcdefghijk", strict=True)
    ),
    "an alias to itself": "env: &a [*a]\n",
    "a long scalar": "env: {A: " + "x" * 2_000_000 + "}\n",
    "many keys": "env:\n" + "".join(f"  K{number}: a\n" for number in range(50_000)),
    "a NUL": "env: {A: \0}\n",
    "a tag": "env: !!python/object/apply:os.system [touch owned]\n",
    "tabs": "env:\n\tA: b\n",
    "two documents": "---\n" + ECHO,
    "a key twice": "owner: somebody-else\n",
}


def test_bombs(fresh: Path) -> None:
    names = {what: f"m{number}" for number, what in enumerate(BOMBS)}
    for what, name in names.items():
        put(fresh, {f"models/{name}/model.yaml": ECHO.replace("name: echo", f"name: {name}") + BOMBS[what]})
    before = contents(fresh)
    since = time.monotonic()
    outcome = run(fresh, "render", "--check", "--format", "json", *names.values())
    assert time.monotonic() - since < 30  # seconds, for all of them; two where nothing else runs
    assert (outcome.code, outcome.err) == (1, "")
    found = {path for path, _ in outcome.rules}
    assert [what for what, name in names.items() if f"models/{name}/model.yaml" not in found] == []
    assert len(outcome.out) < 200_000
    assert contents(fresh) == before


def test_a_manifest_of_fifty_megabytes(fresh: Path) -> None:
    line = b"# fifty megabytes of this\n"
    put(fresh, {"models/echo/model.yaml": line * (50 * 2**20 // len(line)) + ECHO.encode()})
    since = time.monotonic()
    outcome = run(fresh, "render", "--format", "json")
    assert time.monotonic() - since < 10
    assert outcome.code == 1
    assert outcome.rules == {("models/echo/model.yaml", "too-large")}
    rendered = {path.parent.name for path in (fresh / "environments/dev/rendered").rglob("eu-west-1")}
    assert {path.name for path in (fresh / "environments/dev/rendered").iterdir()} == {"nightly", "scorer"}, (
        rendered
    )


def test_an_empty_folder(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    for verb in ("render", "validate", "schema"):
        outcome = run(tmp_path, verb)
        assert (outcome.code, outcome.out) == (2, "")
        assert "modelyard init" in outcome.err
    assert contents(tmp_path) == {}


def test_an_environment_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "environments").mkdir()
    outcome = run(tmp_path, "validate", "--format", "json")
    assert outcome.code == 1
    assert outcome.rules == {("Dockerfiles/base-images.yaml", "file-missing")}
    assert run(tmp_path, "render", "--check").code == 1


def test_a_repository_without_models(fresh: Path) -> None:
    for name in ("echo", "nightly", "scorer"):
        for path in sorted((fresh / "models" / name).rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()
        (fresh / "models" / name).rmdir()
    assert good(fresh, "render").out == "0 models, 0 files: nothing changed\n"
    assert good(fresh, "validate").out == "0 models: no findings\n"
    (fresh / "models").rmdir()
    good(fresh, "render", "--check")


@pytest.mark.parametrize(
    "what", ["two folders of one name", "names that differ by case", "a name that is no name"]
)
def test_names(fresh: Path, what: str) -> None:
    folder, name = {
        "two folders of one name": ("echo-2", "echo"),
        "names that differ by case": ("Echo", "Echo"),
        "a name that is no name": ("e cho", "e cho"),
    }[what]
    put(fresh, {f"models/{folder}/model.yaml": ECHO.replace("name: echo", f"name: {name}")})
    outcome = run(fresh, "render", "--format", "json")
    assert outcome.code == 1
    assert {path for path, _ in outcome.rules} == {f"models/{folder}/model.yaml"}
    assert not [path for path in contents(fresh) if f"rendered/{folder}/" in path]
    assert "environments/local/rendered/echo/compose/compose.yaml" in contents(fresh)


def path_places() -> list[shapes.Place]:
    wanted = (RelativePath, ContainerPath)
    return [
        place
        for kind in ("Service", "Job")
        for place in shapes.places(shapes.KINDS[kind])
        if isinstance(place.shape, ParsedShape) and place.shape.type in wanted
    ]


def test_no_path_climbs_out(fresh: Path) -> None:
    put(fresh.parent, {"outside": "a file that is none of the repository's\n"})
    wanted = {}
    climbing = ["../../../../outside", "/../outside", "a/../../outside", "..", "/a/../../b", "."]
    for number, (place, value) in enumerate(itertools.product(path_places(), climbing)):
        head = ECHO.replace("name: echo", f"name: m{number}").replace("resources: ", "labels: {} #")
        text, line = shapes.written(place.path, value, head)
        path = f"models/m{number}/model.yaml"
        put(fresh, {path: text})
        wanted[path, line] = place.path, value
    assert len(wanted) >= 60
    before = contents(fresh)
    outcome = run(fresh, "validate", "--format", "json")
    found = {(item["path"], item["line"]) for item in outcome.json["findings"]}
    assert [what for key, what in wanted.items() if key not in found] == []
    assert contents(fresh) == before


def test_no_text_climbs_out(fresh: Path) -> None:
    texts = [
        place
        for place in shapes.places(shapes.KINDS["Service"])
        if isinstance(place.shape, TextShape | ParsedShape)
    ]
    for number, place in enumerate(texts):
        text, _ = shapes.written(
            place.path, "../../../../../../m", ECHO.replace("name: echo", f"name: m{number}")
        )
        put(fresh, {f"models/m{number}/model.yaml": text})
    beside = set(os.listdir(fresh.parent))
    before = set(contents(fresh))
    assert run(fresh, "render").code == 1
    assert set(os.listdir(fresh.parent)) == beside
    new = set(contents(fresh)) - before
    assert new
    assert [path for path in new if "/rendered/" not in path and not path.startswith("Dockerfiles/")] == []
    assert [path for path in new if ".." in path] == []


@pytest.mark.parametrize("link", ["models/linked", "models/echo/model.yaml", "models/scorer/src", "models"])
def test_links_are_not_followed(fresh: Path, link: str) -> None:
    aside = fresh.parent / "aside"
    if (fresh / link).exists():
        (fresh / link).rename(aside)
    else:
        aside.mkdir()
        put(aside, {"model.yaml": ECHO.replace("name: echo", "name: linked")})
    (fresh / link).symlink_to(aside)
    outcome = run(fresh, "render", "--format", "json")
    assert outcome.code == 1
    assert outcome.rules
    assert {rule for _, rule in outcome.rules} <= {"symlink", "not-a-file"}
    assert "environments/local/rendered/linked/compose/compose.yaml" not in contents(fresh)


def test_a_folder_called_model_yaml(fresh: Path) -> None:
    (fresh / "models/folder/model.yaml").mkdir(parents=True)
    (fresh / "models/empty").mkdir()
    outcome = run(fresh, "render", "--format", "json")
    assert outcome.code == 1
    assert outcome.rules == {
        ("models/folder/model.yaml", "not-a-file"),
        ("models/empty/model.yaml", "missing-file"),
    }
    assert len(outcome.json["models"]) == 5


def test_special_files(fresh: Path) -> None:
    (fresh / "models/pipe").mkdir()
    os.mkfifo(fresh / "models/pipe/model.yaml")
    (fresh / "environments/staging/overrides").mkdir(exist_ok=True)
    os.mkfifo(fresh / "environments/staging/overrides/scorer.yaml")
    os.mkfifo(fresh / "models/scorer/src/pipe")
    outcome = run(fresh, "render", "--format", "json")
    assert outcome.code == 1
    assert {path for path, _ in outcome.rules} == {
        "models/pipe/model.yaml",
        "models/scorer/model.yaml",
        "environments/staging/overrides/scorer.yaml",
    }


def test_names_that_a_terminal_would_obey(fresh: Path) -> None:
    for name in ("bad\udcff", "two\nlines", "\x1b[31mred", "bidi\u202e", "::error::x"):
        os.mkdir(os.fsencode(f"{fresh}/models/") + name.encode(errors="surrogateescape"))
    for verb, fmt in itertools.product(("render", "validate"), ("text", "github", "json", "sarif")):
        outcome = run(fresh, verb, "--format", fmt)
        assert (outcome.code, outcome.err) == (1, "")
        assert not any(sign in outcome.out for sign in ("\x1b", "\u202e", "two\nlines"))
        if fmt != "text":
            assert not [line for line in outcome.out.splitlines() if line.startswith("::error::")]


def test_windows_line_breaks_change_nothing(fresh: Path, template: Path) -> None:
    for path in [*fresh.glob("models/*/model.yaml"), *fresh.glob("environments/*/environment.yaml")]:
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    good(fresh, "render")
    assert rendered(fresh) == rendered(template)


def test_a_byte_order_mark_is_said(fresh: Path) -> None:
    put(fresh, {"models/echo/model.yaml": "\ufeff" + ECHO})
    outcome = run(fresh, "validate", "--format", "json")
    assert outcome.code == 1
    assert outcome.rules == {("models/echo/model.yaml", "byte-order-mark")}


def test_unknown_environments(fresh: Path) -> None:
    outcome = run(fresh, "render", "--env", "stagin")
    assert (outcome.code, outcome.out) == (2, "")
    assert 'no environment "stagin": did you mean "staging"?' in outcome.err
    put(fresh, {"models/echo/model.yaml": ECHO + "environments: [local, prd]\n"})
    outcome = run(fresh, "render", "--format", "json")
    assert outcome.code == 1
    (finding,) = outcome.json["findings"]
    assert (finding["path"], finding["line"], finding["rule"]) == (
        "models/echo/model.yaml",
        9,
        "unknown-environment",
    )
    assert '"prod"' in finding["hint"]


def test_an_override_for_a_model_that_does_not_exist(fresh: Path) -> None:
    override = (
        "apiVersion: modelyard.dev/v1\nkind: Override\nmodel: ecco\nreason: a\nmanifest: {env: {A: b}}\n"
    )
    path = "environments/dev/overrides/ecco.yaml"
    put(fresh, {path: override})
    for verb in (["validate"], ["render"], ["render", "--check"]):
        outcome = run(fresh, *verb, "--format", "json")
        assert outcome.code == 1, verb
        assert (path, "unknown-model") in outcome.rules


def test_a_release_for_a_model_that_does_not_exist(fresh: Path) -> None:
    release = "apiVersion: modelyard.dev/v1\nkind: Release\nmodel: ecco\ncommit: " + "0" * 40 + "\n"
    put(fresh, {"environments/dev/releases/ecco.yaml": release})
    outcome = run(fresh, "validate", "--format", "json")
    assert outcome.code == 1
    assert outcome.rules == {("environments/dev/releases/ecco.yaml", "unknown-model")}
