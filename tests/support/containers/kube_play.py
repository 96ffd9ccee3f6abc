"""Runs a rendered Kubernetes manifest for real with ``podman kube play``: one replica, without a cluster.

    with kube_play.playing(engine, path.read_text(), storage=storage) as pod:
        pod.wait_until_ready()
        asking.ask(pod.ports[8080], "POST", "/invocations", body)

See ``kube_manifest`` for what podman does, what is done here in its place, and what is left out.
"""

from __future__ import annotations

import contextlib
import os
import re
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.support.containers import s3
from tests.support.containers.asking import answers
from tests.support.containers.engine import Engine
from tests.support.containers.kube_manifest import Prepared, Probe, prepare


class PodFailed(Exception):
    """The pod did not do what its manifest promises; the message has the last words of a container."""


@dataclass(frozen=True)
class KubePod:
    """A pod that was played. ``ports`` are on 127.0.0.1, by container port."""

    engine: Engine
    prepared: Prepared
    name: str

    @property
    def ports(self) -> dict[int, int]:
        return dict(self.prepared.ports)

    def container(self, name: str) -> str:
        """What the engine calls a container of the pod."""
        return f"{self.name}-{name}"

    def log(self, name: str) -> str:
        done = self.engine.podman("logs", self.container(name))
        return done.stdout + done.stderr

    def succeeds(self, probe: Probe) -> bool:
        """Asks a probe once, from outside, as the kubelet does."""
        port = self.prepared.ports[probe.port]
        if probe.path:
            return answers(port, probe.path, probe.timeout)
        try:
            with socket.create_connection(("127.0.0.1", port), probe.timeout):
                return True
        except OSError:
            return False

    def probes(self, kind: str) -> list[Probe]:
        """Those of all containers: startupProbe, readinessProbe or livenessProbe."""
        return [probe for probe in self.prepared.probes if probe.kind == kind]

    def wait_until_ready(self) -> float:
        """Until startup and readiness probes succeed; gives the seconds.

        PodFailed after as long as the startup probe allows. Asked more often than every period.
        """
        began = time.monotonic()
        for probe in [*self.probes("startupProbe"), *self.probes("readinessProbe")]:
            while not self.succeeds(probe):
                state = self.engine.inspect("container", self.container(probe.container))["State"]
                late = time.monotonic() - began > probe.period * probe.failures
                if late or not state["Running"]:
                    words = self.log(probe.container)[-2000:]
                    raise PodFailed(f"{probe.container}: {probe.kind} fails ({state['Status']}):\n{words}")
                time.sleep(0.1)
        return time.monotonic() - began

    def wait_until_ended(self, name: str, seconds: float = 120) -> int:
        """Until a container ends by itself; gives its exit code."""
        return self.engine.wait(self.container(name), seconds)

    def stop(self) -> dict[str, int]:
        """SIGTERM, and SIGKILL after the grace period; gives the exit codes."""
        codes = {}
        for name in self.prepared.containers:
            self.engine.podman("stop", "--time", str(self.prepared.grace), self.container(name))
            codes[name] = int(self.engine.inspect("container", self.container(name))["State"]["ExitCode"])
        return codes


@contextlib.contextmanager
def playing(engine: Engine, text: str, *, storage: s3.Storage | None = None) -> Iterator[KubePod]:
    """The pod of a manifest with its init containers run to their end; taken down with the block.

    With ``storage`` its containers find an S3 on loopback. Raises Unsupported or PodFailed.
    """
    prepared = prepare(text, storage=storage is not None)
    with contextlib.ExitStack() as stack:
        before = engine.left()
        stack.callback(_remove, engine, prepared, before)
        options = ["--network", engine.network] if engine.network else []
        said = engine.podman("kube", "play", "--start=false", *options, "-", text=prepared.text).stdout
        # What a Deployment's pod is called differs from version to version.
        identity = re.search(r"^Pod:\n(\w+)", said, re.MULTILINE)
        assert identity is not None, said
        found = engine.inspect("pod", identity[1])
        pod = KubePod(engine, prepared, found["Name"])
        if prepared.group is not None:
            _give_to_group(engine, set(engine.left()["volumes"]) - set(before["volumes"]), prepared.group)
        if storage is not None:
            infra = str(found["InfraContainerID"])
            engine.podman("start", infra)
            pid = int(engine.inspect("container", infra)["State"]["Pid"])
            stack.enter_context(s3.served(engine, pid, storage))
        _start(pod)
        yield pod


def _start(pod: KubePod) -> None:
    """Init containers one after another, each to its end, then the others: as the kubelet.

    `podman pod start` of 4.3 does the same, but takes 20 s to see that an init container has ended: nothing
    notes the end of what `kube play` made, unless somebody looks.
    """
    for name in pod.prepared.init:
        pod.engine.podman("start", pod.container(name))
        code = pod.wait_until_ended(name)
        if code != 0:
            raise PodFailed(f"init container {name} ended with {code}:\n{pod.log(name)[-2000:]}")
    for name in pod.prepared.containers:
        pod.engine.podman("start", pod.container(name))


def _give_to_group(engine: Engine, volumes: set[str], group: int) -> None:
    """What the kubelet does for ``fsGroup``: https://kubernetes.io/docs/tasks/configure-pod-container/security-context/"""
    for volume in volumes:
        folder = Path(engine.inspect("volume", volume)["Mountpoint"])
        os.chown(folder, -1, group)
        folder.chmod(0o2775)


def _remove(engine: Engine, prepared: Prepared, before: dict[str, list[str]]) -> None:
    engine.podman("kube", "down", "-", text=prepared.text, check=False)
    after = engine.left()
    # podman 4.3 keeps the volumes, and on a failure the pod.
    for kind, command in (
        ("pods", ("pod", "rm", "--force", "--time", "0")),
        ("volumes", ("volume", "rm", "--force")),
    ):
        for name in sorted(set(after[kind]) - set(before[kind])):
            engine.podman(*command, name)
