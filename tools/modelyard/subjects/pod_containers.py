"""The containers of pods as facts: what they say, and what they take from their pod."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from modelyard.subjects.document import Path
from modelyard.subjects.facts import Container, EnvVar, Mount, Said, SecretReference, Workload
from modelyard.subjects.gathering import Gathering, text_of
from modelyard.subjects.images import container_image

probe_names = (("liveness", "livenessProbe"), ("readiness", "readinessProbe"), ("startup", "startupProbe"))
Role = Literal["main", "init", "ephemeral"]


@dataclass(frozen=True, slots=True)
class Inherited:
    """What a pod says for all its containers: security context, resources, and volumes of the host."""

    path: Path
    context: dict[str, Any]
    resources: dict[str, Any]
    host_volumes: dict[str, tuple[str, bool]]
    host_network: bool


def add_container(
    gathering: Gathering,
    item: dict[str, Any],
    path: Path,
    role: Role,
    workload: Workload,
    inherited: Inherited,
) -> None:
    """Adds one container with its image and environment."""
    name = text_of(item.get("name"))
    resource = f"{workload.resource} container/{name or path[-1]}"
    sidecar = role == "init" and item.get("restartPolicy") == "Always"
    context = gathering.mapping(item, "securityContext", path, resource)
    security = (*path, "securityContext")
    capabilities = gathering.mapping(context, "capabilities", security, resource)
    inner = (*security, "capabilities")
    env, secrets = environment(gathering, item, path, resource)
    gathering.add(
        Container(
            document=gathering.document,
            path=path,
            resource=resource,
            platform="kubernetes",
            name=name,
            role="main" if sidecar else role,
            sidecar=sidecar,
            image=container_image(gathering, item.get("image"), (*path, "image"), resource, "kubernetes"),
            user=user(context, security, inherited),
            run_as_non_root=non_root(gathering, context, security, resource, inherited),
            privileged=gathering.flag(context, "privileged", security, resource, worst=True),
            read_only_root=gathering.flag(context, "readOnlyRootFilesystem", security, resource, worst=False),
            privilege_escalation=gathering.flag(
                context, "allowPrivilegeEscalation", security, resource, worst=True
            ),
            capabilities_added=gathering.texts(capabilities, "add", inner, resource),
            capabilities_dropped=gathering.texts(capabilities, "drop", inner, resource),
            host_ports=host_ports(gathering, item, path, resource, inherited),
            env=env,
            secrets=secrets,
            command=gathering.texts(item, "command", path, resource)
            + gathering.texts(item, "args", path, resource),
            mounts=mounts(gathering, item, path, resource, inherited),
            limits=limits(gathering, item, path, resource, inherited),
            probes={
                word: Said(item[key], (*path, key)) for word, key in probe_names if item.get(key) is not None
            },
            workload=workload,
        )
    )


def user(context: dict[str, Any], path: Path, inherited: Inherited) -> Said[str] | None:
    """The user that the container says, else the one of its pod."""
    value = context.get("runAsUser")
    if value is not None:
        return Said(text_of(value), (*path, "runAsUser"))
    value = inherited.context.get("runAsUser")
    if value is not None:
        return Said(text_of(value), (*inherited.path, "securityContext", "runAsUser"))
    return None


def non_root(
    gathering: Gathering, context: dict[str, Any], path: Path, resource: str, inherited: Inherited
) -> Said[bool] | None:
    """Whether the kubelet refuses to run it as root: as the container says, else as its pod does."""
    own = gathering.flag(context, "runAsNonRoot", path, resource, worst=False)
    if own is not None:
        return own
    place = (*inherited.path, "securityContext")
    return gathering.flag(inherited.context, "runAsNonRoot", place, resource, worst=False)


def host_ports(
    gathering: Gathering, item: dict[str, Any], path: Path, resource: str, inherited: Inherited
) -> tuple[Said[int], ...]:
    """The ports of the host that it takes; in the network of the host, each of its ports is one."""
    found: list[Said[int]] = []
    for place, port in gathering.mappings(item, "ports", path, resource):
        key = "hostPort"
        if inherited.host_network and not port.get(key):
            key = "containerPort"
        value = port.get(key)
        if isinstance(value, int) and not isinstance(value, bool):
            if value:
                found.append(Said(value, (*place, key)))
        elif value is not None:
            gathering.wrong((*place, key), resource, key, "a number", value)
    return tuple(found)


def environment(
    gathering: Gathering, item: dict[str, Any], path: Path, resource: str
) -> tuple[tuple[EnvVar, ...], tuple[SecretReference, ...]]:
    """Adds and gives the literal variables, and the keys of secrets that variables come from."""
    env: list[EnvVar] = []
    secrets: list[SecretReference] = []
    document = gathering.document
    for place, one in gathering.mappings(item, "env", path, resource):
        name = text_of(one.get("name"))
        source = one.get("valueFrom")
        if source is None:
            key = (*place, "value") if "value" in one else place
            env.append(
                EnvVar(
                    document=document,
                    path=key,
                    resource=resource,
                    name=name,
                    value=text_of(one.get("value")),
                    platform="kubernetes",
                )
            )
        elif not isinstance(source, dict):
            gathering.wrong((*place, "valueFrom"), resource, "valueFrom", "a mapping", source)
        elif isinstance(key_ref := source.get("secretKeyRef"), dict):
            origin = f"{text_of(key_ref.get('name'))}/{text_of(key_ref.get('key'))}"
            where = (*place, "valueFrom", "secretKeyRef")
            secrets.append(secret(gathering, where, resource, name, origin))
    for place, one in gathering.mappings(item, "envFrom", path, resource):
        reference = one.get("secretRef")
        if isinstance(reference, dict):
            origin = f"{text_of(reference.get('name'))}/*"
            secrets.append(secret(gathering, (*place, "secretRef"), resource, "", origin))
    gathering.found += env
    gathering.found += secrets
    return tuple(env), tuple(secrets)


def secret(gathering: Gathering, path: Path, resource: str, name: str, source: str) -> SecretReference:
    return SecretReference(
        document=gathering.document,
        path=path,
        resource=resource,
        name=name,
        source=source,
        platform="kubernetes",
    )


def mounts(
    gathering: Gathering, item: dict[str, Any], path: Path, resource: str, inherited: Inherited
) -> tuple[Mount, ...]:
    """What of the host it mounts."""
    if not inherited.host_volumes:
        return ()
    found: list[Mount] = []
    for place, one in gathering.mappings(item, "volumeMounts", path, resource):
        volume = inherited.host_volumes.get(text_of(one.get("name")))
        if volume is not None:
            read_only = gathering.flag(one, "readOnly", place, resource, worst=False)
            found.append(
                Mount(
                    document=gathering.document,
                    path=place,
                    resource=resource,
                    source=volume[0],
                    read_only=read_only is not None and read_only.value,
                )
            )
    gathering.found += found
    return tuple(found)


def limits(
    gathering: Gathering, item: dict[str, Any], path: Path, resource: str, inherited: Inherited
) -> dict[str, Said[Any]]:
    """The limits of CPU and memory that it says, else those of its pod."""
    found: dict[str, Said[Any]] = {}
    for resources, place in (
        (inherited.resources, (*inherited.path, "resources")),
        (gathering.mapping(item, "resources", path, resource), (*path, "resources")),
    ):
        said = gathering.mapping(resources, "limits", place, resource) if resources else {}
        for name in ("cpu", "memory"):
            if said.get(name) is not None:
                found[name] = Said(said[name], (*place, "limits", name))
    return found
