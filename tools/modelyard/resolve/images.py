"""Images: what is built from a model's folder, and what an environment calls the result."""

from __future__ import annotations

import json
from hashlib import sha256

from modelyard.load import layout
from modelyard.resolve.workload import HOSTED_MODELS, ImageBuild
from modelyard.spec.catalogue import Catalogue
from modelyard.spec.container import Build, Container, Image, Serve
from modelyard.spec.environment import Registry
from modelyard.spec.manifest import Job, Manifest, Service

# The name of the one container of a manifest that does not name its containers.
SINGLE = "model"


def parts(manifest: Service | Job) -> dict[str, Container]:
    """The model's containers by name, whichever form the manifest has."""
    if manifest.containers:
        return dict(manifest.containers)
    assert manifest.image is not None
    return {
        SINGLE: Container(
            image=manifest.image,
            command=manifest.command,
            args=manifest.args,
            user=manifest.user,
            env=manifest.env,
            secrets=manifest.secrets,
            resources=manifest.resources,
            serve=manifest.serve if isinstance(manifest, Service) else None,
            depends_on=manifest.depends_on,
        )
    }


def builds(manifest: Service | Job, catalogue: Catalogue) -> dict[str, ImageBuild]:
    """What must be built for a model, by container; a base that the catalogue lacks is left out."""
    found = {}
    for name, part in parts(manifest).items():
        build = part.image.build
        if build is not None and build.base in catalogue.images:
            found[name] = _build(manifest, name, part, build, catalogue)
    return found


def _build(manifest: Manifest, name: str, part: Container, build: Build, catalogue: Catalogue) -> ImageBuild:
    inner = f"/{name}" if manifest.containers else ""
    return ImageBuild(
        model=manifest.name,
        container=name,
        repository=manifest.name + inner,
        context=f"{layout.MODELS}/{manifest.name}",
        dockerfile=f"{layout.dockerfiles(manifest.name)}{inner}/Dockerfile",
        base=catalogue.images[build.base],
        base_key=build.base,
        architecture=manifest.architecture,
        requirements=str(build.requirements or ""),
        system=tuple(sorted(build.system)),
        source=str(build.source or ""),
        command=build.command,
        serve=part.serve,
        user=part.user,
        labels={
            "org.opencontainers.image.title": manifest.name + inner,
            "org.opencontainers.image.description": manifest.description,
            "org.opencontainers.image.vendor": manifest.owner,
        },
        folders=tuple(sorted(set(_mounted(manifest, name)) - {""})),
    )


def _mounted(manifest: Manifest, container: str) -> list[str]:
    weights = [
        item.path.text.rsplit("/", 1)[0]
        for item in manifest.artifacts.values()
        if not item.containers or container in item.containers
    ]
    hosted = [HOSTED_MODELS] if isinstance(manifest, Service) and manifest.models else []
    return weights + hosted + [volume.path.text for volume in manifest.volumes.values()]


def registry_host(registry: Registry) -> str:
    """The host of an ECR registry."""
    suffix = "amazonaws.com.cn" if registry.region.startswith("cn-") else "amazonaws.com"
    return f"{registry.account}.dkr.ecr.{registry.region}.{suffix}"


def reference(
    image: Image, build: ImageBuild | None, registry: Registry | None, digest: str | None, context: str
) -> str:
    """What an environment pulls: by digest where one is known, else by the tag of the build's inputs.

    That tag, ``in-<16 hex digits>``, is made of everything that the build reads, and repositories
    are immutable: it names one image before anybody has built it. Only environments that track head
    ever use it.
    """
    if image.reference is not None:
        return str(image.reference)
    assert build is not None
    name = build.repository if registry is None else f"{registry_host(registry)}/{registry.prefix}/{build.repository}"
    return f"{name}@{digest}" if digest is not None else f"{name}:in-{input_tag(build, context)}"


def input_tag(build: ImageBuild, context: str) -> str:
    """Sixteen hex digits of a hash over everything that decides what the built image is."""
    said = (
        build.base.reference,
        build.base.python,
        build.architecture,
        build.requirements,
        build.system,
        build.source,
        build.command,
        build.user,
        build.folders,
        sorted(build.labels.items()),
        _serving(build.serve),
        context,
    )
    return sha256(json.dumps(said).encode()).hexdigest()[:16]


def _serving(serve: Serve | None) -> tuple[object, ...] | None:
    """What the image itself says of serving: exposed ports and its health check."""
    if serve is None:
        return None
    metrics = serve.metrics.port if serve.metrics is not None else None
    return (serve.port, serve.ping, serve.health_command, serve.startup.seconds, metrics)


def health_command(part: Container, build: ImageBuild | None) -> tuple[str, ...]:
    """What tells inside the container that it is healthy; empty where nothing is known to."""
    if part.serve is None:
        return ()
    if part.serve.health_command:
        return part.serve.health_command
    if build is None or build.base.python is None:
        return ()
    # The URL is an argument, so that nothing of the manifest is ever read as Python.
    code = "import sys, urllib.request as u; u.urlopen(sys.argv[1], timeout=2)"
    return ("python", "-c", code, f"http://127.0.0.1:{part.serve.port}{part.serve.ping}")

