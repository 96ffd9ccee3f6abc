"""Container definitions: the model's own containers and its sidecars, as the ECS API spells them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from modelyard.resolve.workload import ResolvedContainer, ResolvedSecret, ResolvedSidecar, Workload
from modelyard.spec.container import Resources, Serve
from modelyard.targets.ecs import collector, prepare
from modelyard.targets.ecs.capacity import cpu_units, on_fargate
from modelyard.targets.ecs.logs import log_configuration, router
from modelyard.targets.ecs.names import PREPARE, settings
from modelyard.targets.ecs.volumes import mount_points

CONDITIONS = {"started": "START", "healthy": "HEALTHY", "succeeded": "SUCCESS"}
# Bounds of the ECS API, which botocore's model only has in its texts.
LONGEST_START_PERIOD, LONGEST_STOP, SHORTEST_STOP = 300, 120, 2
DEFAULT_STOP = 30
INTERVAL, TIMEOUT, RETRIES = 15, 5, 3
# The only limit that Fargate lets a task raise.
OPEN_FILES = 65536


def container_definitions(workload: Workload) -> list[dict[str, Any]]:
    """All of them: the model's own first, since the first is the one that people look at."""
    return [
        *(_own(workload, part) for part in workload.containers),
        *(_sidecar(workload, part) for part in workload.sidecars),
        *([prepare.container(workload)] if prepare.is_needed(workload) else []),
    ]


def _own(workload: Workload, part: ResolvedContainer) -> dict[str, Any]:
    first = {PREPARE: "SUCCESS"} if prepare.is_needed(workload) else {}
    ports = _serving_ports(part)
    stop = part.serve.drain.seconds if part.serve is not None else DEFAULT_STOP
    start = part.serve.startup.seconds if part.serve is not None else 0
    return {
        "name": part.name,
        "image": part.image,
        "essential": True,
        **_process(part.command, part.args, part.user),
        **_size(part.resources),
        **({"portMappings": ports} if ports else {}),
        **_present("environment", _environment(workload, part.env)),
        **_secrets(part.secrets),
        **_present("mountPoints", mount_points(workload, part.name)),
        **_present("dependsOn", _depends_on(workload, part.name, first, part.depends_on)),
        **_gpus(part.resources),
        "linuxParameters": _linux(workload, part.resources),
        "readonlyRootFilesystem": not settings(workload).exec,
        "ulimits": [{"name": "nofile", "softLimit": OPEN_FILES, "hardLimit": OPEN_FILES}],
        **_health(part.health_command, start),
        "stopTimeout": _stop_timeout(workload, stop),
        "logConfiguration": log_configuration(workload, part.name),
    }


def _sidecar(workload: Workload, part: ResolvedSidecar) -> dict[str, Any]:
    spec, env, args = part.spec, dict(part.spec.env), list(part.spec.args)
    if collector.configured_here(part):
        env[collector.VARIABLE], args = collector.configuration(workload), collector.COMMAND
    ports = [_port(part.name, spec.port, "")] if spec.port is not None else []
    return {
        "name": part.name,
        "image": part.image,
        "essential": spec.essential,
        **_process(spec.command, args, spec.user),
        **_size(spec.resources),
        **({"portMappings": ports} if ports else {}),
        **_present("environment", _environment(workload, env)),
        **_secrets(part.secrets),
        **_present("dependsOn", _depends_on(workload, part.name, {}, spec.depends_on)),
        "linuxParameters": _linux(workload, spec.resources),
        "readonlyRootFilesystem": True,
        **_health(spec.health_command, 0),
        **_restart(workload, part),
        "stopTimeout": DEFAULT_STOP,
        "logConfiguration": log_configuration(workload, part.name),
        **({"firelensConfiguration": {"type": "fluentbit"}} if part.preset == "firelens" else {}),
    }


def _present(key: str, value: list[dict[str, Any]]) -> dict[str, Any]:
    return {key: value} if value else {}


def _process(command: tuple[str, ...], args: tuple[str, ...] | list[str], user: str) -> dict[str, Any]:
    """``command`` of a manifest is an entry point in ECS's words, and ``args`` its command."""
    return {
        **({"entryPoint": list(command)} if command else {}),
        **({"command": list(args)} if args else {}),
        "user": user,
    }


