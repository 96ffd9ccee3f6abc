"""Projects of compose: each service is a workload of one container. Names: Compose Specification."""

from __future__ import annotations

from typing import Any

from modelyard.subjects.compose_values import environment, host_ports, volumes
from modelyard.subjects.document import Path
from modelyard.subjects.facts import Container, ImageUse, Mount, Said, SecretReference, Workload
from modelyard.subjects.gathering import Gathering, text_of
from modelyard.subjects.images import image_use, interpolate

host_modes = (
    ("network", "network_mode"),
    ("pid", "pid"),
    ("ipc", "ipc"),
    ("uts", "uts"),
    ("users", "userns_mode"),
)


def gather(gathering: Gathering) -> None:
    """Every service, with its container."""
    data = gathering.document.data
    if not isinstance(data, dict):
        gathering.wrong((), "", "a compose project", "a mapping", data)
        return
    services = gathering.mapping(data, "services", (), "")
    prepares = awaited(services)
    for name, service in services.items():
        resource = f"service/{name}"
        if isinstance(service, dict):
            add_service(gathering, data, name, service, name in prepares)
        else:
            gathering.wrong(("services", name), resource, "a service", "a mapping", service)


def awaited(services: dict[str, Any]) -> frozenset[str]:
    """The services that others wait for to end."""
    found: set[str] = set()
    for service in services.values():
        waits = service.get("depends_on") if isinstance(service, dict) else None
        for name, how in waits.items() if isinstance(waits, dict) else ():
            if isinstance(how, dict) and how.get("condition") == "service_completed_successfully":
                found.add(name)
    return frozenset(found)


def add_service(
    gathering: Gathering, data: dict[str, Any], name: str, service: dict[str, Any], prepares: bool
) -> None:
    """Adds the workload and the container of one service."""
    path: Path = ("services", name)
    resource = f"service/{name}"
    mounts = volumes(gathering, data, service, path, resource)
    workload = Workload(
        document=gathering.document,
        path=path,
        resource=resource,
        platform="compose",
        kind="service",
        name=name,
        serves=not prepares,
        host_namespaces=tuple(
            [Said(word, (*path, key)) for word, key in host_modes if service.get(key) == "host"]
        ),
        host_paths=tuple([Said(one.source, one.path) for one in mounts]),
    )
    gathering.add(workload)
    gathering.found += mounts
    add_container(gathering, service, path, workload, mounts, prepares)


def add_container(
    gathering: Gathering,
    service: dict[str, Any],
    path: Path,
    workload: Workload,
    mounts: tuple[Mount, ...],
    prepares: bool,
) -> None:
    resource = workload.resource
    logging = gathering.mapping(service, "logging", path, resource)
    driver = logging.get("driver")
    gathering.add(
        Container(
            document=gathering.document,
            path=path,
            resource=resource,
            platform="compose",
            name=workload.name,
            role="init" if prepares else "main",
            image=image(gathering, service, path, resource),
            user=None if service.get("user") is None else Said(text_of(service["user"]), (*path, "user")),
            privileged=gathering.flag(service, "privileged", path, resource, worst=True),
            read_only_root=gathering.flag(service, "read_only", path, resource, worst=False),
            privilege_escalation=no_new_privileges(gathering, service, path, resource),
            capabilities_added=gathering.texts(service, "cap_add", path, resource),
            capabilities_dropped=gathering.texts(service, "cap_drop", path, resource),
            host_ports=host_ports(gathering, service, path, resource),
            env=environment(gathering, service, path, resource),
            secrets=secrets(gathering, service, path, resource),
            command=gathering.texts(service, "entrypoint", path, resource)
            + gathering.texts(service, "command", path, resource),
            mounts=mounts,
            limits=limits(gathering, service, path, resource),
            probes=probes(gathering, service, path, resource),
            log=None if driver is None else Said(text_of(driver), (*path, "logging", "driver")),
            workload=workload,
        )
    )


def image(gathering: Gathering, service: dict[str, Any], path: Path, resource: str) -> ImageUse | None:
    """The image that is pulled. Beside ``build``, the name is that of what is built."""
    value = service.get("image")
    if value is None or service.get("build") is not None:
        return None
    place = (*path, "image")
    if not isinstance(value, str):
        gathering.wrong(place, resource, "image", "a string", value)
        return None
    return image_use(gathering, value, place, resource, "compose", interpolate(value))


def no_new_privileges(
    gathering: Gathering, service: dict[str, Any], path: Path, resource: str
) -> Said[bool] | None:
    """False where security_opt forbids privilege escalation, else None."""
    for one in gathering.texts(service, "security_opt", path, resource):
        word, _, value = one.value.replace("=", ":").partition(":")
        if word == "no-new-privileges" and value in ("", "true"):
            return Said(False, one.path)
    return None


def secrets(
    gathering: Gathering, service: dict[str, Any], path: Path, resource: str
) -> tuple[SecretReference, ...]:
    """Adds and gives the secrets that it is granted."""
    value = service.get("secrets")
    found: list[SecretReference] = []
    entries = [] if value is None else gathering.items(value, (*path, "secrets"), resource, "secrets")
    for place, one in entries:
        if isinstance(one, dict):
            source = text_of(one.get("source"))
            name = text_of(one.get("target")) or source
        elif isinstance(one, str):
            name = source = one
        else:
            gathering.wrong(place, resource, "an item of secrets", "a name or a mapping", one)
            continue
        found.append(
            SecretReference(
                document=gathering.document,
                path=place,
                resource=resource,
                name=name,
                source=source,
                platform="compose",
            )
        )
    gathering.found += found
    return tuple(found)


def limits(gathering: Gathering, service: dict[str, Any], path: Path, resource: str) -> dict[str, Said[Any]]:
    """CPU and memory, of the service itself or of its ``deploy``."""
    found: dict[str, Said[Any]] = {}
    deploy = gathering.mapping(service, "deploy", path, resource)
    resources = gathering.mapping(deploy, "resources", (*path, "deploy"), resource)
    said = gathering.mapping(resources, "limits", (*path, "deploy", "resources"), resource)
    for name, old, new in (("cpu", "cpus", "cpus"), ("memory", "mem_limit", "memory")):
        if said.get(new) is not None:
            found[name] = Said(said[new], (*path, "deploy", "resources", "limits", new))
        elif service.get(old) is not None:
            found[name] = Said(service[old], (*path, old))
    return found


def probes(gathering: Gathering, service: dict[str, Any], path: Path, resource: str) -> dict[str, Said[Any]]:
    """Its health check, unless it is switched off."""
    check = gathering.mapping(service, "healthcheck", path, resource)
    off = gathering.flag(check, "disable", (*path, "healthcheck"), resource, worst=True)
    test = check.get("test")
    if not check or (off is not None and off.value) or test in (["NONE"], "NONE"):
        return {}
    return {"health": Said(check, (*path, "healthcheck"))}
