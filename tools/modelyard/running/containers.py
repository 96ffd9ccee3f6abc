"""A model in containers, as hardened as in production, that share one address as in a pod or a task."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from itertools import chain

from modelyard.engines.api import EngineError, Mount, Port, Runner, RunOptions
from modelyard.running import memory, ports
from modelyard.running.errors import CannotRun
from modelyard.running.host import End, Peak
from modelyard.running.plan import TMP, Part, Plan
from modelyard.write.interrupts import HeldSignals

_SETTLE_SECONDS, _LOOK_SECONDS = 5.0, 0.1
LABEL = "dev.modelyard.run"  # of every container that a run starts; its value is the model


class ContainerHost:
    """Starts containers with an engine. ``port`` is that of this machine that requests go to, 0 for any."""

    def __init__(self, runner: Runner, plan: Plan, images: Mapping[str, str], port: int) -> None:
        self._runner = runner
        self._plan = plan
        self._images = images
        self._port = port
        # Known before the container is: what is interrupted while it is made can be taken away.
        self._suffix = f"{os.getpid():x}"
        self._owner = next((part.name for part in plan.parts if not part.own_address), "")
        self._begun: list[Part] = []
        self._published: Mapping[int, int] = {}
        self._kept = False
        self._stopped: dict[str, float] = {}

    def start(self, part: Part) -> None:
        if part.name == self._owner and self._port:
            require_port(self._runner, self._plan.model, self._port)
        self._begun.append(part)
        self._runner.create(self.options(part))
        try:
            self._runner.start(self._name(part))
        except EngineError:
            if part.name == self._owner and self._port:
                ports.require_free(self._port)  # somebody may have taken it just now
            raise
        if part.name == self._owner:
            self._published = self._runner.inspect(self._name(part)).ports

    def options(self, part: Part) -> RunOptions:
        """How its container is made."""
        resources = part.resources
        cpu = resources.cpu.millicores
        memory_folders = dict(part.memory_folders)
        if not any(path == TMP for path in (*part.files, *memory_folders)):
            memory_folders[TMP] = (resources.storage or resources.memory).bytes
        joins = bool(self._owner) and part.name != self._owner and not part.own_address
        return RunOptions(
            image=self._images[part.name],
            name=self._name(part),
            args=part.args,
            entrypoint=part.entrypoint or None,
            env=part.env,
            secrets=part.secrets,
            labels={LABEL: self._plan.model},
            user=part.user,
            memory=resources.memory.bytes,
            cpus=f"{cpu // 1000}.{cpu % 1000:03d}",
            shared_memory=resources.shared_memory.bytes if resources.shared_memory is not None else None,
            tmpfs=memory_folders,
            run_tmpfs=True,
            mounts=tuple(
                Mount(source, target, target not in part.writable)
                for target, source in sorted(part.files.items())
            ),
            ports=self._ports() if part.name == self._owner else (),
            joins=self._name_of(self._owner) if joins else "",
            stop_seconds=part.drain,
        )

    def address(self, part: Part) -> tuple[str, int]:
        assert part.serve is not None
        # None is published where it ended at once; then nobody answers there either.
        return "127.0.0.1", self._published.get(part.serve.port, self._port)

    def ended(self, part: Part) -> End | None:
        state = self._runner.inspect(self._name(part))
        if state.running:
            return None
        # podman says "stopped" before it has taken the exit code and the last lines from the container.
        stopped = self._stopped.setdefault(part.name, time.monotonic())
        if state.status == "stopped" and time.monotonic() - stopped < _SETTLE_SECONDS:
            return None
        return End(state.exit_code, state.out_of_memory)

    def healthy(self, part: Part) -> bool:
        if not part.health:
            return True
        return self._runner.execute(self._name(part), part.health, 10).code == 0

    def logs(self, part: Part, lines: int) -> str:
        return self._runner.logs(self._name(part), lines)

    def peak(self) -> Peak | None:
        return memory.of_containers(self._runner, [self._name(part) for part in self._begun])

    def stop(self, part: Part) -> End | None:
        self._runner.stop(self._name(part), part.drain)
        while (end := self.ended(part)) is None and part.name in self._stopped:
            time.sleep(_LOOK_SECONDS)
        return end

    def keep(self) -> bool:
        self._kept = True
        return True

    def close(self) -> None:
        if self._kept:
            return
        failed: list[str] = []
        with HeldSignals():
            # Who shares an address goes before its owner: podman insists on it.
            while self._begun:
                name = self._name(self._begun.pop())
                try:
                    self._runner.remove(name)
                except EngineError as error:
                    failed.append(f"{name}: {error}")
        if failed:
            hint = f"remove what is left: {stopping(self._plan.model)}"
            raise CannotRun("the engine did not remove what was started", hint, "\n".join(failed))

    def _name(self, part: Part) -> str:
        return self._name_of(part.name)

    def _name_of(self, part: str) -> str:
        return f"modelyard-{self._plan.model}-{part}-{self._suffix}"

    def _ports(self) -> tuple[Port, ...]:
        """Every port that a part serves on; the one that was asked for is that of the part that is asked."""
        main = self._plan.main.serve
        found: dict[int, Port] = {}
        for part in self._plan.parts:
            if part.serve is not None:
                wanted = self._port if main is not None and part.serve.port == main.port else 0
                found.setdefault(part.serve.port, Port(part.serve.port, wanted))
        return tuple(found.values())


def require_port(runner: Runner, model: str, port: int) -> None:
    """Raises CannotRun where the port is taken, with the run of this model that has it, if that is who."""

    def owner() -> str:
        kept = (runner.inspect(container).ports.values() for container in runner.named(LABEL, model))
        return f"a run of {model} that was kept: {stopping(model)} ends it" if port in chain(*kept) else ""

    ports.require_free(port, owner)


def stopping(model: str) -> str:
    """The command that ends what was kept of a model."""
    return f"tools/run {model} --stop"


def stop_all(runner: Runner, model: str) -> int:
    """Removes the containers of all runs of a model, also of killed ones; gives how many there were."""
    found = runner.named(LABEL, model)
    for container in reversed(found):
        runner.remove(container)
    return len(found)
