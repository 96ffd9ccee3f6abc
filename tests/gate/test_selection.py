"""What is looked at: named files, models, environments, changes."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from modelyard.errors import UsageError
from tests.cli.command import commit_all, git
from tests.gate.looking import KUBERNETES, MANIFEST, POLICY, edit, gate, github_token, put, rules
from tests.gate.test_bad_files import PRIVILEGED
from tests.support.resolving import manifest


def paths(root: Path, *arguments: str) -> set[str]:
    """The files in which something blocks."""
    return {path for path, _ in rules(gate(root, *arguments))}


def test_named_files_and_folders_are_looked_at_and_nothing_else(repo: Path) -> None:
    for name in ("deploy/a.yaml", "deploy/below/b.yaml", "other/c.yaml"):
        put(repo, name, PRIVILEGED)
    assert paths(repo, str(repo / "deploy")) == {"deploy/a.yaml", "deploy/below/b.yaml"}
    assert paths(repo, str(repo / "deploy/a.yaml"), str(repo / "other/c.yaml")) == {
        "deploy/a.yaml",
        "other/c.yaml",
    }
    assert gate(repo, str(repo / "deploy"), str(repo / "deploy/a.yaml")).files == 2
    assert paths(repo, str(repo)) == paths(repo)


def test_a_path_is_relative_to_the_working_folder(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(repo, "deploy/a.yaml", PRIVILEGED)
    monkeypatch.chdir(repo / "deploy")
    assert paths(repo, "a.yaml") == paths(repo, "../deploy/a.yaml") == paths(repo, ".") == {"deploy/a.yaml"}


def test_a_folder_that_git_ignores_is_looked_at_when_it_is_named(clone: Path) -> None:
    put(clone, "ignored/a.yaml", PRIVILEGED)
    assert gate(clone).passed
    assert paths(clone, str(clone / "ignored")) == {"ignored/a.yaml"}
    assert paths(clone, str(clone / "ignored/a.yaml")) == {"ignored/a.yaml"}


def test_files_of_elsewhere_are_looked_at_with_the_rules_of_this_repository(
    repo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, "else/a.yaml", PRIVILEGED)
    put(tmp_path, "else/.hidden/b.yaml", PRIVILEGED)
    put(tmp_path, "else/node_modules/c.yaml", PRIVILEGED)
    folder = str(tmp_path / "else")
    assert paths(repo, folder) == {f"{folder}/a.yaml", f"{folder}/.hidden/b.yaml"}
    assert paths(repo, f"{folder}/") == paths(repo, folder)
    assert paths(repo, f"{folder}/a.yaml") == {f"{folder}/a.yaml"}
    monkeypatch.chdir(tmp_path)
    assert paths(repo, "else/a.yaml") == {"else/a.yaml"}
    monkeypatch.chdir(tmp_path / "else")
    assert {Path(path) for path in paths(repo, "a.yaml")} == {Path("a.yaml")}


def test_no_exclusion_of_this_repository_holds_elsewhere(
    repo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    exclusions = "exclusions: [{path: notes, reason: Nothing runs.}, {path: a.yaml, reason: Nothing runs.}]\n"
    edit(repo / POLICY, lambda text: text + exclusions)
    put(tmp_path, "else/notes/a.yaml", PRIVILEGED)
    put(tmp_path, "else/a.yaml", PRIVILEGED)
    monkeypatch.chdir(tmp_path / "else")
    assert len(paths(repo, "notes", "a.yaml")) == 2
    assert len(paths(repo, "notes/a.yaml")) == 1


def test_a_model_is_all_that_is_its_own(repo: Path) -> None:
    put(repo, "models/other/model.yaml", manifest().replace("name: echo", "name: other"))
    put(repo, "models/other/.trivyignore", "*\n")
    put(repo, "models/echo/.trivyignore", "*\n")
    put(repo, "environments/dev/rendered/echo/extra/a/b.yaml", PRIVILEGED)
    put(repo, ".trivyignore", "*\n")
    found = paths(repo, "--model", "echo")
    assert found == {"models/echo/.trivyignore", "environments/dev/rendered/echo/extra/a/b.yaml"}
    assert "models/other/.trivyignore" in paths(repo, "--model", "echo", "--model", "other")


def test_an_environment_is_all_that_is_its_own(repo: Path) -> None:
    put(repo, "environments/dev/a.yaml", PRIVILEGED)
    put(repo, "environments/local/b.yaml", PRIVILEGED)
    put(repo, "environments/prod/c.yaml", PRIVILEGED)
    put(repo, "d.yaml", PRIVILEGED)
    assert paths(repo, "--env", "dev", "--env", "prod") == {
        "environments/dev/a.yaml",
        "environments/prod/c.yaml",
    }
    # What is rendered elsewhere is not compared: nothing was asked about it.
    shutil.rmtree(repo / "environments/local/rendered")
    assert gate(repo, "--env", "staging").passed


def test_nothing_selected_is_a_mistake_and_no_pass(repo: Path) -> None:
    with pytest.raises(UsageError, match="nothing to scan"):
        gate(repo, str(repo / "policy"), "--model", "echo")
    with pytest.raises(UsageError, match="nothing to scan"):
        gate(repo, "--model", "echo", "--env", "prod")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--model", "ecco"), 'did you mean "echo"'),
        (("--env", "pord"), 'did you mean "prod"'),
        (("--jobs", "0"), "--jobs"),
        (("--sbom", "out"), "--image"),
        (("--changed", "no-such-ref"), "git says"),
        (("--changed", "--output=x"), "git says"),
    ],
)
def test_mistakes_are_told(clone: Path, arguments: tuple[str, str], said: str) -> None:
    option, value = arguments
    with pytest.raises(UsageError, match=said):
        gate(clone, f"{option}={value}")


@pytest.mark.parametrize("now", ["yesterday", "2026-02-30", "", "2026-11-22T25:00:00Z"])
def test_a_time_that_is_none_is_a_mistake(repo: Path, now: str) -> None:
    with pytest.raises(UsageError, match="--now"):
        gate(repo, now=now)


def test_without_changes_nothing_is_looked_at_and_that_is_fine(clone: Path) -> None:
    put(clone, "deploy/a.yaml", PRIVILEGED)
    commit_all(clone)
    answer = gate(clone, "--changed")
    assert answer.passed
    assert answer.files == 0


def test_what_is_edited_staged_new_or_renamed_is_looked_at(clone: Path) -> None:
    for name in ("edited", "staged", "renamed", "untouched"):
        put(clone, f"deploy/{name}.yaml", PRIVILEGED)
    commit_all(clone)
    edit(clone / "deploy/edited.yaml", lambda text: f"{text}# edited\n")
    edit(clone / "deploy/staged.yaml", lambda text: f"{text}# staged\n")
    git(clone, "add", "deploy/staged.yaml")
    git(clone, "mv", "deploy/renamed.yaml", "deploy/new name.yaml")
    put(clone, "deploy/new.yaml", PRIVILEGED)
    found = paths(clone, "--changed")
    assert found == {f"deploy/{name}.yaml" for name in ("edited", "staged", "new name", "new")}


def test_a_change_of_a_model_is_all_that_is_of_the_model(clone: Path) -> None:
    """A deleted rendered file, and a manifest whose rendered files were not renewed."""
    put(clone, "deploy/untouched.yaml", PRIVILEGED)
    commit_all(clone)
    gone = next((clone / KUBERNETES).glob("*.yaml"))
    gone.unlink()
    assert (gone.relative_to(clone).as_posix(), "rendered-file-drift") in rules(gate(clone, "--changed"))
    git(clone, "checkout", "--quiet", ".")
    edit(clone / MANIFEST, lambda text: text.replace("http.server]", "http.server, '9000']"))
    assert {rule for _, rule in rules(gate(clone, "--changed"))} == {"rendered-file-drift"}


@pytest.mark.parametrize(
    "path", [POLICY, "policy/waivers.yaml", ".github/CODEOWNERS", "environments/dev/environment.yaml"]
)
def test_a_change_of_what_files_are_judged_by_concerns_all(clone: Path, path: str) -> None:
    waivers = "apiVersion: modelyard.dev/v1\nkind: Waivers\nwaivers: []\n"
    put(clone, "policy/waivers.yaml", waivers)
    put(clone, "deploy/untouched.yaml", PRIVILEGED)
    commit_all(clone)
    edit(clone / path, lambda text: f"{text}# changed\n")
    assert "deploy/untouched.yaml" in paths(clone, "--changed")


def test_changes_since_a_branch_are_those_of_this_side_alone(clone: Path) -> None:
    git(clone, "switch", "--quiet", "--create", "feature")
    put(clone, "deploy/ours.yaml", PRIVILEGED)
    commit_all(clone)
    git(clone, "switch", "--quiet", "main")
    put(clone, "deploy/theirs.yaml", PRIVILEGED)
    commit_all(clone)
    git(clone, "switch", "--quiet", "feature")
    assert paths(clone, "--changed", "main") == {"deploy/ours.yaml"}


def test_changes_without_git_are_a_mistake(repo: Path) -> None:
    with pytest.raises(UsageError, match="git says"):
        gate(repo, "--changed")


def test_a_repository_below_the_top_of_a_checkout(repo: Path, tmp_path: Path) -> None:
    """Paths are those of the repository, as everywhere else."""
    git(tmp_path, "init", "--quiet", "--initial-branch=main")
    (repo / ".gitignore").write_text(".cache/\nignored/\n")
    commit_all(tmp_path)
    token = github_token("below")
    put(repo, "deploy/a.yaml", PRIVILEGED)
    put(repo, "deploy/token.txt", f"{token}\n")
    put(repo, "ignored/b.yaml", PRIVILEGED)
    assert paths(repo) == {"deploy/a.yaml", "deploy/token.txt"}
    assert paths(repo, "--changed") == {"deploy/a.yaml", "deploy/token.txt"}
    commit_all(tmp_path)
    (repo / "deploy/token.txt").unlink()
    commit_all(tmp_path)
    found = paths(repo, "--changed", "HEAD~2")
    assert found == {"deploy/a.yaml", "deploy/token.txt"}


def test_a_folder_that_is_no_repository_of_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its files are judged by rules at their strictest, without a policy."""
    import argparse

    from modelyard.cli import scan
    from modelyard.gate.run import run

    put(tmp_path, "a.yaml", PRIVILEGED)
    put(tmp_path, "fine.yaml", "a: b\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MODELYARD_CHECKOUT", raising=False)
    parser = argparse.ArgumentParser()
    scan.add_arguments(parser)
    words = ["--quick", "--now", "2026-11-22", "--jobs", "1"]
    answer = run(scan.order_of(parser.parse_args([*words, "a.yaml", "fine.yaml"])), lambda a, b: None, print)
    assert {path for path, _ in rules(answer)} == {"a.yaml"}
    with pytest.raises(UsageError, match="no Modelyard repository"):
        scan.order_of(parser.parse_args(words))
