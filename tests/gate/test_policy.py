"""The policy: what it says is done, and without it nothing passes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.gate.looking import POLICY, edit, gate, of_rule, put, rules
from tests.gate.test_bad_files import PRIVILEGED


@pytest.mark.parametrize(
    "content",
    [
        None,
        "",
        "kind: [\n",
        "[]\n",
        "apiVersion: modelyard.dev/v1\nkind: Gate\n",
        "apiVersion: modelyard.dev/v1\nkind: Gate\nenvironments: {}\n",
        "apiVersion: modelyard.dev/v1\nkind: Gate\nblocks: never\nenvironments: {dev: {maxBaseAgeDays: 1}}\n",
        b"\xff\xfe",
    ],
)
def test_without_a_policy_that_can_be_read_nothing_passes(repo: Path, content: str | bytes | None) -> None:
    if content is None:
        (repo / POLICY).unlink()
    else:
        put(repo, POLICY, content)
    answer = gate(repo)
    assert POLICY in {path for path, _ in rules(answer)}
    assert answer.blocks.word == "low"
    assert not gate(repo, "--model", "echo").passed


def test_without_a_policy_files_are_still_looked_at(repo: Path) -> None:
    (repo / POLICY).unlink()
    put(repo, "deploy/pod.yaml", PRIVILEGED)
    assert "deploy/pod.yaml" in {path for path, _ in rules(gate(repo))}


def test_a_policy_that_is_a_link_or_a_pipe_is_none(repo: Path) -> None:
    import os

    text = (repo / POLICY).read_text()
    put(repo, "elsewhere.yaml", text)
    (repo / POLICY).unlink()
    (repo / POLICY).symlink_to("../elsewhere.yaml")
    assert not gate(repo).passed
    (repo / POLICY).unlink()
    os.mkfifo(repo / POLICY)
    assert not gate(repo).passed


def test_an_environment_that_there_is_not(repo: Path) -> None:
    edit(repo / POLICY, lambda text: text.replace("  dev:", "  dve:"))
    answer = gate(repo)
    assert {"policy-unknown-environment", "policy-without-environment"} <= {
        one.rule for one in answer.blocking()
    }
    (unknown,) = of_rule(answer, "policy-unknown-environment")
    assert "dve" in unknown.message
    assert "dev" in unknown.hint


def test_an_environment_of_which_the_policy_says_nothing(repo: Path) -> None:
    put(repo, "environments/new/environment.yaml", (repo / "environments/dev/environment.yaml").read_text())
    assert "policy-without-environment" in {one.rule for one in gate(repo).blocking()}


def test_what_blocks_is_what_the_policy_says(repo: Path) -> None:
    put(repo, "deploy/pod.yaml", PRIVILEGED)
    levels = {one.level.word for one in gate(repo).detections}
    assert len(levels) > 1
    amounts = []
    for blocks in ("low", "medium", "high", "critical"):
        edit(repo / POLICY, lambda text: text.partition("blocks:")[0].rstrip("\n") + f"\nblocks: {blocks}\n")  # noqa: B023
        answer = gate(repo)
        amounts.append(len(answer.blocking()))
        assert {one.level for one in answer.blocking()} == {
            one.level for one in answer.detections if one.level >= answer.blocks
        }
    assert amounts == sorted(amounts, reverse=True)
    assert amounts[0] > amounts[-1]


def test_excluded_is_what_lies_below_and_nothing_else(repo: Path) -> None:
    for name in ("notes/a.yaml", "notes/below/b.yaml", "notes.yaml", "notes2/c.yaml", "x/notes/d.yaml"):
        put(repo, name, PRIVILEGED)
    edit(repo / POLICY, lambda text: f"{text}exclusions: [{{path: notes, reason: Nothing of it runs.}}]\n")
    assert {path for path, _ in rules(gate(repo))} == {"notes.yaml", "notes2/c.yaml", "x/notes/d.yaml"}


@pytest.mark.parametrize("path", ["/", "..", ".", "", "../x", "no*tes", "/etc"])
def test_an_exclusion_is_a_plain_path(repo: Path, path: str) -> None:
    edit(repo / POLICY, lambda text: f"{text}exclusions: [{{path: '{path}', reason: Nothing of it runs.}}]\n")
    assert POLICY in {path for path, _ in rules(gate(repo))}


@pytest.mark.parametrize(
    "path",
    [
        "models",
        "environments",
        "environments/prod",
        "Dockerfiles",
        "policy",
        ".github",
        "models/echo/model.yaml",
    ],
)
def test_what_is_applied_cannot_be_excluded(repo: Path, path: str) -> None:
    edit(repo / POLICY, lambda text: f"{text}exclusions: [{{path: {path}, reason: Nothing of it runs.}}]\n")
    assert (POLICY, "policy-excludes-too-much") in rules(gate(repo))
