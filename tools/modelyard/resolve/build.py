"""A typed, layered manifest and a place, made into a workload."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping

from modelyard.resolve import images
from modelyard.resolve.features import features
from modelyard.resolve.permissions import statements
from modelyard.resolve.weights import deliveries, fetched_by_server
from modelyard.resolve.workload import (
    FETCHER_IMAGE,
    ImageBuild,
    Place,
    ResolvedContainer,
    ResolvedSecret,
    ResolvedSidecar,
    ResolvedVolume,
    Workload,
)
from modelyard.source.node import Mapping as MappingNode
from modelyard.spec.catalogue import Catalogue
from modelyard.spec.container import Container, Secret
from modelyard.spec.manifest import Artifact, Job, Manifest, Service, Volume

# Percent, where a manifest says nothing to scale on.
DEFAULT_CPU_USE = 70
# Where the images of sidecar presets are found in the catalogue.
PRESET_IMAGES = {"firelens": "fluent-bit", "otel": "otel-collector"}


def build_workload(
    manifest: Service | Job,
    place: Place,
    catalogue: Catalogue,
    builds: Mapping[str, ImageBuild],
    digests: Mapping[str, str],
    tags: Mapping[str, str],
    pull_accounts: tuple[str, ...],
    source: str,
    tree: MappingNode,
) -> Workload:
    """Everything decided. ``digests`` and ``tags`` are keyed by container; images of the
    catalogue that are missing there were reported before and come out empty."""
    parts = images.parts(manifest)
    registry = place.spec.registry
    references = {
        name: images.reference(
            part.image, builds.get(name), catalogue, registry, digests.get(name), tags.get(name, "")
        )
        for name, part in parts.items()
    }
    containers = tuple(
        _container(manifest, name, part, place, builds.get(name), references[name])
        for name, part in parts.items()
    )
    sidecars = tuple(_sidecars(manifest, place, catalogue))
    fetched = deliveries(manifest, baked=False)
    fetcher = catalogue.images.get(FETCHER_IMAGE)
    return Workload(
        model=manifest.name,
        kind=manifest.kind,
        owner=manifest.owner,
        description=manifest.description,
        labels=manifest.labels,
        architecture=manifest.architecture,
        place=place,
        containers=containers,
        sidecars=sidecars,
        deliveries=fetched,
        baked=deliveries(manifest, baked=True),
        fetcher_image=fetcher.reference if fetcher is not None else "",
        volumes=tuple(_volume(name, volume, place) for name, volume in manifest.volumes.items()),
        statements=statements(manifest, fetched, fetched_by_server(manifest), place),
        network=manifest.network,
        service=_service(manifest) if isinstance(manifest, Service) else None,
        job=manifest if isinstance(manifest, Job) else None,
        settings=manifest.targets,
        pull_accounts=pull_accounts,
        features=features(manifest, containers, sidecars),
        source=source,
        tree=tree,
    )


def _service(manifest: Service) -> Service:
    """The service, with something to scale on: CPU, where the manifest names nothing."""
    scaling = manifest.scaling
    if (scaling.cpu, scaling.memory, scaling.requests) != (None, None, None):
        return manifest
    return dataclasses.replace(manifest, scaling=dataclasses.replace(scaling, cpu=DEFAULT_CPU_USE))


def _container(
    manifest: Manifest,
    name: str,
    part: Container,
    place: Place,
    build: ImageBuild | None,
    image: str,
) -> ResolvedContainer:
    return ResolvedContainer(
        name=name,
        image=image,
        build=build,
        command=part.command,
        args=part.args,
        user=part.user,
        env=dict(sorted({**_artifact_variables(manifest, name), **part.env}.items())),
        secrets=_secrets(part.secrets, place),
        resources=part.resources,
        serve=part.serve,
        health_command=images.health_command(
            part.serve, build.base.python_version if build is not None else None
        ),
        depends_on=part.depends_on,
        path=("containers", name) if manifest.containers else (),
    )


def _artifact_variables(manifest: Manifest, container: str) -> dict[str, str]:
    """Where a server that fetches its own weights finds them, and what they must hash to."""
    variables = {}
    for name, item in manifest.artifacts.items():
        if item.fetched_by == "server" and not item.bake and _sees(item, container):
            prefix = "ARTIFACT_" + name.upper().replace("-", "_")
            variables[f"{prefix}_URI"] = str(item.source)
            variables[f"{prefix}_SHA256"] = item.sha256
            variables[f"{prefix}_PATH"] = item.path.text
            if item.version_id:
                variables[f"{prefix}_VERSION_ID"] = item.version_id
    return variables


def _sees(item: Artifact, container: str) -> bool:
    return not item.containers or container in item.containers


def _secrets(secrets: Mapping[str, Secret], place: Place) -> tuple[ResolvedSecret, ...]:
    return tuple(_secret(variable, secret, place) for variable, secret in sorted(secrets.items()))


def _secret(variable: str, secret: Secret, place: Place) -> ResolvedSecret:
    if secret.secrets_manager is not None:
        name = place.secret_prefix + secret.secrets_manager
        arn = place.arn("secretsmanager", f"secret:{name}")
        return ResolvedSecret(variable, "secretsmanager", name, secret.key or "", arn)
    assert secret.ssm is not None
    name = "/" + (place.secret_prefix + secret.ssm).lstrip("/")
    return ResolvedSecret(variable, "ssm", name, "", place.arn("ssm", f"parameter{name}"))


def _sidecars(manifest: Manifest, place: Place, catalogue: Catalogue) -> Iterator[ResolvedSidecar]:
    for name, spec in manifest.sidecars.items():
        image = str(spec.image or "")
        if spec.use is not None:
            preset = catalogue.images.get(PRESET_IMAGES[spec.use])
            image = preset.reference if preset is not None else ""
        secrets = _secrets(spec.secrets, place)
        yield ResolvedSidecar(name, spec.use or "", image, secrets, spec, ("sidecars", name))


def _volume(name: str, volume: Volume, place: Place) -> ResolvedVolume:
    path = volume.path.text
    if volume.efs is not None:
        systems = place.region_spec.file_systems if place.region_spec is not None else {}
        system = systems.get(volume.efs.file_system)
        ids = (system.id, system.access_point) if system is not None else ("", "")
        return ResolvedVolume(name, path, "efs", volume.efs.read_only, 0, *ids, "")
    if volume.ebs is not None:
        return ResolvedVolume(name, path, "ebs", False, volume.ebs.size.bytes, "", "", volume.ebs.type)
    assert volume.scratch is not None
    return ResolvedVolume(name, path, "scratch", False, volume.scratch.size.bytes, "", "", "")
