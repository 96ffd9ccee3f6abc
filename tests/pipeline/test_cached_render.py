"""Whole runs over many models: spread over processes, remembered, and trusting nothing that changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.workload import generate
from modelyard.pipeline.render import Request, run
from modelyard.pipeline.result import ModelResult, RunResult

MODELS = 52  # more than are rendered in one process


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("repository")
    generate(root, MODELS)
    assert len(changed(render(root))) == MODELS
    return root


def render(root: Path, workers: int = 2, models: tuple[str, ...] | None = None) -> RunResult:
    return run(Request(root, models=models, workers=workers), lambda done, total: None, print)


def changed(result: RunResult) -> list[str]:
    assert result.all_findings == []
    return [model.name for model in result.models if model.changes]


def files(root: Path) -> dict[str, bytes]:
    found = (*root.glob("Dockerfiles/*/*"), *root.glob("environments/*/rendered/**/*.*"))
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in found if path.is_file()}


def edit(path: Path, before: str, after: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")


def test_an_unchanged_repository_is_left_alone(rendered: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in rendered.rglob("*") if ".cache" not in path.parts}
    result = render(rendered)
    assert changed(result) == []
    assert {model.files for model in result.models} == {17}
    assert len(result.models) == MODELS
    assert {
        path: path.stat().st_mtime_ns for path in rendered.rglob("*") if ".cache" not in path.parts
    } == before


def test_the_number_of_workers_changes_no_byte(rendered: Path, tmp_path: Path) -> None:
    generate(tmp_path, MODELS)
    render(tmp_path, workers=1)
    assert files(tmp_path) == files(rendered)


def test_one_edited_manifest_is_one_rendered_model(rendered: Path) -> None:
    manifest = rendered / "models/model-00007/model.yaml"
    edit(manifest, 'OMP_NUM_THREADS: "1"', 'OMP_NUM_THREADS: "2"')
    assert changed(render(rendered)) == ["model-00007"]
    assert changed(render(rendered)) == []
    edit(manifest, 'OMP_NUM_THREADS: "2"', 'OMP_NUM_THREADS: "1"')
    assert changed(render(rendered, models=("model-00007",))) == ["model-00007"]
    assert changed(render(rendered)) == []


def test_what_all_models_share_concerns_all_of_them(rendered: Path) -> None:
    environment = rendered / "environments/dev/environment.yaml"
    edit(environment, "LOG_LEVEL: debug", "LOG_LEVEL: trace")
    assert len(changed(render(rendered))) == MODELS
    edit(environment, "LOG_LEVEL: trace", "LOG_LEVEL: debug")
    assert len(changed(render(rendered))) == MODELS


def test_a_deleted_output_comes_back(rendered: Path) -> None:
    path = rendered / "Dockerfiles/model-00003/Dockerfile"
    before = path.read_bytes()
    path.unlink()
    assert changed(render(rendered)) == ["model-00003"]
    assert path.read_bytes() == before


def test_an_edited_output_is_reported_in_every_run(rendered: Path) -> None:
    path = rendered / "Dockerfiles/model-00003/Dockerfile"
    before = path.read_bytes()
    path.write_bytes(before + b"RUN true\n")
    try:
        for _ in range(2):
            assert [finding.location.path for finding in render(rendered).all_findings] == [
                "Dockerfiles/model-00003/Dockerfile"
            ]
    finally:
        path.write_bytes(before)
    assert changed(render(rendered)) == []


@pytest.mark.parametrize(
    "content", [b"", b"{", b'{"version": 1}', b'{"version": 1, "models": {"model-00000": 3}}', b"[" * 9999]
)
def test_a_broken_cache_costs_only_time(rendered: Path, content: bytes) -> None:
    (rendered / ".cache/render.json").write_bytes(content)
    assert changed(render(rendered)) == []


def test_a_vanished_model_leaves_nothing_behind(tmp_path: Path) -> None:
    generate(tmp_path, 2)
    render(tmp_path)
    for path in sorted((tmp_path / "models/model-00001").rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    (tmp_path / "models/model-00001").rmdir()
    gone = {model.name: model for model in render(tmp_path).models}["model-00001"]
    assert isinstance(gone, ModelResult)
    assert {action for _, action in gone.changes} == {"delete"}
    assert [path for path in files(tmp_path) if "model-00001" in path] == []
