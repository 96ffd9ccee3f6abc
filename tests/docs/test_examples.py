"""Each YAML example of docs/write-a-model.md is valid: laid over a small manifest, it gives no finding."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from modelyard.emit import to_yaml
from modelyard.load.runtimes import Runtimes
from modelyard.pipeline.validate import validate
from tests.docs.markdown import blocks
from tests.docs.session import ROOT

PAGE = ROOT / "docs" / "write-a-model.md"
EXAMPLES = [block for block in blocks(PAGE.read_text().splitlines()) if block.language == "yaml"]
BASE = {
    "apiVersion": "modelyard.dev/v1",
    "kind": "Service",
    "name": "example",
    "owner": "growth-ml",
    "description": "An example.",
    "image": {
        "build": {"base": "python-3.12-slim", "source": "src", "command": ["python", "/app/inference.py"]}
    },
    "targets": {"ecs": {}, "kubernetes": {"compute": "karpenter"}},
}


def manifest(example: dict[str, Any]) -> dict[str, Any]:
    """The example laid over the base; fields that only the base needs give way."""
    laid = {**BASE, **example}
    if "containers" in example:
        del laid["image"]
    return laid


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda block: f"line-{block.start + 1}")
def test_the_example_is_valid(example: Any, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "models" / "iris-classifier", tmp_path / "models" / "example")
    for folder in ("environments", "Dockerfiles"):
        for path in (ROOT / folder).glob(
            "*/environment.yaml" if folder == "environments" else "base-images.yaml"
        ):
            target = tmp_path / path.relative_to(ROOT)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
    # What the model servers of the examples ask of a model.
    (tmp_path / "server" / "modelyard_server").mkdir(parents=True)
    (tmp_path / "server" / "modelyard_server" / "__init__.py").touch()
    runtime = Runtimes().spec("modelyard")
    assert runtime is not None
    with (tmp_path / "models" / "example" / "requirements.lock").open("a") as lock:
        lock.writelines(f"{name}==1 --hash=sha256:{'0' * 64}\n" for name in runtime.requires)
    document = manifest(yaml.safe_load("\n".join(example.lines)))
    (tmp_path / "models" / "example" / "model.yaml").write_text(to_yaml([document]))
    findings = validate(tmp_path, ("example",), None, lambda done, total: None)
    assert [f"{item.rule}: {item.message}" for item in findings] == []


def test_there_are_examples() -> None:
    assert len(EXAMPLES) > 12
