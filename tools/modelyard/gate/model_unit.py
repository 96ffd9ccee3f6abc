"""A model's files: what was rendered is judged as the data it was made of, if that is what is on disk."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from modelyard.artifact import Document as ArtifactDocument
from modelyard.artifact import JsonDocument, YamlStream
from modelyard.detections import Detection, Level
from modelyard.findings import Location
from modelyard.gate.evaluate import TOOL, Evaluation
from modelyard.gate.look import look_at_bytes, look_at_documents, of_findings, unreadable
from modelyard.gate.result import Looked
from modelyard.gate.units import Unit
from modelyard.load import layout
from modelyard.load.shared import Shared
from modelyard.pipeline.model import RenderedModel, Scope, render_model
from modelyard.pipeline.owned import owned_folders
from modelyard.subjects.document import Document
from modelyard.subjects.reading import document_of
from modelyard.targets.registry import Targets
from modelyard.write.errors import Obstacle
from modelyard.write.tree import Tree

MEND = "run tools/render, and read what it changes before you commit it"


@dataclass(frozen=True)
class Renderer:
    """What rendering a model needs; ``environments`` None means all."""

    root: Path
    shared: Shared
    targets: Targets
    environments: frozenset[str] | None

    def render(self, model: str) -> RenderedModel:
        if not (self.root / layout.MODELS / model).exists():
            return RenderedModel(model, {}, (), {})  # it is gone, and leaves nothing behind
        scope = Scope(self.environments)
        return render_model(self.root, model, self.shared, self.targets, scope)

    def owned(self, model: str) -> list[str]:
        """The folders that hold nothing but what ``render`` gives."""
        return owned_folders(model, [*self.shared.environments], self.environments, None)


def look_at_model(unit: Unit, tree: Tree, renderer: Renderer, evaluation: Evaluation) -> Looked:
    """What is wrong with one model: its manifest, what is rendered of it, and whether the disk holds that."""
    rendered = renderer.render(unit.model)
    parts = [Looked(tuple(of_findings(rendered.findings)), ())]
    on_disk = set(unit.files)
    for path in unit.files:
        try:
            data = tree.read(path)
        except FileNotFoundError:
            on_disk.discard(path)
            continue
        except Obstacle as obstacle:
            parts.append(Looked((unreadable(path, str(obstacle), "put a regular file here"),), ()))
            continue
        wanted = rendered.files.get(path)
        if wanted is not None and wanted != data:
            parts.append(Looked((_differs(path, unit.model),), ()))
        documents = list(_known(path, data, rendered.documents.get(path))) if wanted == data else []
        if documents:
            parts.append(look_at_documents(path, data, documents, evaluation))
        else:
            parts.append(look_at_bytes(path, data, evaluation, excluded=False))
    parts.append(Looked(tuple(_drift(rendered, on_disk, renderer.owned(unit.model))), ()))
    return Looked(
        tuple(one for part in parts for one in part.detections),
        tuple(one for part in parts for one in part.seen),
        tuple(one for part in parts for one in part.roles),
    )


def _known(path: str, data: bytes, made_of: ArtifactDocument | None) -> Iterator[Document]:
    """The documents of a file whose bytes are those that were made of ``made_of``; nothing is parsed."""
    if isinstance(made_of, YamlStream):
        for index, plain in enumerate(made_of.documents):
            yield document_of(path, None, plain, index, lambda: data)
    elif isinstance(made_of, JsonDocument):
        yield document_of(path, None, made_of.data, 0, lambda: data)


def _differs(path: str, model: str) -> Detection:
    message = "this file is not what the manifests say, so nobody reviewed what it would do"
    return _of_rendered(path, model, message, "differs")


def _drift(rendered: RenderedModel, on_disk: set[str], owned: list[str]) -> Iterator[Detection]:
    """Files that are asked for and missing, and files that nothing asks for."""
    if rendered.failed:  # then nobody knows what is asked for, and the findings say why
        return
    for path in sorted(rendered.files.keys() - on_disk):
        message = "the manifests ask for this file, and it is not there"
        yield _of_rendered(path, rendered.name, message, "missing")
    folders = tuple(f"{folder}/" for folder in owned)
    for path in sorted(on_disk - rendered.files.keys()):
        if path.startswith(folders):
            message = "no manifest asks for this file, and it lies where rendered files are applied from"
            yield _of_rendered(path, rendered.name, message, "stale")


def _of_rendered(path: str, model: str, message: str, evidence: str) -> Detection:
    return Detection(
        "rendered-file-drift",
        TOOL,
        Level.HIGH,
        Location(path),
        message,
        MEND,
        evidence=evidence,
        model=model,
    )
