"""Images: what is built from a model's folder, and what an environment calls the result."""

from __future__ import annotations

from hashlib import sha256

from modelyard.load import layout
from modelyard.load.runtimes import Runtimes
from modelyard.resolve.delivery import HOSTED_MODELS, SINGLE
from modelyard.resolve.weights import baked_into
from modelyard.resolve.workload import ImageBuild
from modelyard.spec.catalogue import Catalogue
from modelyard.spec.container import Build, Container, Image, Serve
from modelyard.spec.environment import Registry
from modelyard.spec.manifest import Job, Manifest, Service


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
            runtime=manifest.runtime if isinstance(manifest, Service) else None,
        )
    }


def builds(manifest: Service | Job, catalogue: Catalogue, runtimes: Runtimes) -> dict[str, ImageBuild]:
    """What must be built for a model, by container; a base that the catalogue lacks is left out."""
    found = {}
    for name, part in parts(manifest).items():
        build = part.image.build
        if build is not None and build.base in catalogue.images:
            runtime = runtimes.spec(part.runtime)
            server = runtime is not None and runtime.server
            found[name] = _build(manifest, name, part, build, catalogue, server=server)
    return found


def _build(
    manifest: Service | Job, name: str, part: Container, build: Build, catalogue: Catalogue, *, server: bool
) -> ImageBuild:
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
        command=build.command or (),
        serve=part.serve,
        health_command=health_command(part.serve, catalogue.images[build.base].python_version),
        user=part.user,
        labels={
            "org.opencontainers.image.title": manifest.name + inner,
            "org.opencontainers.image.description": manifest.description,
            "org.opencontainers.image.vendor": manifest.owner,
        },
        folders=tuple(sorted(set(_mounted(manifest, name)) - {""})),
        server=server,
        baked=baked_into(manifest, name),
    )


def _mounted(manifest: Manifest, container: str) -> list[str]:
    weights = [
        item.path.text.rsplit("/", 1)[0]
        for item in manifest.artifacts.values()
        if not item.bake and (not item.containers or container in item.containers)
    ]
    models = manifest.models.values() if isinstance(manifest, Service) else ()
    hosted = [HOSTED_MODELS] if any(not item.bake for item in models) else []
    return weights + hosted + [volume.path.text for volume in manifest.volumes.values()]


def registry_host(registry: Registry) -> str:
    """The host of an ECR registry."""
    suffix = "amazonaws.com.cn" if registry.region.startswith("cn-") else "amazonaws.com"
    return f"{registry.account}.dkr.ecr.{registry.region}.{suffix}"


def _foreign(image: Image, catalogue: Catalogue) -> str:
    if image.catalogue is not None:
        known = catalogue.images.get(image.catalogue)
        return known.reference if known is not None else ""
    return str(image.reference or "")


def reference(
    image: Image,
    build: ImageBuild | None,
    catalogue: Catalogue,
    registry: Registry | None,
    digest: str | None,
    tag: str,
) -> str:
    """What an environment pulls: by digest where one is known, else by the tag of the build's inputs.

    Repositories are immutable, so that tag names one image before anybody has built it. Only
    environments that track head ever use it. Empty for a base or image that the catalogue lacks.
    """
    if build is None:
        return _foreign(image, catalogue)
    name = (
        build.repository
        if registry is None
        else f"{registry_host(registry)}/{registry.prefix}/{build.repository}"
    )
    return f"{name}@{digest}" if digest is not None else f"{name}:{tag}"


def input_tag(recipe: bytes, architecture: str, context: str) -> str:
    """``in-`` and sixteen hex digits of a hash over everything that decides what the built image is.

    ``recipe`` is the text that it is built by, base image included, and ``context`` a digest of what
    is copied into it.
    """
    return "in-" + sha256(f"{architecture} {context} ".encode() + recipe).hexdigest()[:16]


def health_command(serve: Serve | None, python: str | None) -> tuple[str, ...]:
    """What tells inside a container that it is healthy; empty where nothing is known to.

    ``python`` is the version of Python in an image of ours; None where there is none.
    """
    if serve is None:
        return ()
    if serve.health_command or python is None:
        return serve.health_command
    # The URL is an argument, so that nothing of the manifest is ever read as Python. A proxy of the
    # environment is not for this address.
    code = "import sys, urllib.request as u; u.build_opener(u.ProxyHandler({})).open(sys.argv[1], timeout=2)"
    return ("python", "-c", code, f"http://127.0.0.1:{serve.port}{serve.ping}")
