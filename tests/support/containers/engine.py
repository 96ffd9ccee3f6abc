"""A container engine of one test run: podman and buildah with settings of their own. See ``opening``."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.support.containers.programs import Programs


class EngineError(Exception):
    """A program of the engine failed; the message has its command and its last words."""


@dataclass(frozen=True)
class Engine:
    """An open engine. ``environ`` leads a program to its settings; ``network`` is the one for containers."""

    programs: Programs
    folder: Path
    short: Path
    environ: Mapping[str, str] = field(repr=False)
    network: str
    driver: str
    live: set[subprocess.Popen[str]] = field(default_factory=set, compare=False, repr=False)

    @property
    def for_builds(self) -> dict[str, str]:
        """The same, for builds: they reach the package index by name, and keep their cache mounts."""
        return {**self.environ, "CONTAINERS_CONF": str(self.folder / "build.conf")}

    @property
    def v1(self) -> bool:
        """Whether limits are in control groups of version 1."""
        return not Path("/sys/fs/cgroup/cgroup.controllers").exists()

    def podman(
        self, *arguments: str, timeout: float = 120, check: bool = True, text: str | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Runs podman to its end; EngineError if it fails and ``check``."""
        return self.run([self.programs.podman, *arguments], self.environ, timeout, check, text)

    def buildah(self, *arguments: str, timeout: float = 600) -> subprocess.CompletedProcess[str]:
        """Runs buildah to its end; EngineError if it fails."""
        return self.run([self.programs.buildah, *arguments], self.for_builds, timeout)

    def run(
        self,
        command: list[str],
        environ: Mapping[str, str],
        timeout: float = 600,
        check: bool = True,
        text: str | None = None,
    ) -> subprocess.CompletedProcess[str]:
        """Runs a program that knows the engine by its environment."""
        # A group of its own: Ctrl-C ends the test, and what the test began is then taken down in order.
        with subprocess.Popen(
            command,
            env=environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            process_group=0,
        ) as process:
            self.live.add(process)
            try:
                out, err = process.communicate(text, timeout)
            finally:
                self.live.discard(process)
                _end(process)
        done = subprocess.CompletedProcess(command, process.returncode, out, err)
        if check and done.returncode != 0:
            said = "\n".join((done.stdout + done.stderr).strip().splitlines()[-25:])
            raise EngineError(f"{' '.join(command)[:300]}\nexit code {done.returncode}: {said}")
        return done

    def interrupt(self) -> None:
        """Asks every program that another thread runs to end."""
        for process in list(self.live):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)

    def inspect(self, kind: str, name: str) -> dict[str, Any]:
        """What `podman <kind> inspect` says of one thing."""
        said = json.loads(self.podman(kind, "inspect", name).stdout)
        document: dict[str, Any] = said[0] if isinstance(said, list) else said
        return document

    def wait(self, container: str, seconds: float) -> int:
        """Until a container ends; gives its exit code. EngineError after so many seconds."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            state = self.inspect("container", container)["State"]
            if state["Status"] in ("exited", "stopped"):
                return int(state["ExitCode"])
            time.sleep(0.1)
        raise EngineError(f"{container} still runs after {seconds:g} s")

    def left(self, *more: str) -> dict[str, list[str]]:
        """Names of everything that is there and runs, or could: what has to be empty after a test.

        With ``--external``, containers of builds too.
        """
        asked = {
            "containers": ("ps", "--all", "--format", "{{.Names}}", *more),
            "pods": ("pod", "ps", "--format", "{{.Name}}"),
            "volumes": ("volume", "ls", "--format", "{{.Name}}"),
            "secrets": ("secret", "ls", "--format", "{{.Name}}"),
            "networks": ("network", "ls", "--format", "{{.Name}}"),
        }
        found = {kind: self.podman(*arguments).stdout.split() for kind, arguments in asked.items()}
        found["networks"] = [name for name in found["networks"] if name not in ("podman", self.network)]
        return found

    def clear(self) -> None:
        """Removes all pods, containers, volumes and networks; images stay."""
        self.podman("pod", "rm", "--all", "--force", "--time", "0")
        self.podman("rm", "--all", "--force", "--time", "0", "--volumes")
        self.podman("volume", "rm", "--all", "--force")
        for name in self.left()["networks"]:
            self.podman("network", "rm", "--force", name)


def _end(process: subprocess.Popen[str]) -> None:
    """Ends a program that is not to run any longer, with what it started."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        if process.poll() is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(15)
