"""One run from its request to its outcome: whatever can be refused is refused before anything is built."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from modelyard.findings import Finding
from modelyard.resolve.workload import Workload
from modelyard.running import environment, ports, trial
from modelyard.running.choose import workload_of
from modelyard.running.errors import CannotRun, NotHere, RunError
from modelyard.running.host import Host
from modelyard.running.outcome import ImageFact, Outcome
from modelyard.running.plan import Choices, Part, Plan, plan
from modelyard.running.processes import ProcessHost
from modelyard.running.sample import Sample, read_sample
from modelyard.running.secrets import Given
from modelyard.running.weights import verified

_MACHINES = {"x86_64": "amd64", "aarch64": "arm64", "arm64": "arm64"}


class Wrong(RunError):
    """The model's files have errors; nothing can be started of them."""

    code = 1

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__("its files have errors", "tools/validate says them too")
        self.findings = findings


@dataclass(frozen=True)
class Request:
    """What the caller asks for. ``images`` are references by container, ``""`` for the one that is asked."""

    root: Path
    model: str
    given: Given
    environment: str | None = None
    container: str | None = None
    port: int = 0
    requests: int = 200
    load_seconds: float = 3.0
    keep: bool = False
    native: bool = False
    process: bool = False
    engine: str | None = None
    weights: Path | None = None
    args: tuple[str, ...] | None = None
    images: Mapping[str, str] = field(default_factory=dict)
    shell: Mapping[str, str] = field(default_factory=dict)


def run(request: Request, tell: trial.Tell, kept: trial.Kept) -> Outcome:
    """Runs one model and takes it away again. Raises RunError, EngineError or UsageError."""
    workload = _workload(request)
    planned = _planned(request, workload)
    samples = _samples(request, planned)
    facts, how, host = _host(request, planned, tell)
    asked = trial.Trial(
        planned, facts, how, samples, request.requests, load_seconds=request.load_seconds, keep=request.keep
    )
    return trial.run(host, asked, tell, kept)


def _workload(request: Request) -> Workload:
    found = workload_of(request.root, request.model, request.environment)
    if isinstance(found, list):
        raise Wrong(found)
    if not request.process:
        found = _fitting(found, request.native)
    return found


def _fitting(workload: Workload, native: bool) -> Workload:
    """The workload, for this machine's processor if ``native``; NotHere for what no engine can change."""
    for part in workload.containers:
        gpu = part.resources.gpu
        if gpu is not None:
            hint = "an override of the environment may take it away, if the model can do without"
            raise NotHere(f"{part.name} needs {gpu.count} GPU of the type {gpu.type}", hint)
    here = _MACHINES.get(platform.machine(), platform.machine())
    if workload.architecture == here:
        return workload
    if native:
        return replace(workload, architecture=here)
    hint = "--native builds it for this machine instead"
    raise NotHere(f"it is built for {workload.architecture}, and this machine is {here}", hint)


def _planned(request: Request, workload: Workload) -> Plan:
    names = frozenset(part.name for part in workload.containers)
    files = verified(request.root, workload, request.weights, names, contained=not request.process)
    planned = plan(request.root, workload, Choices(request.given, request.args, request.shell), files)
    manifest = workload.service or workload.job
    if manifest is not None and workload.architecture != manifest.architecture:
        note = f"built for {workload.architecture}, and not for {manifest.architecture}"
        planned = replace(planned, notes=(*planned.notes, note))
    if request.container is None:
        return planned
    if request.container not in names:
        from modelyard.findings.nearest import did_you_mean

        hint = did_you_mean(request.container, sorted(names))
        raise CannotRun(f'{request.model} has no container "{request.container}"', hint)
    planned = replace(planned, asked=request.container)
    if planned.kind != "Job" and planned.main.serve is None:
        raise CannotRun(f"{request.container} does not serve", "leave --container out")
    return planned


def _samples(request: Request, planned: Plan) -> dict[str, Sample]:
    if planned.kind == "Job":
        return {}
    found = {
        part.name: read_sample(request.root, request.model, part.serve)
        for part in planned.parts
        if part.serve is not None
    }
    samples = {name: sample for name, sample in found.items() if sample is not None}
    if planned.asked not in samples and not request.keep:
        hint = "name a request under serve.sample of the manifest, or only start it: --keep"
        raise CannotRun(f"{planned.asked} has no sample to be asked with", hint)
    return samples


def _host(request: Request, planned: Plan, tell: trial.Tell) -> tuple[tuple[ImageFact, ...], str, Host]:
    if request.process:
        if request.port:
            ports.require_free(request.port)
        tell("without containers: nothing is isolated, and no limit is in force")
        environments = {part.name: _environment(request.root, part, tell) for part in planned.parts}
        return (), "processes", ProcessHost(request.root, planned, environments, request.port)
    from modelyard.running.containers import ContainerHost, require_port
    from modelyard.running.images import engine_to_run, ready_images

    engine = engine_to_run(request.engine)
    assert engine.runner is not None
    if request.port:
        require_port(engine.runner, request.model, request.port)
    facts = ready_images(request.root, planned, request.images, engine, tell, request.weights)
    references = {fact.container: fact.reference for fact in facts}
    host = ContainerHost(engine.runner, planned, references, request.port)
    return facts, f"{engine.name} {engine.version}", host


def _environment(root: Path, part: Part, tell: trial.Tell) -> Path:
    if part.build is None:
        hint = "only images that are built here can run without an engine"
        raise NotHere(f"{part.name} is an image of somebody else's", hint)
    lock = root / part.build.context / part.build.requirements if part.build.requirements else None
    return environment.ensure(root, lock, part.build.base.python_version, tell)
