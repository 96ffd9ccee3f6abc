"""The services of a compose file: pure functions from parts of a workload to Compose's own words.

The format: https://github.com/compose-spec/compose-spec/blob/main/spec.md.
"""

from __future__ import annotations

from collections.abc import Mapping

from modelyard.artifact import Plain
from modelyard.resolve.delivery import WEIGHTS_CONTEXT
from modelyard.resolve.workload import SERVER_CONTEXT, ImageBuild, ResolvedSecret, Workload
from modelyard.spec.container import Resources
from modelyard.targets.compose.interpolation import Interpolated, optional, required
from modelyard.targets.compose.network import Sharing, sharing
from modelyard.targets.compose.parts import Part, parts
from modelyard.targets.compose.settings import platform, settings
from modelyard.targets.compose.storage import (
    amount,
    baked_folder,
    model_folder,
    mounts,
    server_folder,
    temporary,
)

_CONDITIONS = {
    "started": "service_started",
    "healthy": "service_healthy",
    "succeeded": "service_completed_successfully",
}
_STORES = {"secretsmanager": "the secret", "ssm": "the parameter"}


def services(workload: Workload) -> dict[str, Plain]:
    """Every service by its name, in the order of the manifest."""
    every = parts(workload)
    shared = sharing({part.name: part.waits for part in every})
    healthy = {part.name for part in every if part.health}
    ambiguous = _ambiguous(every)
    return {part.name: _service(workload, part, every, shared, healthy, ambiguous) for part in every}


def _service(
    workload: Workload,
    part: Part,
    every: tuple[Part, ...],
    shared: Sharing,
    healthy: set[str],
    ambiguous: set[str],
) -> dict[str, Plain]:
    service: dict[str, Plain] = {"image": part.image}
    if part.container is not None and part.container.build is not None:
        service["build"] = _build(workload, part.container.build)
    service["platform"] = f"linux/{workload.architecture}"
    if part.entrypoint:
        service["entrypoint"] = list(part.entrypoint)
    if part.command:
        service["command"] = list(part.command)
    service |= _confined(part)
    service |= _resources(workload, part.resources)
    environment = _environment(part, ambiguous)
    if environment:
        service["environment"] = environment
    volumes = mounts(workload, part.name) if part.container is not None else []
    if volumes:
        service["volumes"] = volumes
    scratch = temporary(workload.volumes if part.container is not None else (), part.resources.storage)
    if scratch:
        service["tmpfs"] = scratch
    service |= _network(workload, part, every, shared)
    service |= _life(part, healthy)
    return service


def _build(workload: Workload, build: ImageBuild) -> Plain:
    """The paths of a build: the context from the compose file, the Dockerfile from the context."""
    up = "../" * (build.context.count("/") + 1)
    found: dict[str, Plain] = {"context": model_folder(workload), "dockerfile": up + build.dockerfile}
    contexts: dict[str, Plain] = {SERVER_CONTEXT: server_folder(workload)} if build.server else {}
    if build.baked:
        contexts[WEIGHTS_CONTEXT] = baked_folder(workload)
    return {**found, "additional_contexts": contexts} if contexts else found


def _confined(part: Part) -> dict[str, Plain]:
    return {
        "user": part.user,
        "read_only": True,
        "cap_drop": ["ALL"],
        "security_opt": ["no-new-privileges:true"],
    }


def _resources(workload: Workload, resources: Resources) -> dict[str, Plain]:
    cpu, memory = resources.cpu.millicores, amount(resources.memory)
    # Without a limit of its own, swap would hide that the memory is too small.
    found: dict[str, Plain] = {
        "cpus": cpu // 1000 if cpu % 1000 == 0 else cpu / 1000,
        "mem_limit": memory,
        "memswap_limit": memory,
    }
    if resources.shared_memory is not None:
        found["shm_size"] = amount(resources.shared_memory)
    if resources.gpu is not None and platform(workload).gpus:
        device = {"driver": "nvidia", "count": resources.gpu.count, "capabilities": ["gpu"]}
        found["deploy"] = {"resources": {"reservations": {"devices": [device]}}}
    return found


def _environment(part: Part, ambiguous: set[str]) -> dict[str, Plain]:
    found: dict[str, Plain] = dict(part.environment)
    for secret in part.secrets:
        prefix = part.name.upper().replace("-", "_") + "_" if secret.variable in ambiguous else ""
        found[secret.variable] = required(prefix + secret.variable, _described(secret))
    return dict(sorted(found.items()))


def _described(secret: ResolvedSecret) -> str:
    key = f", key {secret.key}" if secret.key else ""
    return f"{_STORES[secret.store]} {secret.name}{key}"


def _ambiguous(every: tuple[Part, ...]) -> set[str]:
    """Variables that are different secrets in different containers: the shell has only one of each name."""
    meanings: dict[str, set[tuple[str, str, str]]] = {}
    for part in every:
        for secret in part.secrets:
            meanings.setdefault(secret.variable, set()).add((secret.store, secret.name, secret.key))
    return {variable for variable, secrets in meanings.items() if len(secrets) > 1}


def _network(workload: Workload, part: Part, every: tuple[Part, ...], shared: Sharing) -> dict[str, Plain]:
    if part.name in shared.joining:
        return {"network_mode": f"service:{shared.owner}"}
    ports = _ports(workload, every) if part.name == shared.owner else []
    return {"ports": ports} if ports else {}


def _ports(workload: Workload, every: tuple[Part, ...]) -> list[Plain]:
    """Every port that a container serves on, reached from this machine only. PORT moves the first."""
    found: dict[int, Plain] = {}
    for part in every:
        if part.serve is None:
            continue
        port = part.serve.port
        outside = optional("PORT", settings(workload).port or port) if not found else str(port)
        found.setdefault(port, Interpolated(f"127.0.0.1:{outside}:{port}"))
        if part.serve.metrics is not None:
            port = part.serve.metrics.port
            found.setdefault(port, f"127.0.0.1:{port}:{port}")
    return list(found.values())


def _life(part: Part, healthy: set[str]) -> dict[str, Plain]:
    found: dict[str, Plain] = {}
    if part.health:
        start = part.serve.startup.seconds if part.serve is not None else 30
        found["healthcheck"] = {
            "test": ["CMD", *part.health],
            "interval": "5s",
            "timeout": "5s",
            "retries": 3,
            "start_period": f"{start}s",
        }
    if part.waits:
        found["depends_on"] = _order(part.waits, healthy)
    if part.serve is not None:
        found["stop_grace_period"] = f"{part.serve.drain.seconds}s"
    return found


def _order(waits: Mapping[str, str], healthy: set[str]) -> Plain:
    """Who cannot tell its health is waited for until it has started: Compose would refuse to wait longer."""
    return {
        name: {"condition": _CONDITIONS["started" if how == "healthy" and name not in healthy else how]}
        for name, how in sorted(waits.items())
    }
