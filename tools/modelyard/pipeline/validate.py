"""Everything that can be wrong with the input, found without writing: typed checks and JSON Schemas."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from modelyard.findings import Finding
from modelyard.load import layout
from modelyard.load.shared import load_shared, read_mapping
from modelyard.pipeline.claims import clashes
from modelyard.pipeline.model import Scope, render_model
from modelyard.pipeline.owned import environment_names
from modelyard.schema.validate import check
from modelyard.targets.registry import discover


def validate(
    root: Path,
    names: tuple[str, ...],
    environments: frozenset[str] | None,
    progress: Callable[[int, int], None],
) -> list[Finding]:
    """Findings of these models and of what all models share.

    The JSON Schemas are a second opinion: what only they object to is reported too, so that editors
    and this command never disagree.
    """
    targets = discover()
    shared = load_shared(root, targets.plugins)
    findings = list(shared.findings)
    claims = []
    for number, name in enumerate(names, 1):
        rendered = render_model(root, name, shared, targets, Scope(environments))
        findings += rendered.findings
        claims.append((name, rendered.claims))
        progress(number, len(names))
    findings += clashes(claims)
    findings += _second_opinion(root, names, findings)
    return findings


def _second_opinion(root: Path, names: tuple[str, ...], known: list[Finding]) -> Iterator[Finding]:
    complained = {finding.location.path for finding in known}
    for path, schema in _documents(root, names):
        if path not in complained and os.path.isfile(root / path):
            tree, _ = read_mapping(root, path)
            if tree is not None:
                yield from check(tree, schema)


def _documents(root: Path, names: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    yield layout.CATALOGUE, "base-images"
    for environment in environment_names(root):
        yield layout.environment(environment), "environment"
    for name in names:
        yield layout.manifest(name), "model"
        for environment in environment_names(root):
            yield layout.override(environment, name), "override"
            yield layout.release(environment, name), "release"
