"""The containers of a task definition, read in the API's spelling."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from modelyard.subjects.document import Path
from modelyard.subjects.facts import Container, EnvVar, Mount, Said, SecretReference, Workload
from modelyard.subjects.gathering import Gathering, branches, text_of, truth
from modelyard.subjects.images import container_image


@dataclass(frozen=True, slots=True)
class Task:
    """What a task definition says for all its containers. ``at`` gives places in the document."""

    definition: dict[str, Any]
    at: Callable[..., Path]
    workload: Workload
    network: str
    host_volumes: dict[str, tuple[str, Path]]
    awaited: frozenset[str]


def add_container(gathering: Gathering, item: dict[str, Any], path: Path, task: Task) -> None:
    """Adds one container with its image, environment and secrets; ``path`` is in the API's spelling."""
    at = task.at
    name = text_of(item.get("name"))
    resource = f"{task.workload.resource} container/{name or path[-1]}"
    inner = Gathering(gathering.document)
    linux = inner.mapping(item, "linuxParameters", path, resource)
    capabilities = inner.mapping(linux, "capabilities", (*path, "linuxParameters"), resource)
    above = (*path, "linuxParameters", "capabilities")
    logging = inner.mapping(item, "logConfiguration", path, resource)
    essential = inner.flag(item, "essential", path, resource, worst=True)
    optional = essential is not None and not essential.value
    prepares = optional and name in task.awaited
    image = container_image(gathering, item.get("image"), at(*path, "image"), resource, "ecs")
    env = environment(gathering, inner, item, path, resource, task)
    secrets = references(gathering, inner, item, logging, path, resource, task)
    container = Container(
        document=gathering.document,
        path=at(*path),
        resource=resource,
        platform="ecs",
        name=name,
        role="init" if prepares else "main",
        sidecar=optional and not prepares,
        image=image,
        user=said(item, "user", path, at),
        privileged=placed(inner.flag(item, "privileged", path, resource, worst=True), at),
        read_only_root=placed(inner.flag(item, "readonlyRootFilesystem", path, resource, worst=False), at),
        privilege_escalation=no_new_privileges(inner, item, path, resource, at),
        capabilities_added=all_placed(inner.texts(capabilities, "add", above, resource), at),
        capabilities_dropped=all_placed(inner.texts(capabilities, "drop", above, resource), at),
        host_ports=host_ports(inner, item, path, resource, task),
        env=env,
        secrets=secrets,
        command=all_placed(
            inner.texts(item, "entryPoint", path, resource) + inner.texts(item, "command", path, resource), at
        ),
        mounts=mounts(gathering, inner, item, path, resource, task),
        limits=limits(item, path, task),
        probes=probes(inner, item, path, resource, at),
        log=said(logging, "logDriver", (*path, "logConfiguration"), at),
        workload=task.workload,
    )
    for problem in inner.found:
        gathering.add(replace(problem, path=at(*problem.path)))
    gathering.add(container)


def said(holder: dict[str, Any], key: str, path: Path, at: Callable[..., Path]) -> Said[str] | None:
    """The text at a key; of the branches of an Fn::If, the first."""
    value = holder.get(key)
    if value is None:
        return None
    for place, one in branches(value, (*path, key)):
        return Said(text_of(one), at(*place))
    return None


def placed(one: Said[bool] | None, at: Callable[..., Path]) -> Said[bool] | None:
    return None if one is None else Said(one.value, at(*one.path))


def all_placed(ones: tuple[Said[str], ...], at: Callable[..., Path]) -> tuple[Said[str], ...]:
    return tuple([Said(one.value, at(*one.path)) for one in ones])


def no_new_privileges(
    gathering: Gathering, item: dict[str, Any], path: Path, resource: str, at: Callable[..., Path]
) -> Said[bool] | None:
    """False where dockerSecurityOptions forbids privilege escalation, else None."""
    for one in gathering.texts(item, "dockerSecurityOptions", path, resource):
        if one.value in ("no-new-privileges", "no-new-privileges:true", "no-new-privileges=true"):
            return Said(False, at(*one.path))
    return None


