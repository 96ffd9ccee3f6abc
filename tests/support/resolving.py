"""Models for tests, resolved by the real stages over the environments of the golden cases."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from modelyard.findings import Finding
from modelyard.load.shared import load_shared
from modelyard.pipeline.model import Scope, resolve_model
from modelyard.resolve.model import ResolvedModel
from modelyard.resolve.workload import Workload
from modelyard.targets.registry import discover
from tests.support.repo import COMMON, lay

DIGEST = "sha256:" + "0123456789abcdef" * 4
SHA256 = "0123456789abcdef" * 4
BUILD = "image: {build: {base: python-3.12-slim, command: [python, -m, http.server]}}"


def manifest(
    *lines: str, kind: str = "Service", image: str = BUILD, targets: str = "{kubernetes: {}}"
) -> str:
    """A manifest of the model ``echo`` with these lines in it."""
    head = f"apiVersion: modelyard.dev/v1\nkind: {kind}\nname: echo\nowner: risk-ml\ndescription: A case.\n"
    return head + "".join(f"{line}\n" for line in (image, *lines, f"targets: {targets}"))


def release(snapshot: str, images: str = f"{{model: {DIGEST}}}") -> str:
    """A release of the model ``echo`` that froze this manifest."""
    indented = "".join(f"  {line}\n" for line in snapshot.splitlines())
    head = f"apiVersion: modelyard.dev/v1\nkind: Release\nmodel: echo\ncommit: {'a' * 40}\nimages: {images}\n"
    return f"{head}manifest:\n{indented}"


def override(laid_over: str) -> str:
    """An override of the model ``echo``."""
    indented = "".join(f"  {line}\n" for line in laid_over.splitlines())
    return (
        f"apiVersion: modelyard.dev/v1\nkind: Override\nmodel: echo\nreason: A case.\nmanifest:\n{indented}"
    )


def repository(root: Path, said: str, files: Mapping[str, str | bytes] | None = None) -> Path:
    """A repository with the common environments, the model ``echo`` and other files by path."""
    lay(root, COMMON)
    for path, content in {"models/echo/model.yaml": said, **(files or {})}.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content.encode() if isinstance(content, str) else content)
    return root


def resolve(root: Path, name: str = "echo") -> tuple[ResolvedModel, list[Finding]]:
    """The model in every place, and what is wrong with it or with what all models share."""
    targets = discover()
    shared = load_shared(root, targets.plugins)
    resolved, findings, _ = resolve_model(root, name, shared, targets, Scope())
    return resolved, [*shared.findings, *findings]


def workload(root: Path, place: str = "dev/eu-west-1") -> Workload:
    """The model ``echo`` in one place, where nothing is wrong with it."""
    resolved, findings = resolve(root)
    assert findings == []
    return next(item for item in resolved.workloads if item.place.label == place)
