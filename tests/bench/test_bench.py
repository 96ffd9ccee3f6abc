"""The benchmark is honest: a valid workload, a floor that does the same work, verdicts that are true."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bench.cases import COLD, FLOOR_NAME, MODELYARD, UNCHANGED
from bench.contest import Contest
from bench.measure import CommandFailed, Memory, Sample, peak, timed
from bench.peers.kustomize import patch
from bench.results import Results, Verdict, verdicts
from bench.templates import Marker, values
from bench.verify import floor_differences
from bench.workload import environment, model

TOOLS = Path(__file__).resolve().parents[2] / "tools"


def render(root: Path) -> None:
    """As ``bench.command.render_now``, but with the interpreter and packages of the tests."""
    argv = [sys.executable, "-m", "modelyard", "render", "--root", str(root), "--format", "json"]
    done = subprocess.run(
        argv, capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": str(TOOLS)}
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "error" not in done.stderr


@pytest.fixture(scope="module")
def contest(tmp_path_factory: pytest.TempPathFactory) -> Contest:
    made = Contest(tmp_path_factory.mktemp("bench"), 3, render)
    made.prepare()
    return made


def test_the_floor_writes_what_modelyard_writes(contest: Contest) -> None:
    assert len(list(contest.repo.glob("environments/*/rendered/*/kubernetes/*/manifests.yaml"))) == 9
    assert len(list(contest.repo.glob("environments/*/rendered/*/ecs/*/task-definition.json"))) == 9
    assert len(list(contest.repo.glob("Dockerfiles/*/Dockerfile"))) == 3
    assert floor_differences(contest) == []


def test_the_floor_is_caught_when_it_writes_something_else(contest: Contest, tmp_path: Path) -> None:
    path = contest.repo / "Dockerfiles" / "model-00001" / "Dockerfile"
    before = path.read_text(encoding="utf-8")
    path.write_text(before + "RUN true\n", encoding="utf-8")
    try:
        assert floor_differences(contest) == ["Dockerfiles/model-00001/Dockerfile"]
    finally:
        path.write_text(before, encoding="utf-8")


def test_every_value_has_its_place_in_the_templates(contest: Contest) -> None:
    said = "".join(template.path + template.text for template in contest.templates)
    assert [name for name in values(model(0), environment("dev")) if f"<<{name}>>" not in said] == []


def test_the_workload_is_a_function_of_the_number_alone() -> None:
    assert model(7) == model(7)
    assert len({model(number).name for number in range(50)}) == 50


def test_text_of_a_template_language_is_refused(contest: Contest) -> None:
    with pytest.raises(ValueError, match=r"\{\{"):
        Marker(contest.sentinel).mark("${{ secrets.TOKEN }}")


def test_a_patch_replaces_what_differs() -> None:
    before = {"kind": "A", "metadata": {"name": "x"}, "spec": {"a/b": [1, 2]}}
    after = {"kind": "A", "metadata": {"name": "x"}, "spec": {"a/b": [1, 3]}}
    assert "path: /spec/a~1b/1" in str(patch(before, after)["patch"])


def test_time_and_memory_are_those_of_the_command() -> None:
    busy = [sys.executable, "-I", "-c", "block = bytearray(40_000_000); sum(range(6_000_000))"]
    sample = timed(busy, limit=30)
    assert sample.finished
    assert 0.0 < sample.cpu <= sample.wall * 2
    assert 40 < peak(busy).largest < 200


def test_a_run_over_the_limit_is_ended_and_says_so() -> None:
    sample = timed([sys.executable, "-I", "-c", "import time; time.sleep(60)"], limit=0.2)
    assert not sample.finished
    assert sample.wall < 10


def test_a_contestant_that_fails_is_not_a_fast_one() -> None:
    with pytest.raises(CommandFailed):
        timed([sys.executable, "-I", "-c", "raise SystemExit(1)"], limit=30)


def results_of(*samples: tuple[int, str, str, float, bool]) -> Results:
    results = Results()
    for models, who, mode, seconds, finished in samples:
        results.add(models, who, mode, Sample(seconds, seconds, finished))
    return results


def verdict(results: Results, word: str) -> Verdict:
    (found,) = (one for one in verdicts(results, 1000, 10_000) if word in one.target)
    return found


@pytest.mark.parametrize(("seconds", "met"), [(2.5, True), (2.6, False)])
def test_the_floor_is_the_measure_of_a_cold_run(seconds: float, met: bool) -> None:
    results = results_of((1000, MODELYARD, COLD, seconds, True), (1000, FLOOR_NAME, COLD, 1.0, True))
    assert verdict(results, "floor").met is met


def test_a_peer_that_was_ended_is_at_least_that_slow() -> None:
    ours = (1000, MODELYARD, COLD, 3.0, True)
    assert verdict(results_of(ours, (1000, "kubectl kustomize", COLD, 200.0, False)), "kustomize").met is True
    assert verdict(results_of(ours, (1000, "kubectl kustomize", COLD, 50.0, False)), "kustomize").met is None


def test_growth_is_an_exponent() -> None:
    results = results_of((1000, MODELYARD, COLD, 1.0, True), (10_000, MODELYARD, COLD, 12.0, True))
    assert verdict(results, "grows").measured == "N^1.079"
    assert verdict(results, "grows").met is False


def test_what_was_not_measured_is_open() -> None:
    results = results_of((1000, MODELYARD, UNCHANGED, 0.3, True))
    results.memory[10_000] = Memory(100.0, 300.0)
    assert {one.met for one in verdicts(results, 1000, 10_000)} == {None, True}
