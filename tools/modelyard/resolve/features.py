"""What a workload asks for: each feature with the field that asked, so that a refusal can point at it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from modelyard.resolve.workload import Feature, Path, ResolvedContainer, ResolvedSidecar
from modelyard.spec.container import Resources
from modelyard.spec.manifest import Job, Manifest, Service


def features(
    manifest: Service | Job, containers: tuple[ResolvedContainer, ...], sidecars: tuple[ResolvedSidecar, ...]
) -> Mapping[Feature, Path]:
    """Every feature asked for, with the path of the first field that asks."""
    found: dict[Feature, Path] = {}
    for feature, path in _all(manifest, containers, sidecars):
        found.setdefault(feature, path)
    return MappingProxyType(found)


def _all(
    manifest: Service | Job, containers: tuple[ResolvedContainer, ...], sidecars: tuple[ResolvedSidecar, ...]
) -> Iterator[tuple[Feature, Path]]:
    if manifest.architecture == "arm64":
        yield Feature.ARM64, ("architecture",)
    for container in containers:
        yield from _of_container(container)
    for sidecar in sidecars:
        yield Feature.SIDECARS, sidecar.path
        yield from _of_resources(sidecar.spec.resources, sidecar.path)
        if sidecar.preset == "firelens":
            yield Feature.FIRELENS, (*sidecar.path, "use")
        if sidecar.secrets:
            yield Feature.SECRETS, (*sidecar.path, "secrets")
        if sidecar.spec.depends_on:
            yield Feature.ORDER, (*sidecar.path, "dependsOn")
    if len(containers) > 1:
        yield Feature.MULTI_CONTAINER, ("containers",)
    yield from _of_data(manifest)
    yield from _of_service(manifest) if isinstance(manifest, Service) else _of_job(manifest)


def _of_container(container: ResolvedContainer) -> Iterator[tuple[Feature, Path]]:
    path = container.path
    yield from _of_resources(container.resources, path)
    if container.secrets:
        yield Feature.SECRETS, (*path, "secrets")
    if container.depends_on:
        yield Feature.ORDER, (*path, "dependsOn")
    if container.serve is not None and container.serve.metrics is not None:
        yield Feature.METRICS, (*path, "serve", "metrics")


def _of_resources(resources: Resources, path: Path) -> Iterator[tuple[Feature, Path]]:
    if resources.gpu is not None:
        yield Feature.GPU, (*path, "resources", "gpu")
    if resources.storage is not None:
        yield Feature.STORAGE, (*path, "resources", "storage")
    if resources.shared_memory is not None:
        yield Feature.SHARED_MEMORY, (*path, "resources", "sharedMemory")


def _of_data(manifest: Manifest) -> Iterator[tuple[Feature, Path]]:
    for name, artifact in manifest.artifacts.items():
        if artifact.bake:
            continue  # every target runs what is in an image
        # A server that fetches its own weights does so with the model's own permissions.
        kind = Feature.ARTIFACTS if artifact.fetched_by == "init" else Feature.PERMISSIONS
        yield kind, ("artifacts", name)
    for name, volume in manifest.volumes.items():
        kind = Feature.EFS if volume.efs else Feature.EBS if volume.ebs else Feature.SCRATCH
        yield kind, ("volumes", name)
    if manifest.permissions != type(manifest.permissions)():
        yield Feature.PERMISSIONS, ("permissions",)
    if manifest.network.allow_from or manifest.network.allow_to:
        yield Feature.NETWORK, ("network",)
    for index, peer in enumerate(manifest.network.allow_from):
        if peer.namespace is not None:
            yield Feature.NETWORK_NAMESPACE, ("network", "allowFrom", index, "namespace")


def _of_service(manifest: Service) -> Iterator[tuple[Feature, Path]]:
    yield Feature.SERVICE, ("kind",)
    if manifest.models:
        yield Feature.MULTI_MODEL, ("models",)
    for name, model in manifest.models.items():
        if model.fetched_by == "server" and not model.bake:
            yield Feature.PERMISSIONS, ("models", name)
    if manifest.scaling.max > manifest.scaling.min:
        yield Feature.SCALING, ("scaling",)
    if manifest.scaling.min == 0:
        yield Feature.SCALE_TO_ZERO, ("scaling", "min")
    if manifest.scaling.requests is not None:
        yield Feature.SCALE_ON_REQUESTS, ("scaling", "requests")


def _of_job(manifest: Job) -> Iterator[tuple[Feature, Path]]:
    yield Feature.JOB, ("kind",)
    yield Feature.RETRIES, ("retries",)
    yield Feature.TIMEOUT, ("timeout",)
    if manifest.schedule is not None:
        yield Feature.SCHEDULE, ("schedule",)
    if manifest.parallelism > 1:
        yield Feature.PARALLELISM, ("parallelism",)
