"""Reads a registered task definition, strictly: a field that nothing here knows is an error, not a silence.

What the fields mean: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, cast, get_args

Condition = Literal["START", "COMPLETE", "SUCCESS", "HEALTHY"]

# Known, and of no effect where a task runs without AWS. Each is told apart from what is unknown.
TASK_LEFT_OUT = frozenset(
    {
        "family",  # a name
        "taskRoleArn",  # no IAM: the local S3 takes any credentials
        "executionRoleArn",
        "requiresCompatibilities",  # says where it may run
        "tags",
        "ephemeralStorage",  # the disk is what it is
    }
)
CONTAINER_LEFT_OUT = frozenset(
    {
        "logConfiguration",  # logs are the engine's; see RunningTask.log
        "firelensConfiguration",  # the log router runs, and is sent nothing
    }
)
ARCHITECTURES = {"X86_64": "amd64", "ARM64": "arm64"}


class Unsupported(Exception):
    """The definition asks for something that cannot be done here; the message names the field."""


@dataclass(frozen=True)
class HealthCheck:
    """``command`` as it is executed; times in seconds. Defaults are those of the API."""

    command: tuple[str, ...]
    interval: int = 30
    timeout: int = 5
    retries: int = 3
    start_period: int = 0


@dataclass(frozen=True)
class Container:
    """One container definition. ``memory`` in MiB, ``cpu`` in units of 1/1024 core."""

    name: str
    image: str
    essential: bool
    cpu: int
    memory: int | None
    entry_point: tuple[str, ...] | None
    command: tuple[str, ...]
    user: str
    read_only: bool
    environment: Mapping[str, str]
    secrets: Mapping[str, str]
    ports: tuple[int, ...]
    mounts: tuple[tuple[str, str, bool], ...]  # volume, path, read-only
    depends_on: tuple[tuple[str, Condition], ...]
    capabilities_dropped: tuple[str, ...]
    init: bool
    tmpfs: tuple[tuple[str, int, tuple[str, ...]], ...]  # path, MiB, options
    shared_memory: int | None
    ulimits: tuple[tuple[str, int, int], ...]
    health_check: HealthCheck | None
    stop_timeout: int
    restart: bool


@dataclass(frozen=True)
class Task:
    """A task definition: ``cpu`` in units of 1/1024 core and ``memory`` in MiB are for all containers."""

    family: str
    cpu: int | None
    memory: int | None
    architecture: str
    volumes: tuple[str, ...]
    containers: tuple[Container, ...]


@dataclass
class _Fields:
    """A JSON object whose fields are taken one by one; what is left over at the end is unknown."""

    where: str
    left: dict[str, Any]
    seen: set[str] = field(default_factory=set)

    def take(self, name: str, default: object = None) -> Any:
        return self.left.pop(name, default)

    def inner(self, name: str) -> _Fields:
        return _Fields(f"{self.where}.{name}", dict(self.left.pop(name, {})))

    def each(self, name: str) -> list[_Fields]:
        items = self.left.pop(name, [])
        return [_Fields(f"{self.where}.{name}[{number}]", dict(item)) for number, item in enumerate(items)]

    def pairs(self, name: str, key: str, value: str) -> dict[str, str]:
        found = {}
        for item in self.each(name):
            found[str(item.take(key))] = str(item.take(value))
            item.done()
        return found

    def done(self, but: frozenset[str] = frozenset()) -> None:
        unknown = sorted(self.left.keys() - but)
        if unknown:
            raise Unsupported(f"{self.where}: nothing here knows the field {', '.join(unknown)}")


def read(document: Mapping[str, Any]) -> Task:
    """The task definition; Unsupported if anything in it would be lost."""
    fields = _Fields(str(document.get("family", "task")), dict(document))
    if fields.take("networkMode") != "awsvpc":
        raise Unsupported(f"{fields.where}.networkMode: only awsvpc, where containers share loopback")
    platform = fields.inner("runtimePlatform")
    architecture = ARCHITECTURES[platform.take("cpuArchitecture", "X86_64")]
    if platform.take("operatingSystemFamily", "LINUX") != "LINUX":
        raise Unsupported(f"{platform.where}: only Linux")
    platform.done()
    volumes = []
    for volume in fields.each("volumes"):
        volumes.append(str(volume.take("name")))
        volume.done()
    cpu, memory = fields.take("cpu"), fields.take("memory")
    task = Task(
        family=str(document["family"]),
        cpu=None if cpu is None else int(cpu),
        memory=None if memory is None else int(memory),
        architecture=architecture,
        volumes=tuple(volumes),
        containers=tuple(_container(item) for item in fields.each("containerDefinitions")),
    )
    fields.done(TASK_LEFT_OUT)
    _consistent(task)
    return task


def _container(fields: _Fields) -> Container:
    entry_point, limits = fields.take("entryPoint"), fields.inner("linuxParameters")
    restart = fields.inner("restartPolicy")
    capabilities = limits.inner("capabilities")
    memory = fields.take("memory")
    container = Container(
        name=str(fields.take("name")),
        image=str(fields.take("image")),
        essential=bool(fields.take("essential", True)),
        cpu=int(fields.take("cpu", 0)),
        memory=None if memory is None else int(memory),
        entry_point=None if entry_point is None else tuple(entry_point),
        command=tuple(fields.take("command", ())),
        user=str(fields.take("user", "")),
        read_only=bool(fields.take("readonlyRootFilesystem", False)),
        environment=fields.pairs("environment", "name", "value"),
        secrets=fields.pairs("secrets", "name", "valueFrom"),
        ports=tuple(_port(item) for item in fields.each("portMappings")),
        mounts=tuple(_mount(item) for item in fields.each("mountPoints")),
        depends_on=tuple(_dependency(item) for item in fields.each("dependsOn")),
        capabilities_dropped=tuple(capabilities.take("drop", ())),
        init=bool(limits.take("initProcessEnabled", False)),
        tmpfs=tuple(_tmpfs(item) for item in limits.each("tmpfs")),
        shared_memory=limits.take("sharedMemorySize"),
        ulimits=tuple(_ulimit(item) for item in fields.each("ulimits")),
        health_check=_health(fields.inner("healthCheck")) if "healthCheck" in fields.left else None,
        stop_timeout=int(fields.take("stopTimeout", 30)),
        restart=bool(restart.take("enabled", False)),
    )
    for part in (capabilities, limits, restart):
        part.done()
    fields.done(CONTAINER_LEFT_OUT)  # a GPU, an image's repository credentials, ...: not here
    return container


def _port(fields: _Fields) -> int:
    container, host = int(fields.take("containerPort")), fields.take("hostPort")
    if host not in (None, container):
        raise Unsupported(f"{fields.where}.hostPort: in awsvpc it is the container's port")
    if fields.take("protocol", "tcp") != "tcp":
        raise Unsupported(f"{fields.where}.protocol: only tcp")
    fields.done(frozenset({"name", "appProtocol"}))  # for Service Connect, which is not here
    return container


def _mount(fields: _Fields) -> tuple[str, str, bool]:
    mount = (str(fields.take("sourceVolume")), str(fields.take("containerPath")))
    read_only = bool(fields.take("readOnly", False))
    fields.done()
    return (*mount, read_only)


def _dependency(fields: _Fields) -> tuple[str, Condition]:
    name, condition = str(fields.take("containerName")), fields.take("condition")
    if condition not in get_args(Condition):
        raise Unsupported(f"{fields.where}.condition: {condition}")
    fields.done()
    return name, cast(Condition, condition)


def _tmpfs(fields: _Fields) -> tuple[str, int, tuple[str, ...]]:
    path, size = str(fields.take("containerPath")), int(fields.take("size"))
    options: Sequence[str] = fields.take("mountOptions", ())
    fields.done()
    return path, size, tuple(options)


def _ulimit(fields: _Fields) -> tuple[str, int, int]:
    limit = (str(fields.take("name")), int(fields.take("softLimit")), int(fields.take("hardLimit")))
    fields.done()
    return limit


def _health(fields: _Fields) -> HealthCheck:
    kind, *command = fields.take("command")
    if kind == "CMD-SHELL":
        command = ["/bin/sh", "-c", *command]
    elif kind != "CMD":
        raise Unsupported(f"{fields.where}.command: {kind} is neither CMD nor CMD-SHELL")
    times = {
        "interval": "interval",
        "timeout": "timeout",
        "retries": "retries",
        "startPeriod": "start_period",
    }
    given = {name: int(fields.take(key)) for key, name in times.items() if key in fields.left}
    fields.done()
    return HealthCheck(tuple(command), **given)


def _consistent(task: Task) -> None:
    """What RegisterTaskDefinition would refuse."""
    containers = {container.name: container for container in task.containers}
    for container in task.containers:
        for volume, _, _ in container.mounts:
            if volume not in task.volumes:
                raise Unsupported(f"{container.name}: there is no volume {volume}")
        for name, condition in container.depends_on:
            if name not in containers:
                raise Unsupported(f"{container.name}: there is no container {name}")
            if condition == "HEALTHY" and containers[name].health_check is None:
                raise Unsupported(f"{container.name}: {name} has no health check to depend on")
            if condition in ("COMPLETE", "SUCCESS") and containers[name].essential:
                raise Unsupported(f"{container.name}: {name} is essential, so its end is the task's")
