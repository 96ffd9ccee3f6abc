"""Running containers with docker or podman: their commands are the same where it matters here.

Options: docs.docker.com/reference/cli/docker/container/create, docs.podman.io podman-create(1).
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from modelyard.engines import usage
from modelyard.engines.api import Done, EngineError, EngineName, ImageInfo, RunOptions, State, Usage
from modelyard.engines.process import answer, call, ending, shown, tail

_SECONDS = 60
_LOG_PAUSE = 0.3
_REMOVAL_PAUSES = (0.0, 0.3, 1.0, 3.0)  # seconds
_GONE = (b"no such container", b"no container with name or id")
_NO_IMAGE = (b"no such image", b"image not known", b"failed to find image")


class CommandLineRunner:
    """Runs containers through the engine's own command; Runner."""

    def __init__(self, name: Literal["docker", "podman"], program: str, version: str) -> None:
        self.name: EngineName = name
        self.version = version
        self._program = program

    def image(self, reference: str) -> ImageInfo | None:
        """What the engine has of an image, and None where it has none; Runner.image."""
        done = call([self._program, "image", "inspect", reference], _SECONDS)
        if done.code != 0:
            if any(words in done.stderr.lower() for words in _NO_IMAGE):
                return None
            raise _refused([self._program, "image", "inspect"], done)
        said = json.loads(done.stdout)[0]
        digest = (
            said.get("Digest") or next(iter(said.get("RepoDigests") or ["@"])).partition("@")[2] or said["Id"]
        )
        config = said.get("Config") or {}
        return ImageInfo(digest, int(said.get("Size", 0)), config.get("Labels") or {}, config)

    def pull(self, reference: str, seconds: float = 1800) -> None:
        """Runner.pull."""
        answer([self._program, "pull", "--quiet", reference], seconds)

    def create(self, options: RunOptions) -> str:
        """Makes a container and gives its id; Runner.create."""
        words = create_words(options, self.name)
        return answer([self._program, *words], _SECONDS, env=options.secrets).split()[-1]

    def start(self, container: str) -> None:
        """Runner.start."""
        self._answer("start", container)

    def stop(self, container: str, seconds: int) -> None:
        """Runner.stop."""
        answer([self._program, "stop", f"--time={seconds}", container], seconds + _SECONDS)

    def remove(self, container: str) -> None:
        """Runner.remove. An engine that was ended while it made or started one may finish that later."""
        for pause in _REMOVAL_PAUSES:
            time.sleep(pause)
            done = call([self._program, "rm", "--force", "--volumes", container], _SECONDS)
            there = call([self._program, "container", "inspect", container], _SECONDS)
            if there.code != 0 and any(words in there.stderr.lower() for words in _GONE):
                return
        raise _refused([self._program, "rm"], done)

    def inspect(self, container: str) -> State:
        """Runner.inspect."""
        return read_state(self._inspected(container))

    def stats(self, container: str) -> Usage:
        """Of the kernel where it can be asked, else of the engine; Runner.stats."""
        number = int(self._inspected(container)["State"].get("Pid") or 0)
        if number == 0:
            raise EngineError(f"{container[:12]} does not run")
        return usage.of_process(number) or usage.of_words(self._stats(container))

    def _stats(self, container: str) -> Mapping[str, Any]:
        said = json.loads(self._answer("stats", "--no-stream", "--format=json", container))
        found = said[0] if isinstance(said, list) else said
        assert isinstance(found, dict)
        return found

    def logs(self, container: str, lines: int = 200) -> str:
        """Runner.logs."""
        said = self._logs(container, lines)
        if not said:  # podman 4.3 gave nothing once of what a busy machine had printed 50 ms before
            time.sleep(_LOG_PAUSE)
            said = self._logs(container, lines)
        return said

    def execute(self, container: str, command: Sequence[str], seconds: float = 30) -> Done:
        """Runner.execute."""
        return call([self._program, "exec", container, *command], seconds)

    def check_health(self, container: str) -> bool:
        """Runner.check_health; docker has no command for it, so what it last found is the answer."""
        if self.name == "podman":
            return call([self._program, "healthcheck", "run", container], _SECONDS).code == 0
        return self.inspect(container).health == "healthy"

    def named(self, label: str, value: str) -> list[str]:
        """Runner.named."""
        words = ("ps", "--all", "--quiet", "--no-trunc", f"--filter=label={label}={value}")
        return self._answer(*words).split()

    def _logs(self, container: str, lines: int) -> str:
        command = [self._program, "logs", f"--tail={lines}", container]
        done = call(command, _SECONDS)
        if done.code != 0:
            raise _refused(command, done)
        return tail(done.stdout + done.stderr, lines)

    def _inspected(self, container: str) -> Mapping[str, Any]:
        found = json.loads(self._answer("container", "inspect", container))[0]
        assert isinstance(found, dict)
        return found

    def _answer(self, *words: str) -> str:
        return answer([self._program, *words], _SECONDS)


