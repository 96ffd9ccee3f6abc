"""Rendered files against the manifests: what is applied is what was reviewed, or the gate says so."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from modelyard.gate.run import Answer
from tests.gate.looking import KUBERNETES, MANIFEST, edit, gate, of_rule, put, rules

DRIFT = "rendered-file-drift"


def drift(answer: Answer) -> dict[str, str]:
    """What is wrong with each rendered file, by its path."""
    return {one.location.path: one.evidence for one in of_rule(answer, DRIFT)}


def workload(root: Path) -> Path:
    """The rendered file that has the pods."""
    return next(path for path in sorted((root / KUBERNETES).iterdir()) if "runAsNonRoot" in path.read_text())


def test_an_edit_by_hand_is_reported(repo: Path) -> None:
    path = workload(repo)
    edit(path, lambda text: text + "# Only a comment.\n")
    answer = gate(repo)
    assert drift(answer) == {path.relative_to(repo).as_posix(): "differs"}
    assert of_rule(answer, DRIFT)[0].model == "echo"


def test_an_edit_that_breaks_a_rule_is_both(repo: Path) -> None:
    path = workload(repo)
    edit(
        path, lambda text: text.replace("runAsNonRoot: true", "runAsNonRoot: false").replace("drop:", "add:")
    )
    found = {rule for place, rule in rules(gate(repo)) if place == path.relative_to(repo).as_posix()}
    assert DRIFT in found
    assert len(found) > 1, found


def test_a_missing_and_a_stale_file_are_reported(repo: Path) -> None:
    gone = workload(repo)
    gone.unlink()
    put(repo, f"{KUBERNETES}/extra.yaml", "apiVersion: v1\nkind: Namespace\nmetadata: {name: x}\n")
    put(repo, "Dockerfiles/echo/notes.txt", "x\n")
    assert drift(gate(repo)) == {
        gone.relative_to(repo).as_posix(): "missing",
        f"{KUBERNETES}/extra.yaml": "stale",
        "Dockerfiles/echo/notes.txt": "stale",
    }


def test_all_rendered_files_missing_are_reported(repo: Path) -> None:
    wanted = {
        path.relative_to(repo).as_posix()
        for folder in ("Dockerfiles/echo", "environments/dev/rendered", "environments/local/rendered")
        for path in (repo / folder).rglob("*")
        if path.is_file()
    }
    shutil.rmtree(repo / "Dockerfiles/echo")
    for folder in repo.glob("environments/*/rendered"):
        shutil.rmtree(folder)
    assert wanted
    assert drift(gate(repo)) == dict.fromkeys(wanted, "missing")
    by_model = drift(gate(repo, "--model", "echo"))
    assert by_model == dict.fromkeys(wanted, "missing")
    in_dev = {path for path in wanted if path.startswith("environments/dev/")}
    assert drift(gate(repo, "--env", "dev")) == dict.fromkeys(in_dev, "missing")


def test_a_changed_manifest_that_was_not_rendered_is_drift(repo: Path) -> None:
    edit(repo / MANIFEST, lambda text: text.replace("http.server]", "http.server, '9000']"))
    assert set(drift(gate(repo)).values()) == {"differs"}


@pytest.mark.parametrize("broken", ["kind: [", "kind: Servce\n", "\x00", "", "- a\n", "a: 1\na: 2\n"])
def test_a_broken_manifest_hides_nothing_that_was_rendered_of_it(repo: Path, broken: str) -> None:
    path = workload(repo)
    edit(path, lambda text: text.replace("runAsNonRoot: true", "runAsNonRoot: false"))
    before = {rule for place, rule in rules(gate(repo)) if place == path.relative_to(repo).as_posix()} - {
        DRIFT
    }
    (repo / MANIFEST).write_text(broken)
    found = rules(gate(repo))
    assert before
    assert before <= {rule for place, rule in found if place == path.relative_to(repo).as_posix()}
    assert MANIFEST in {place for place, _ in found}


def test_what_a_removed_model_left_behind_is_reported(repo: Path) -> None:
    shutil.rmtree(repo / "models/echo")
    found = drift(gate(repo))
    assert set(found.values()) == {"stale"}
    assert f"{KUBERNETES}/{workload(repo).name}" in found
    assert any(path.startswith("Dockerfiles/echo/") for path in found)


def test_what_a_removed_model_left_behind_is_reported_of_a_change(clone: Path) -> None:
    shutil.rmtree(clone / "models/echo")
    assert f"{KUBERNETES}/{workload(clone).name}" in drift(gate(clone, "--changed"))


def test_an_override_without_its_model_is_reported(repo: Path) -> None:
    put(
        repo,
        "environments/dev/overrides/nobody.yaml",
        "apiVersion: modelyard.dev/v1\nkind: Override\n"
        "model: nobody\nreason: A case.\nmanifest: {command: [a]}\n",
    )
    assert "environments/dev/overrides/nobody.yaml" in {path for path, _ in rules(gate(repo))}


def test_a_folder_without_a_manifest_is_reported(repo: Path) -> None:
    put(repo, "models/half/src/server.py", "print()\n")
    assert any("models/half" in path for path, _ in rules(gate(repo)))


def test_a_broken_environment_is_reported_and_hides_nothing(repo: Path) -> None:
    path = workload(repo)
    edit(path, lambda text: text.replace("runAsNonRoot: true", "runAsNonRoot: false"))
    put(repo, "environments/dev/environment.yaml", "kind: [\n")
    found = rules(gate(repo))
    assert "environments/dev/environment.yaml" in {place for place, _ in found}
    assert {rule for place, rule in found if place == path.relative_to(repo).as_posix()} - {DRIFT}


def test_a_broken_catalogue_is_reported(repo: Path) -> None:
    put(repo, "Dockerfiles/base-images.yaml", "images: {\n")
    assert "Dockerfiles/base-images.yaml" in {place for place, _ in rules(gate(repo))}
