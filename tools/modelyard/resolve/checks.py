"""Relations between a workload's fields that no platform could make sense of."""

from __future__ import annotations

import re
from collections.abc import Iterator

from modelyard.findings import Finding
from modelyard.resolve.baking import check_baking
from modelyard.resolve.build import PRESET_IMAGES
from modelyard.resolve.storage import check_storage, delivery_path
from modelyard.resolve.workload import (
    COPY_NUMBER,
    FETCHER_IMAGE,
    Path,
    ResolvedContainer,
    ResolvedSidecar,
    Workload,
)
from modelyard.source.node import Mapping as MappingNode
from modelyard.spec.catalogue import Catalogue

# Set by AWS or by Modelyard in every container; a manifest that sets them breaks what reads them.
RESERVED_PREFIXES = ("AWS_", "ECS_", "KUBERNETES_", "ARTIFACT_", COPY_NUMBER)


def check_workload(workload: Workload, catalogue: Catalogue) -> Iterator[Finding]:
    """Everything that is wrong whatever the target."""
    yield from _images(workload, catalogue)
    yield from _names(workload)
    yield from _variables(workload)
    yield from _ports(workload)
    yield from _order(workload)
    yield from check_storage(workload)
    yield from check_baking(workload)
    yield from _secret_names(workload)
    yield from _weights(workload)
    yield from _scaling(workload)
    yield from _short_form(workload)


def _images(workload: Workload, catalogue: Catalogue) -> Iterator[Finding]:
    for sidecar in workload.sidecars:
        if not sidecar.image:
            key, path = PRESET_IMAGES[sidecar.preset], (*sidecar.path, "use")
            yield workload.finding("unknown-base", path, f"the preset needs the image {key}", _add_base(key))
    if workload.deliveries and not workload.fetcher_image:
        path, message = (
            delivery_path(workload, workload.deliveries[0]),
            f"the init container needs {FETCHER_IMAGE}",
        )
        yield workload.finding("unknown-base", path, message, _add_base(FETCHER_IMAGE))


def _add_base(key: str) -> str:
    return f"add {key} to Dockerfiles/base-images.yaml"


def _names(workload: Workload) -> Iterator[Finding]:
    own = {container.name for container in workload.containers}
    for sidecar in workload.sidecars:
        if sidecar.name in own:
            yield workload.finding(
                "name-clash",
                sidecar.path,
                f'a container is called "{sidecar.name}" too',
                "rename the sidecar",
            )
    volumes = {volume.name for volume in workload.volumes}
    for name in sorted({delivery.name for delivery in workload.deliveries} & volumes):
        yield workload.finding(
            "name-clash", ("volumes", name), f'an artifact is called "{name}" too', "rename it"
        )
    manifest = workload.service or workload.job
    assert manifest is not None
    for name in workload.service.models if workload.service is not None else ():
        if name in manifest.artifacts:
            yield workload.finding(
                "name-clash", ("models", name), f'an artifact is called "{name}" too', "rename it"
            )
    for name in _unknown_receivers(workload, own):
        path = ("artifacts", name, "containers")
        yield workload.finding(
            "unknown-container", path, "a container is named that is not there", _one_of(own)
        )


def _unknown_receivers(workload: Workload, own: set[str]) -> Iterator[str]:
    manifest = workload.service or workload.job
    assert manifest is not None
    for name, artifact in manifest.artifacts.items():
        if not own.issuperset(artifact.containers):
            yield name


def _one_of(names: set[str]) -> str:
    return "known: " + ", ".join(sorted(names))


def _variables(workload: Workload) -> Iterator[Finding]:
    for part in workload.parts:
        written, secret = _entries(workload, (*part.path, "env")), _entries(workload, (*part.path, "secrets"))
        for name in sorted(written & secret):
            message = f"{name} is both a plain variable and a secret"
            yield workload.finding("name-clash", (*part.path, "env", name), message, "keep the secret")
        for key, names in (("env", written), ("secrets", secret)):
            for name in sorted(names):
                if name.startswith(RESERVED_PREFIXES):
                    message = f"{name} is set by the platform"
                    hint = "choose a name that does not begin with " + ", ".join(RESERVED_PREFIXES)
                    yield workload.finding("reserved-variable", (*part.path, key, name), message, hint)