def host_ports(
    gathering: Gathering, item: dict[str, Any], path: Path, resource: str, task: Task
) -> tuple[Said[int], ...]:
    """The ports of the host that it takes. In awsvpc a task has a network of its own, so none are the host's;
    in host mode the container's ports are (ECS API, PortMapping)."""
    found: list[Said[int]] = []
    for place, port in gathering.mappings(item, "portMappings", path, resource):
        key = "containerPort" if task.network == "host" else "hostPort"
        value = port.get(key)
        if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 6:
            value = int(value)
        if isinstance(value, int) and not isinstance(value, bool):
            if value and task.network != "awsvpc":
                found.append(Said(value, task.at(*place, key)))
        elif value is not None and not isinstance(value, dict):
            gathering.wrong((*place, key), resource, key, "a number", value)
    return tuple(found)


def environment(
    gathering: Gathering, inner: Gathering, item: dict[str, Any], path: Path, resource: str, task: Task
) -> tuple[EnvVar, ...]:
    """Adds and gives the literal variables."""
    found = [
        EnvVar(
            document=gathering.document,
            path=task.at(*place, "value"),
            resource=resource,
            name=text_of(one.get("name")),
            value=text_of(value),
            platform="ecs",
        )
        for place, one in inner.mappings(item, "environment", path, resource)
        for _, value in branches(one.get("value"), place)
    ]
    gathering.found += found
    return tuple(found)


def references(
    gathering: Gathering,
    inner: Gathering,
    item: dict[str, Any],
    logging: dict[str, Any],
    path: Path,
    resource: str,
    task: Task,
) -> tuple[SecretReference, ...]:
    """Adds and gives the secrets by reference: of the container, its log driver and its registry."""
    listed = inner.mappings(item, "secrets", path, resource)
    listed += inner.mappings(logging, "secretOptions", (*path, "logConfiguration"), resource)
    entries = [
        (text_of(one.get("name")), one.get("valueFrom"), (*place, "valueFrom")) for place, one in listed
    ]
    registry = inner.mapping(item, "repositoryCredentials", path, resource)
    if "credentialsParameter" in registry:
        place = (*path, "repositoryCredentials", "credentialsParameter")
        entries.append(("repositoryCredentials", registry["credentialsParameter"], place))
    found = [
        SecretReference(
            document=gathering.document,
            path=task.at(*place),
            resource=resource,
            name=name,
            source=text_of(source),
            platform="ecs",
        )
        for name, source, place in entries
    ]
    gathering.found += found
    return tuple(found)


def mounts(
    gathering: Gathering, inner: Gathering, item: dict[str, Any], path: Path, resource: str, task: Task
) -> tuple[Mount, ...]:
    """What of the host it mounts."""
    found: list[Mount] = []
    for place, one in inner.mappings(item, "mountPoints", path, resource):
        volume = task.host_volumes.get(text_of(one.get("sourceVolume")))
        if volume is not None:
            mount = Mount(
                document=gathering.document,
                path=task.at(*place),
                resource=resource,
                source=volume[0],
                read_only=truth(one.get("readOnly")) is True,
            )
            found.append(mount)
    gathering.found += found
    return tuple(found)


def limits(item: dict[str, Any], path: Path, task: Task) -> dict[str, Said[Any]]:
    """CPU and memory as the container says, else as its task does."""
    found: dict[str, Said[Any]] = {}
    for name in ("cpu", "memory"):
        if item.get(name) is not None:
            found[name] = Said(item[name], task.at(*path, name))
        elif task.definition.get(name) is not None:
            found[name] = Said(task.definition[name], task.at(name))
    return found


def probes(
    gathering: Gathering, item: dict[str, Any], path: Path, resource: str, at: Callable[..., Path]
) -> dict[str, Said[Any]]:
    """Its health check; the command NONE switches one of the image off."""
    check = gathering.mapping(item, "healthCheck", path, resource)
    if not check:
        return {}
    command = check.get("command")
    if command in (["NONE"], "NONE", None):
        return {}
    return {"health": Said(check, at(*path, "healthCheck"))}
