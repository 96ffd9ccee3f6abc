"""Every effective value of a model in a place, with the file and line that decided it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from modelyard.findings import Finding, Severity
from modelyard.load import layout
from modelyard.load.shared import load_shared
from modelyard.pipeline.model import Scope, resolve_model
from modelyard.pipeline.select import selected
from modelyard.resolve.workload import Workload
from modelyard.spec.field import Spec, yaml_name
from modelyard.spec.layer import find
from modelyard.targets.registry import Targets, discover

BUILT_IN = "built-in default"


class Row(NamedTuple):
    """One effective value. ``origin`` is ``path:line``, or says why it is so."""

    field: str
    value: str
    origin: str


def explain(
    root: Path, model: str, environment: str, region: str | None
) -> tuple[list[Row] | None, list[Finding]]:
    """The rows of one place; None where the model is not there; findings where it has errors."""
    targets = discover()
    shared = load_shared(root, targets.plugins)
    scope = Scope(frozenset([environment]))
    resolved, findings, _ = resolve_model(root, model, shared, targets, scope)
    errors = [finding for finding in [*shared.findings, *findings] if finding.severity is Severity.ERROR]
    if errors:
        return None, errors
    for workload in resolved.workloads:
        if region is None or workload.place.region == region:
            return list(_rows(workload, targets)), []
    return None, []


def _rows(workload: Workload, targets: Targets) -> Iterator[Row]:
    manifest = workload.service or workload.job
    assert manifest is not None
    yield from _spec(workload, manifest, ())
    yield Row("region", workload.place.region or "none", "the place")
    for container in workload.containers:
        prefix = _dotted(container.path)
        yield Row(
            f"{prefix + '.' if prefix else ''}image (effective)",
            container.image,
            _image_origin(workload, container.name),
        )
    for statement in workload.statements:
        value = f"{', '.join(statement.actions)} on {', '.join(statement.resources)}"
        yield Row(f"policy.{statement.sid}", value, "derived from what is declared")
    for target in selected(workload, targets):
        for derived in target.explain(workload):
            yield Row(f"targets.{target.name}.{derived.field} (derived)", derived.value, derived.reason)


def _image_origin(workload: Workload, name: str) -> str:
    container = next(item for item in workload.containers if item.name == name)
    if container.build is None:
        if find(workload.tree, (*container.path, "image", "catalogue"))[1]:
            return layout.CATALOGUE
        return _origin(workload, (*container.path, "image", "reference"))
    if "@" in container.image:
        environment = workload.place.environment
        return f"environments/{environment}/releases/{workload.model}.yaml"
    return "the hash of what is built, until a digest is recorded"


def _spec(workload: Workload, spec: Spec, path: tuple[str | int, ...]) -> Iterator[Row]:
    for item in dataclasses.fields(spec):  # type: ignore[arg-type]
        yield from _value(workload, getattr(spec, item.name), (*path, yaml_name(item.name)))


def _value(workload: Workload, value: Any, path: tuple[str | int, ...]) -> Iterator[Row]:
    if isinstance(value, Spec):
        yield from _spec(workload, value, path)
    elif isinstance(value, Mapping) and value:
        for key, inner in value.items():
            yield from _value(workload, inner, (*path, key))
    elif isinstance(value, tuple) and value:
        for index, inner in enumerate(value):
            yield from _value(workload, inner, (*path, index))
    elif value is not None and value not in ((), {}):
        yield Row(_dotted(path), _shown(value), _origin(workload, path))


def _shown(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _origin(workload: Workload, path: tuple[str | int, ...]) -> str:
    node, there = find(workload.tree, path)
    return f"{node.path}:{node.line}" if there else BUILT_IN


def _dotted(path: tuple[str | int, ...]) -> str:
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else str(step)
    return text