def _entries(workload: Workload, path: Path) -> set[str]:
    node = workload.node(*path)
    found = node is not workload.node(*path[:-1])
    return set(node.entries) if found and isinstance(node, MappingNode) else set()


def _ports(workload: Workload) -> Iterator[Finding]:
    """All containers of a workload share one network address on every platform."""
    taken: dict[int, str] = {}
    for name, port, path in _listening(workload):
        if taken.get(port, name) != name:
            message = f"port {port} is taken by {taken[port]}: the containers share one address"
            yield workload.finding("port-clash", path, message, "give it another port")
        taken.setdefault(port, name)


def _listening(workload: Workload) -> Iterator[tuple[str, int, Path]]:
    for container in workload.containers:
        if container.serve is not None:
            yield container.name, container.serve.port, (*container.path, "serve", "port")
            if container.serve.metrics is not None:
                yield (
                    container.name,
                    container.serve.metrics.port,
                    (*container.path, "serve", "metrics", "port"),
                )
    for sidecar in workload.sidecars:
        if sidecar.spec.port is not None:
            yield sidecar.name, sidecar.spec.port, (*sidecar.path, "port")


def _order(workload: Workload) -> Iterator[Finding]:
    parts = {part.name: part for part in workload.parts}
    for part in parts.values():
        for name in part.depends_on:
            if name not in parts:
                path = (*part.path, "dependsOn", name)
                yield workload.finding(
                    "unknown-container", path, f'there is no "{name}" to wait for', _one_of(set(parts))
                )
    for name in sorted(_in_cycles(parts)):
        path = (*parts[name].path, "dependsOn")
        yield workload.finding(
            "dependency-cycle", path, f"{name} waits for itself, through what it waits for", "break it"
        )


def _in_cycles(parts: dict[str, ResolvedContainer | ResolvedSidecar]) -> Iterator[str]:
    edges = {name: list(part.depends_on) for name, part in parts.items()}
    for name, direct in edges.items():
        seen: set[str] = set()
        todo = list(direct)
        while todo:
            other = todo.pop()
            if other not in seen:
                seen.add(other)
                todo += edges.get(other, [])
        if name in seen:
            yield name


def _weights(workload: Workload) -> Iterator[Finding]:
    """A checksum is one file's: weights are no folder and no pattern."""
    manifest = workload.service or workload.job
    assert manifest is not None
    hosted = workload.service.models if workload.service is not None else {}
    for key, every in (("artifacts", manifest.artifacts), ("models", hosted)):
        for name, item in every.items():
            if not item.source.key or item.source.key.endswith("/") or "*" in item.source.key:
                hint = "name one object; pack a folder into one file: s3://bucket/model.tar.gz"
                message = f"{item.source} is not one object"
                yield workload.finding("not-an-object", (key, name, "source"), message, hint)


def _secret_names(workload: Workload) -> Iterator[Finding]:
    """Secrets Manager takes a name that ends like its own random suffix for a complete ARN."""
    for part in workload.parts:
        for secret in part.secrets:
            if secret.store == "secretsmanager" and re.search(r"-[A-Za-z0-9]{6}$", secret.name):
                message = f"{secret.name} ends like the suffix of a secret's ARN"
                hint = "rename the secret: its name may not end in a dash and six letters or digits"
                path = (*part.path, "secrets", secret.variable)
                yield workload.finding("ambiguous-secret-name", path, message, hint)


def _scaling(workload: Workload) -> Iterator[Finding]:
    if workload.service is None:
        return
    scaling = workload.service.scaling
    if scaling.min > scaling.max:
        message = f"min {scaling.min} is more than max {scaling.max}"
        yield workload.finding("impossible-scaling", ("scaling", "min"), message, "raise max or lower min")


def _short_form(workload: Workload) -> Iterator[Finding]:
    """With several containers these fields would say nothing, or would say it of all of them."""
    if len(workload.containers) > 1:
        for key in ("command", "args", "user", "secrets", "dependsOn", "serve"):
            if key in workload.tree.entries:
                hint = f"move it into the containers that it concerns: containers.<name>.{key}"
                yield workload.finding("misplaced-field", (key,), f'"{key}" is for a single container', hint)
        if not any(container.serve for container in workload.containers[:1]) and workload.service is not None:
            path = workload.primary.path
            hint = "add serve: {port: 8080}"
            yield workload.finding(
                "missing-field", path, "the first container must serve: requests go to it", hint
            )
