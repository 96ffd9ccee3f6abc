"""What the options of render and validate choose, print and leave alone."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.cli.command import CASE, COMMAND, contents, environ, good, put, rendered, run

ECHO = (CASE / "models/echo/model.yaml").read_text()
SCORER = (CASE / "models/scorer/model.yaml").read_text()


def names(outcome_json: object) -> list[str]:
    """The models that a run with ``--format json`` looked at."""
    assert isinstance(outcome_json, dict)
    return [model["name"] for model in outcome_json["models"]]


@pytest.mark.parametrize(
    "asked",
    [
        ["echo"],
        ["models/echo"],
        ["models/echo/"],
        ["./models/echo/model.yaml"],
        ["models/../models/echo/some/file", "echo"],
    ],
)
def test_a_model_by_name_or_by_path(fresh: Path, asked: list[str]) -> None:
    assert names(run(fresh, "render", "--check", "--format", "json", *asked).json) == ["echo"]


def test_models_from_another_folder(fresh: Path) -> None:
    folder = fresh / "models/scorer"
    for asked in (".", "src/server.py", "../scorer", "scorer", str(folder)):
        assert names(run(folder, "render", "--check", "--format", "json", asked).json) == ["scorer"]
    several = run(
        fresh / "environments", "render", "--check", "--format", "json", "scorer", "echo", "models/echo"
    )
    assert names(several.json) == ["echo", "scorer"]


@pytest.mark.parametrize(
    "asked", ["eco", "models/eco", "nowhere/echo", "environments/dev", "", "../echo", "/etc/echo"]
)
def test_a_model_that_is_not_there(fresh: Path, asked: str) -> None:
    outcome = run(fresh, "render", asked)
    assert (outcome.code, outcome.out) == (2, "")
    assert f'there is no model "{asked}"' in outcome.err
    if asked.endswith("eco"):
        assert 'did you mean "echo"?' in outcome.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["render", "--env", "staing"], 'there is no environment "staing": did you mean "staging"?'),
        (["render", "--target", "kubernets"], 'there is no target "kubernets": did you mean "kubernetes"?'),
        (["render", "--shard", "3/2"], "--shard 3/2"),
        (["render", "--shard", "0/2"], "--shard 0/2"),
        (["render", "--shard", "1"], "--shard 1"),
        (["render", "--shard", "²/3"], "--shard"),
        (["render", "--shard", "1/0"], "--shard 1/0"),
        (["render", "--jobs", "0"], "--jobs"),
        (["render", "--jobs", "x"], "--jobs"),
        (["render", "--root", "nowhere"], "--root nowhere: there is no such folder"),
        (["render", "--check", "--diff"], "not allowed with"),
        (["render", "--diff", "--format", "sarif"], "--format sarif"),
        (["render", "--chek"], "--chek"),
        (["render", "--form", "json"], "--form"),
        (["rendr"], 'there is no command "rendr": did you mean "render"?'),
        (["--verbose"], "--verbose"),
        (["explain", "echo"], "--env"),
        (["explain", "echo", "--env", "dev", "resource.memory"], 'did you mean "resources.memory"?'),
        (["explain", "echo", "--env", "staging"], "echo is not in staging"),
        (["explain", "echo", "--env", "dev", "--region", "eu-west-9"], "echo is not in dev eu-west-9"),
        (["completion", "powershell"], "powershell"),
    ],
)
def test_a_mistake_on_the_command_line(fresh: Path, arguments: list[str], said: str) -> None:
    before = contents(fresh)
    outcome = run(fresh, *arguments)
    assert (outcome.code, outcome.out) == (2, "")
    assert said in outcome.err
    assert contents(fresh) == before


def test_environments_and_targets_narrow_a_run(fresh: Path) -> None:
    good(fresh, "render", "--env", "local")
    assert {path.split("/")[1] for path in rendered(fresh)} == {"local"}
    good(fresh, "render", "--env", "dev", "--target", "ecs")
    assert {path.split("/")[4] for path in rendered(fresh) if path.startswith("environments/dev")} == {"ecs"}
    good(fresh, "render", "--target", "dockerfile")
    assert {path.split("/")[0] for path in rendered(fresh)} == {"Dockerfiles", "environments"}
    before = rendered(fresh)
    good(fresh, "render")
    assert before.items() < rendered(fresh).items()


def test_a_narrow_run_leaves_the_rest_alone(repo: Path) -> None:
    put(repo, {"models/echo/model.yaml": ECHO.replace("2Gi", "3Gi")})
    before = rendered(repo)
    good(repo, "render", "--target", "kubernetes")
    changed = {path for path, data in rendered(repo).items() if before[path] != data}
    assert changed == {"environments/dev/rendered/echo/kubernetes/eu-west-1/manifests.yaml"}
    good(repo, "render", "--env", "local", "nightly")
    assert run(repo, "render", "--check").code == 1
    good(repo, "render")
    good(repo, "render", "--check")


def test_shards_are_a_partition(fresh: Path) -> None:
    everything = names(run(fresh, "render", "--check", "--format", "json").json)
    for parts in (1, 2, 4):
        shards = [
            names(run(fresh, "render", "--check", "--format", "json", "--shard", f"{part}/{parts}").json)
            for part in range(1, parts + 1)
        ]
        assert sorted(name for shard in shards for name in shard) == everything
    for part in (1, 2):
        good(fresh, "render", "--shard", f"{part}/2")
    good(fresh, "render", "--check")


def test_orphans_belong_to_a_shard(repo: Path) -> None:
    shutil.rmtree(repo / "models/nightly")
    codes = [run(repo, "render", "--check", "--shard", f"{part}/2").code for part in (1, 2)]
    assert sorted(codes) == [0, 1]
    for part in (1, 2):
        good(repo, "render", "--shard", f"{part}/2")
    assert not [path for path in rendered(repo) if "nightly" in path]


def test_root_is_found_from_below(repo: Path) -> None:
    for folder in ("models/echo", "environments/dev/rendered", "Dockerfiles"):
        assert good(repo / folder, "render", "--check").out == good(repo, "render", "--check").out
    elsewhere = repo.parent / "elsewhere"
    elsewhere.mkdir()
    assert run(elsewhere, "render").code == 2
    good(elsewhere, "render", "--root", "../a repository")


@pytest.mark.parametrize(
    "verb", ["render", "validate", "explain", "new", "release", "schema", "init", "completion"]
)
def test_help_shows_examples(tmp_path: Path, verb: str) -> None:
    outcome = good(tmp_path, verb, "--help")
    assert f"usage: tools/{verb}" in outcome.out
    after = outcome.out.split("examples:\n", 1)[1]
    assert [
        line
        for line in after.splitlines()
        if line.strip().startswith((f"tools/{verb}", "modelyard", "source"))
    ]
    assert max(map(len, outcome.out.splitlines())) <= 110


def test_help_and_version_of_the_whole(tmp_path: Path) -> None:
    from modelyard import __version__

    assert good(tmp_path, "--version").out == f"modelyard {__version__}\n"
    for arguments in ([], ["--help"], ["-h"]):
        assert "commands:\n  render " in good(tmp_path, *arguments).out


def test_the_installed_command(tmp_path: Path) -> None:
    assert COMMAND[1:] == ("-m", "modelyard")
    script = "import sys; sys.argv[0] = 'modelyard'; from modelyard.cli import main; sys.exit(main())"
    command = [COMMAND[0], "-c", script, "rendr"]
    done = subprocess.run(command, env=environ(), cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
