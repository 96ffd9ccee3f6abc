"""Runs a rendered ECS task definition for real: a pod, without AWS.

    task = ecs_task.read(json.loads(path.read_text()))
    with ecs_runner.running(engine, task, secrets={"API_TOKEN": "x"}) as run:
        run.wait_until_healthy()
        asking.ask(run.ports[8080], "GET", "/ping")

One pod is one task: containers share the network and nothing else, as in awsvpc. ``cpu`` of a container is
its share of the processors, as on ECS; ``cpu`` and ``memory`` of the task are ceilings for all of them.
Containers start when what they depend on is as they ask; a task whose essential container ends has ended.

Other than on ECS: a health check is asked again after half a second, not after its interval; a limit on
open files is no higher than this machine may give (``notes`` says so); storage, if given, is on loopback.
"""

from __future__ import annotations

import contextlib
import json
import secrets as entropy
import subprocess
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from tests.support.containers import s3
from tests.support.containers.ecs_health import Health, Status
from tests.support.containers.ecs_task import Condition, Container, Task, Unsupported
from tests.support.containers.engine import Engine
from tests.support.containers.images import architecture
from tests.support.containers.settings import limits

PAUSE_SECONDS = 0.5
START_SECONDS = 120


class TaskStopped(Exception):
    """The task ended before it was asked to; the message has ECS's reason and the container's last words."""