def _size(resources: Resources) -> dict[str, Any]:
    return {"cpu": cpu_units(resources.cpu.millicores), "memory": resources.memory.mebibytes}


def _serving_ports(part: ResolvedContainer) -> list[dict[str, Any]]:
    serve: Serve | None = part.serve
    if serve is None:
        return []
    metrics = serve.metrics
    extra = (
        [_port(f"{part.name}-metrics", metrics.port, "http")]
        if metrics and metrics.port != serve.port
        else []
    )
    return [_port(part.name, serve.port, "http"), *extra]


def _port(name: str, port: int, protocol: str) -> dict[str, Any]:
    mapping = {"name": name, "containerPort": port, "hostPort": port, "protocol": "tcp"}
    return {**mapping, "appProtocol": protocol} if protocol else mapping


def _environment(workload: Workload, env: Mapping[str, str]) -> list[dict[str, str]]:
    """Sorted. Fargate tells containers their region, EC2 does not."""
    region = (
        {}
        if on_fargate(workload)
        else dict.fromkeys(("AWS_DEFAULT_REGION", "AWS_REGION"), workload.place.region)
    )
    return [{"name": key, "value": value} for key, value in sorted({**region, **env}.items())]


def _secrets(secrets: tuple[ResolvedSecret, ...]) -> dict[str, Any]:
    found = [{"name": item.variable, "valueFrom": secret_reference(item)} for item in secrets]
    return {"secrets": sorted(found, key=lambda item: item["name"])} if found else {}


def secret_reference(secret: ResolvedSecret) -> str:
    """``valueFrom``: one key of a JSON secret takes all three colons."""
    return f"{secret.arn}:{secret.key}::" if secret.key else secret.arn


def _depends_on(
    workload: Workload, name: str, first: Mapping[str, str], declared: Mapping[str, str]
) -> list[dict[str, Any]]:
    """ECS starts the log router first by itself, but not any more once an order is given."""
    wanted = {**first, **{other: CONDITIONS[condition] for other, condition in declared.items()}}
    routed = router(workload)
    if wanted and routed is not None and name != routed.name:
        wanted.setdefault(routed.name, "START")
    return [{"containerName": other, "condition": condition} for other, condition in sorted(wanted.items())]


def _gpus(resources: Resources) -> dict[str, Any]:
    if resources.gpu is None:
        return {}
    return {"resourceRequirements": [{"type": "GPU", "value": str(resources.gpu.count)}]}


def _linux(workload: Workload, resources: Resources) -> dict[str, Any]:
    shared, temporary = resources.shared_memory, settings(workload).tmp.mebibytes
    return {
        "capabilities": {"drop": ["ALL"]},
        "initProcessEnabled": True,
        **({"sharedMemorySize": shared.mebibytes} if shared is not None else {}),
        # Docker mounts it noexec otherwise: Numba, Triton and torch.compile load code that they put there.
        "tmpfs": [{"containerPath": "/tmp", "size": temporary, "mountOptions": ["exec"]}],  # noqa: S108
    }


def _health(command: tuple[str, ...], start_period: int) -> dict[str, Any]:
    if not command:
        return {}
    check: dict[str, Any] = {
        "command": ["CMD", *command],
        "interval": INTERVAL,
        "timeout": TIMEOUT,
        "retries": RETRIES,
    }
    if start_period:
        # Longer loading is covered by the service's grace period.
        check["startPeriod"] = min(start_period, LONGEST_START_PERIOD)
    return {"healthCheck": check}


def _stop_timeout(workload: Workload, seconds: int) -> int:
    longest = LONGEST_STOP if on_fargate(workload) else seconds
    return max(SHORTEST_STOP, min(seconds, longest))


def _restart(workload: Workload, part: ResolvedSidecar) -> dict[str, Any]:
    """A sidecar that the task can do without is started again, unless somebody waits for its end."""
    waits = [item.depends_on for item in workload.containers] + [
        item.spec.depends_on for item in workload.sidecars
    ]
    ends = any(wanted.get(part.name) == "succeeded" for wanted in waits)
    return {} if part.spec.essential or ends else {"restartPolicy": {"enabled": True}}
