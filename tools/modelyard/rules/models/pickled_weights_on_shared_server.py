"""Weights that run code, in a process that other models share."""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.detections import Level
from modelyard.rules.api import Context, Problem, Rule
from modelyard.rules.models._weights import is_pickle, weights
from modelyard.subjects.facts import ModelManifest


def check(manifest: ModelManifest, context: Context) -> Iterator[Problem]:
    """Of manifests with several `models`; a server with a single one unpickles what is its own."""
    models = manifest.manifest.get("models")
    if not isinstance(models, dict) or not models:
        return
    for one in weights(manifest):
        source = one.text("source")
        if is_pickle(source):
            message = f"{one.section} {one.name} is unpickled in a process that serves {len(models)} models"
            yield Problem((*one.path, "source"), message, evidence=source)


RULE = Rule(
    id="pickled-weights-on-shared-server",
    level=Level.HIGH,
    summary="A server of many models loads weights in a format that runs code.",
    why="Who writes one tenant's file runs code with the memory, requests and role of all the others.",
    fix="Export the model to safetensors, ONNX or the library's own data format (XGBoost JSON, say), or give "
    "it a server of its own.",
    subject=ModelManifest,
    check=check,
    source="Python documentation: pickle, warning; PyTorch: torch.load",
)