@dataclass
class RunningTask:
    """A task. ``ports`` are on 127.0.0.1, by container port; ``started`` are containers in order."""

    engine: Engine
    task: Task
    pod: str
    ports: Mapping[int, int] = field(default_factory=dict)
    started: dict[str, float] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    _health: dict[str, Health] = field(default_factory=dict)

    def container(self, name: str) -> str:
        """What the engine calls a container of the task."""
        return f"{self.pod}-{name}"

    def log(self, name: str) -> str:
        done = self.engine.podman("logs", self.container(name))
        return done.stdout + done.stderr

    def exit_code(self, name: str) -> int | None:
        """None while it runs."""
        state = self.engine.inspect("container", self.container(name))["State"]
        return None if state["Running"] or state["Status"] == "created" else int(state["ExitCode"])

    def health(self, name: str) -> Status:
        """Runs the health check once, in the container and as its user, and says what ECS would say now."""
        known = self._health[name]
        command = ["exec", self.container(name), *known.check.command]
        try:
            done = self.engine.podman(*command, check=False, timeout=known.check.timeout)
            succeeded = done.returncode == 0
        except subprocess.TimeoutExpired:
            succeeded = False
        return known.observe(succeeded, time.monotonic() - self.started[name])

    def wait_until_healthy(self, seconds: float = START_SECONDS) -> float:
        """Until every container with a health check is HEALTHY; gives the seconds since the first began."""
        for name in self._health:
            self._wait(name, "HEALTHY", seconds)
        return time.monotonic() - min(self.started.values())

    def wait_until_ended(self, name: str, seconds: float = START_SECONDS) -> int:
        """Until a container ends by itself; gives its exit code."""
        return self.engine.wait(self.container(name), seconds)

    def stop(self) -> dict[str, int]:
        """SIGTERM, and SIGKILL after the container's stopTimeout, those that depend on others first.

        Gives the exit codes.
        """
        for name in reversed(self.started):
            container = next(one for one in self.task.containers if one.name == name)
            self.engine.podman("stop", "--time", str(container.stop_timeout), self.container(name))
        return {name: int(self.exit_code(name) or 0) for name in self.started}

    def _wait(self, name: str, condition: Condition, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while True:
            code = self.exit_code(name)
            if condition == "START":
                return
            if condition == "HEALTHY":
                status = "UNHEALTHY" if code is not None else self.health(name)
                if status == "HEALTHY":
                    return
                if status == "UNHEALTHY":
                    raise TaskStopped(f"{name} is unhealthy (exit code {code}):\n{self.log(name)[-2000:]}")
            elif code is not None:
                if code != 0 and condition == "SUCCESS":
                    raise TaskStopped(f"{name} ended with {code}, others need it:\n{self.log(name)[-2000:]}")
                return
            if time.monotonic() > deadline:
                raise TaskStopped(f"{name} is not {condition} after {seconds:g} s:\n{self.log(name)[-2000:]}")
            time.sleep(PAUSE_SECONDS if condition == "HEALTHY" else 0.1)


@contextlib.contextmanager
def running(
    engine: Engine,
    task: Task,
    *,
    secrets: Mapping[str, str] | None = None,
    storage: s3.Storage | None = None,
) -> Iterator[RunningTask]:
    """The task with every container started; taken down with the block.

    ``secrets`` are values by the name of the variable. With ``storage`` the AWS SDKs in every container find
    it. Raises Unsupported or TaskStopped.
    """
    if task.architecture != architecture():
        raise Unsupported(f"{task.family} is for {task.architecture}, this machine is {architecture()}")
    run = RunningTask(engine, task, f"{task.family}-{entropy.token_hex(3)}")
    run._health = {one.name: Health(one.health_check) for one in task.containers if one.health_check}
    with contextlib.ExitStack() as stack:
        stack.callback(_remove, run)
        infra = _create_pod(run)
        run.ports = _published(run, infra)
        if storage is not None:
            pid = int(engine.inspect("container", infra)["State"]["Pid"])
            stack.enter_context(s3.served(engine, pid, storage))
        for container in _in_order(task):
            for name, condition in container.depends_on:
                run._wait(name, condition, START_SECONDS)
            _start(run, container, secrets or {}, s3.ENVIRON if storage is not None else {})
        yield run


def _create_pod(run: RunningTask) -> str:
    """A pod with nothing in it but what keeps its network; gives that container."""
    task = run.task
    options = (
        ["--share", "net", "--network", run.engine.network] if run.engine.network else ["--share", "net"]
    )
    ports = sorted({port for container in task.containers for port in container.ports})
    for port in ports:
        options += ["--publish", f"127.0.0.1::{port}"]
    options += ["--cpus", str(task.cpu / 1024)] if task.cpu else []
    options += ["--memory", f"{task.memory}m"] if task.memory else []
    run.engine.podman("pod", "create", "--name", run.pod, *options)
    run.engine.podman("pod", "start", run.pod)
    for volume in task.volumes:
        run.engine.podman("volume", "create", f"{run.pod}-{volume}")
    return str(run.engine.inspect("pod", run.pod)["InfraContainerID"])


def _published(run: RunningTask, infra: str) -> dict[int, int]:
    lines = run.engine.podman("port", infra, check=False).stdout.splitlines()
    found = {}
    for line in lines:  # 8080/tcp -> 127.0.0.1:41234
        inner, _, outer = line.partition(" -> ")
        found[int(inner.partition("/")[0])] = int(outer.rpartition(":")[2])
    return found


def _in_order(task: Task) -> list[Container]:
    """Every container after those that it depends on, else as written."""
    left, ordered = list(task.containers), list[Container]()
    while left:
        names = {container.name for container in ordered}
        ready = [one for one in left if all(name in names for name, _ in one.depends_on)]
        if not ready:
            raise Unsupported(f"{task.family}: containers depend on each other in a circle")
        ordered.append(ready[0])
        left.remove(ready[0])
    return ordered


def _start(
    run: RunningTask, container: Container, secrets: Mapping[str, str], more: Mapping[str, str]
) -> None:
    hidden = {}
    for name, source in container.secrets.items():
        if name not in secrets or name in run.engine.environ:
            raise Unsupported(f"{container.name}: no value was given for the secret {name} ({source})")
        hidden[name] = secrets[name]
    options = ["--pod", run.pod, "--name", run.container(container.name), *_options(run, container)]
    for name, value in {**more, **container.environment}.items():
        options += ["--env", f"{name}={value}"]
    # Secrets go through podman's own environment: its command line may be seen by others.
    options += [item for name in hidden for item in ("--env", name)]
    command = [run.engine.programs.podman, "run", "--detach", *options, container.image, *container.command]
    run.started[container.name] = time.monotonic()
    run.engine.run(command, {**run.engine.environ, **hidden}, timeout=120)


def _options(run: RunningTask, container: Container) -> list[str]:
    options = ["--pull", "missing", "--stop-timeout", str(container.stop_timeout)]
    options += ["--security-opt", "no-new-privileges"]
    if container.entry_point is not None:
        options += ["--entrypoint", json.dumps(list(container.entry_point))]
    if container.user:
        options += ["--user", container.user]
    if container.read_only:
        options += ["--read-only", "--read-only-tmpfs=false"]
    if container.init:
        options += ["--init"]
    if container.restart:
        options += ["--restart", "always"]
    if container.memory is not None:
        # As ECS has it: what is in memory may not go to swap in place of the limit.
        options += ["--memory", f"{container.memory}m", "--memory-swap", f"{container.memory}m"]
    if container.cpu:
        options += ["--cpu-shares", str(max(container.cpu, 2))]
    if container.shared_memory is not None:
        options += ["--shm-size", f"{container.shared_memory}m"]
    for capability in container.capabilities_dropped:
        options += ["--cap-drop", capability]
    for path, size, more in container.tmpfs:
        options += ["--tmpfs", ",".join([f"{path}:rw", f"size={size}m", "notmpcopyup", *more])]
    for volume, path, read_only in container.mounts:
        options += ["--volume", f"{run.pod}-{volume}:{path}:{'ro' if read_only else 'rw'}"]
    return options + _ulimits(run, container)


def _ulimits(run: RunningTask, container: Container) -> list[str]:
    """Giving one would take the engine's defaults away, so all are given."""
    most = limits()
    wanted = {name: (most[name], most[name]) for name in most}
    for name, soft, hard in container.ulimits:
        highest = most.get(name, hard)
        wanted[name] = (min(soft, highest), min(hard, highest))
        if hard > highest:
            run.notes.append(f"{container.name}: ulimit {name} is {highest} here in place of {hard}")
    return [item for name, (soft, hard) in wanted.items() for item in ("--ulimit", f"{name}={soft}:{hard}")]


def _remove(run: RunningTask) -> None:
    run.engine.podman("pod", "rm", "--force", "--ignore", "--time", "0", run.pod)
    for volume in run.task.volumes:
        run.engine.podman("volume", "rm", "--force", f"{run.pod}-{volume}", check=False)
