"""One model through all stages: from its files to the bytes of everything that is made of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from modelyard.artifact import Artifact, Document
from modelyard.emit import serialise
from modelyard.findings import Finding, Location, Severity
from modelyard.load import layout
from modelyard.load.context import ContextReader
from modelyard.load.model import load_model
from modelyard.load.shared import Shared
from modelyard.pipeline.gather import Gathered
from modelyard.pipeline.image_files import ImageFiles
from modelyard.pipeline.select import check_selected, selected
from modelyard.resolve.checks import check_workload
from modelyard.resolve.limits import check_limits
from modelyard.resolve.model import ModelResolver, ResolvedModel
from modelyard.resolve.workload import ImageBuild, Workload
from modelyard.source.node import Mapping as MappingNode
from modelyard.spec.decode import Decoder
from modelyard.spec.layer import find
from modelyard.targets.api import Target
from modelyard.targets.registry import Targets


@dataclass(frozen=True)
class Scope:
    """What of each model is asked for; None means everything."""

    environments: frozenset[str] | None = None
    targets: frozenset[str] | None = None

    def wants(self, target: str) -> bool:
        return self.targets is None or target in self.targets


@dataclass(frozen=True)
class RenderedModel:
    """The bytes by path, what is wrong, and the environments in which nothing is rendered, with the reason.

    ``files`` is empty where any finding is an error; ``documents`` are what those of deployed targets were
    made of, for whoever would otherwise read them again. ``claims`` are what no other model may have too.
    """

    name: str
    files: Mapping[str, bytes]
    findings: tuple[Finding, ...]
    skipped: Mapping[str, str]
    claims: tuple[tuple[str, Location], ...] = ()
    documents: Mapping[str, Document] = field(default_factory=dict)

    @property
    def failed(self) -> bool:
        return any(finding.severity is Severity.ERROR for finding in self.findings)


def resolve_model(
    root: Path,
    name: str,
    shared: Shared,
    targets: Targets,
    scope: Scope,
    image_files: ImageFiles | None = None,
) -> tuple[ResolvedModel, list[Finding], MappingNode | None]:
    """The model in every place that the scope asks for, and what is wrong with its files."""
    recipe = (image_files or ImageFiles(targets)).recipe
    decoder = Decoder(targets.plugins)
    context = ContextReader(root, f"{layout.MODELS}/{name}")
    loaded = load_model(root, name, shared.environments, shared.runtimes, decoder)
    resolved = ModelResolver(loaded, shared, decoder, context, recipe).resolve(scope.environments)
    return resolved, list(dict.fromkeys([*decoder.findings, *context.findings])), loaded.tree


def render_model(root: Path, name: str, shared: Shared, targets: Targets, scope: Scope) -> RenderedModel:
    """Everything that is made of one model. Raises only for what is not the model's fault."""
    image_files = ImageFiles(targets)
    resolved, findings, tree = resolve_model(root, name, shared, targets, scope, image_files)
    chosen = [(workload, selected(workload, targets)) for workload in resolved.workloads]
    findings += _check(resolved, chosen, shared, targets, tree)
    files: dict[str, bytes] = {}
    documents: dict[str, Document] = {}
    if not any(finding.severity is Severity.ERROR for finding in findings):
        for target in targets.images:
            if scope.wants(target) and scope.environments is None:
                for build in resolved.builds.values():
                    files.update(image_files.of(target, build))
        for artifact in _artifacts(chosen, scope):
            files[artifact.path] = serialise(artifact)
            documents[artifact.path] = artifact.document
    claims = tuple(_claims(chosen))
    return RenderedModel(name, files, tuple(findings), resolved.skipped, claims, documents)


def _claims(chosen: list[tuple[Workload, list[Target]]]) -> Iterator[tuple[str, Location]]:
    for workload, some in chosen:
        for target in some:
            for claim in target.claims(workload):
                yield claim.thing, workload.at(*claim.path)


def _check(
    resolved: ResolvedModel,
    chosen: list[tuple[Workload, list[Target]]],
    shared: Shared,
    targets: Targets,
    tree: MappingNode | None,
) -> list[Finding]:
    gathered = Gathered()
    for workload, some in chosen:
        found = [*check_workload(workload, shared.catalogue), *check_limits(workload)]
        found += check_selected(workload, some, targets)
        for target in some:
            found += target.check(workload)
        gathered.add(workload.place.label, found)
    return [*_check_builds(resolved.builds, targets, tree), *gathered.findings()]


def _check_builds(
    builds: Mapping[str, ImageBuild], targets: Targets, tree: MappingNode | None
) -> Iterator[Finding]:
    for build in builds.values():
        prefix = () if build.repository == build.model else ("containers", build.container)
        for target in targets.images.values():
            for problem in target.problems(build):
                path = (*prefix, "image", "build", *problem.path)
                where = (
                    find(tree, path)[0].location
                    if tree is not None
                    else Location(layout.manifest(build.model))
                )
                yield Finding(problem.rule, where, problem.message, problem.hint)


def _artifacts(chosen: list[tuple[Workload, list[Target]]], scope: Scope) -> Iterator[Artifact]:
    for workload, some in chosen:
        for target in some:
            if scope.wants(target.name):
                yield from target.render(workload)
