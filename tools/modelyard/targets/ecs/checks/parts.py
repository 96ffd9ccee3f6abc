"""Containers and sidecars: their order, health, ports, names and logs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from modelyard.findings import Finding
from modelyard.resolve.workload import Path, ResolvedContainer, ResolvedSidecar, Workload
from modelyard.targets.ecs import collector
from modelyard.targets.ecs.capacity import on_fargate
from modelyard.targets.ecs.logs import router
from modelyard.targets.ecs.names import PREPARE, platform, settings
from modelyard.targets.ecs.parts import LONGEST_STOP
from modelyard.targets.ecs.prepare import is_needed

Part = ResolvedContainer | ResolvedSidecar
# Where FireLens takes logs from the other containers.
_FIRELENS_PORT = 24224
# CloudFormation replaces this by a secret's value wherever it stands, with the rights of whoever deploys.
_DYNAMIC = "{{resolve:"
# The longest that a target group waits for requests under way.
_LONGEST_DRAIN = 3600
# The API's limit of a task definition is 64 KiB; the rest is what is not the manifest's.
_MOST_TEXT = 56_000
_FETCH_TEXT = 40


def check(workload: Workload) -> Iterator[Finding]:
    """Everything about the parts of a task."""
    yield from _order(workload)
    yield from _drain(workload)
    yield from _presets(workload)
    yield from _router_waits(workload)
    yield from _firelens_output(workload)
    yield from _metrics(workload)
    yield from _prepare(workload)
    yield from _size(workload)
    yield from _dynamic(workload)
    if settings(workload).exec and not platform(workload).allow_exec:
        path: Path = ("targets", "ecs", "exec")
        hint = "remove it, or override it to false in this environment"
        yield workload.finding("exec-not-allowed", path, "no shell may be opened in a model", hint)


def _depends_on(part: Part) -> Mapping[str, str]:
    return part.depends_on if isinstance(part, ResolvedContainer) else part.spec.depends_on


def _order(workload: Workload) -> Iterator[Finding]:
    everything: list[Part] = [*workload.containers, *workload.sidecars]
    parts = {part.name: part for part in everything}
    for part in parts.values():
        for name, condition in _depends_on(part).items():
            other = parts.get(name)
            if other is None:
                continue
            path = (*part.path, "dependsOn", name)
            essential = other.spec.essential if isinstance(other, ResolvedSidecar) else True
            health = other.spec.health_command if isinstance(other, ResolvedSidecar) else other.health_command
            if condition == "succeeded" and essential:
                message = f"{name} is essential: when it ends, so does the task"
                hint = "wait for it to be started or healthy, or make it a sidecar with essential: false"
                yield workload.finding("succeeded-on-essential", path, message, hint)
            if condition == "healthy" and not health:
                message = f"nothing tells when {name} is healthy"
                where = "serve.healthCommand" if isinstance(other, ResolvedContainer) else "healthCommand"
                hint = f"give it a {where}, or wait for it to be started"
                yield workload.finding("healthy-without-command", path, message, hint)


def _drain(workload: Workload) -> Iterator[Finding]:
    longest = LONGEST_STOP if on_fargate(workload) else _LONGEST_DRAIN
    for part in workload.containers:
        if part.serve is not None and part.serve.drain.seconds > longest:
            message = f"{part.serve.drain} is longer than the {longest} s that a task may take to stop"
            hint = f"say drain: {longest}s or less"
            if on_fargate(workload):
                hint += ", or use launchType: EC2"
            yield workload.finding("drain-too-long", (*part.path, "serve", "drain"), message, hint)


def _presets(workload: Workload) -> Iterator[Finding]:
    taken: dict[int, str] = {}
    for preset in ("firelens", "otel"):
        found = [sidecar for sidecar in workload.sidecars if sidecar.preset == preset]
        for extra in found[1:]:
            message = f"{found[0].name} is a {preset} sidecar already"
            yield workload.finding("preset-twice", (*extra.path, "use"), message, "keep one of them")
    for sidecar in workload.sidecars:
        if sidecar.preset == "firelens":
            taken[_FIRELENS_PORT] = sidecar.name
        if collector.configured_here(sidecar):
            taken.update(dict.fromkeys(collector.PORTS, sidecar.name))
    for name, port, path in _listening(workload):
        if taken.get(port, name) != name:
            message = f"port {port} is taken by {taken[port]}: the containers share one address"
            yield workload.finding("port-clash", path, message, "give it another port")


def _listening(workload: Workload) -> Iterator[tuple[str, int, Path]]:
    for part in workload.containers:
        if part.serve is not None:
            yield part.name, part.serve.port, (*part.path, "serve", "port")
            if part.serve.metrics is not None:
                yield part.name, part.serve.metrics.port, (*part.path, "serve", "metrics", "port")
    for sidecar in workload.sidecars:
        if sidecar.spec.port is not None:
            yield sidecar.name, sidecar.spec.port, (*sidecar.path, "port")


def _router_waits(workload: Workload) -> Iterator[Finding]:
    """Every container that waits for another also waits for the router: it can wait for none of them."""
    found = router(workload)
    if found is not None and found.depends_on:
        message = f"{found.name} routes the logs of all others, which therefore wait for it"
        yield workload.finding(
            "firelens-waits", (*found.path, "dependsOn"), message, "remove dependsOn: it starts first"
        )


def _firelens_output(workload: Workload) -> Iterator[Finding]:
    output, path = settings(workload).firelens_output, ("targets", "ecs", "firelensOutput")
    if output and router(workload) is None:
        hint = "add sidecars: {logs: {use: firelens}}"
        yield workload.finding("firelens-output-without-sidecar", path, "there is no firelens sidecar", hint)
    elif output and "Name" not in output:
        hint = "name the output: {Name: kinesis_firehose, ...}"
        yield workload.finding(
            "firelens-output-without-name", path, "Fluent Bit is not told which output", hint
        )


def _metrics(workload: Workload) -> Iterator[Finding]:
    found = collector.collector(workload)
    if found is not None and collector.configured_here(found):
        return
    for part in workload.containers:
        if found is None and part.serve is not None and part.serve.metrics is not None:
            hint = "add sidecars: {telemetry: {use: otel}}, whose collector reads them, or leave metrics away"
            path = (*part.path, "serve", "metrics")
            yield workload.finding("metrics-without-collector", path, "nobody reads metrics on ECS", hint)


def _prepare(workload: Workload) -> Iterator[Finding]:
    if not is_needed(workload):
        return
    parts: list[Part] = [*workload.containers, *workload.sidecars]
    for part in parts:
        if part.name == PREPARE:
            message = f'"{PREPARE}" is the name of the init container'
            yield workload.finding("reserved-name", part.path, message, "rename it")
    if not workload.fetcher_image:
        message = "the init container that opens volumes for the model needs the image aws-cli"
        hint = "add aws-cli to Dockerfiles/base-images.yaml"
        yield workload.finding("unknown-base", ("volumes",), message, hint)


def _size(workload: Workload) -> Iterator[Finding]:
    variables = sum(
        len(key) + len(value.encode()) for part in workload.containers for key, value in part.env.items()
    )
    variables += sum(
        len(key) + len(value.encode()) for part in workload.sidecars for key, value in part.spec.env.items()
    )
    fetched = sum(
        len(item.uri) + len(item.path) + len(item.sha256) + len(item.version_id) + _FETCH_TEXT
        for item in workload.deliveries
    )
    if variables + fetched > _MOST_TEXT:
        message = (
            f"a task definition cannot hold {variables} bytes of variables and {fetched} of files to fetch"
        )
        hint = "it has 64 KiB: put long values into a file, or say fetchedBy: server"
        path: Path = (
            ("env",)
            if variables > fetched
            else ("models",)
            if "models" in workload.tree.entries
            else ("artifacts",)
        )
        yield workload.finding("task-definition-too-large", path, message, hint)


def _dynamic(workload: Workload) -> Iterator[Finding]:
    """CloudFormation cannot be told to leave a text as it is, so none of it may reach the stack."""
    for path, text in _texts(workload):
        if _DYNAMIC in text:
            message = f"CloudFormation would put a secret's value where {_DYNAMIC}...}}}} stands"
            hint = "declare it under secrets, by its name"
            yield workload.finding("dynamic-reference", path, message, hint)


def _texts(workload: Workload) -> Iterator[tuple[Path, str]]:
    for part in workload.containers:
        yield from (((*part.path, "env", key), value) for key, value in part.env.items())
        yield from (((*part.path, "command", at), word) for at, word in enumerate(part.command))
        yield from (((*part.path, "args", at), word) for at, word in enumerate(part.args))
        yield from (((*part.path, "serve", "healthCommand"), word) for word in part.health_command)
    for sidecar in workload.sidecars:
        spec, path = sidecar.spec, sidecar.path
        yield from (((*path, "env", key), value) for key, value in spec.env.items())
        yield from (((*path, "command", at), word) for at, word in enumerate(spec.command))
        yield from (((*path, "args", at), word) for at, word in enumerate(spec.args))
        yield from (((*path, "healthCommand"), word) for word in spec.health_command)
    for key, value in settings(workload).firelens_output.items():
        yield ("targets", "ecs", "firelensOutput", key), value