def create_words(options: RunOptions, engine: EngineName) -> list[str]:
    """The words of `create`, for both engines."""
    entry = options.entrypoint
    words = ["create", f"--name={options.name}", "--pull=never", f"--stop-timeout={options.stop_seconds}"]
    words += [f"--label={name}={value}" for name, value in sorted(options.labels.items())]
    words += [f"--entrypoint={entry[0]}"] if entry else []
    words += [f"--user={options.user}"] if options.user else []
    words += list(_hardening(options, engine))
    words += list(_limits(options))
    words += [f"--network={f'container:{options.joins}' if options.joins else options.network}"]
    if options.network == "bridge" and not options.joins:
        words += [f"--publish={port.address}:{port.host or ''}:{port.container}" for port in options.ports]
    words += [f"--env={name}={value}" for name, value in sorted(options.env.items())]
    words += [f"--env={name}" for name in sorted(options.secrets)]  # the value comes from our environment
    for mount in options.mounts:
        mode = ",readonly" if mount.read_only else ""
        words.append(f"--mount=type=bind,source={mount.source},target={mount.target}{mode}")
    return [*words, options.image, *(entry[1:] if entry else ()), *options.args]


def _hardening(options: RunOptions, engine: EngineName) -> Iterator[str]:
    if options.read_only:
        yield "--read-only"
        if engine == "podman":  # which mounts writable folders over a read-only root; no production does
            yield "--read-only-tmpfs=false"
    yield from (f"--cap-drop={name}" for name in options.cap_drop)
    yield from (f"--cap-add={name}" for name in options.cap_add)
    if options.no_new_privileges:
        yield "--security-opt=no-new-privileges"
    execute = "exec" if options.run_tmpfs else "noexec"
    for path, size in sorted(options.tmpfs.items()):
        yield f"--tmpfs={path}:rw,{execute},nosuid,nodev,size={size},mode=1777"


def _limits(options: RunOptions) -> Iterator[str]:
    if options.memory is not None:
        yield f"--memory={options.memory}b"
        yield f"--memory-swap={options.memory}b"  # the same: no swap, as in production
    if options.shared_memory is not None:
        yield f"--shm-size={options.shared_memory}b"
    if options.cpus is not None:
        yield f"--cpus={options.cpus}"
    if options.pids is not None:
        yield f"--pids-limit={options.pids}"


def read_state(said: Mapping[str, Any]) -> State:
    """What `container inspect` says; podman calls health by an older name too."""
    state, host = said["State"], said.get("HostConfig") or {}
    health = state.get("Health") or state.get("Healthcheck") or {}
    ports: dict[int, int] = {}
    for name, places in ((said.get("NetworkSettings") or {}).get("Ports") or {}).items():
        for place in places or ():
            ports[int(name.partition("/")[0])] = int(place["HostPort"])
    return State(
        running=bool(state.get("Running")),
        status=str(state.get("Status", "")),
        exit_code=int(state.get("ExitCode") or 0),
        out_of_memory=bool(state.get("OOMKilled")),
        health=str(health.get("Status") or ""),
        ports=ports,
        memory=int(host.get("Memory") or 0),
        user=str((said.get("Config") or {}).get("User") or ""),
    )


def _refused(command: Sequence[str], done: Done) -> EngineError:
    return EngineError(f"{shown(command)} {ending(done.code)}", tail(done.stderr or done.stdout))
