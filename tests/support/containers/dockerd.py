"""A docker daemon of one test run: its own data, socket, bridge and client settings, and no firewall rule.

    with serving(programs, cache, registry.host) as docker:
        docker("buildx", "bake", "--file", "-", text=file)

The daemon runs as root, and a process that guards it too (see docker_guard): by ``sudo -n`` where that takes
no password.

Without rules of a firewall containers reach this machine, and what they publish is reached from it, but
nothing gets further: a build step that installs packages takes the network of the host.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.containers import docker_guard
from tests.support.containers.docker_programs import Docker as Programs

ROOT = Path(__file__).resolve().parents[3]
SECONDS = 300
_KEPT = ("HOME", "LANG", "PIP_", "SSL_CERT_", "REQUESTS_CA_", "CURL_CA_")


class DockerError(Exception):
    """The daemon, or a command that was given to it, failed; the message has its last words."""


@dataclass(frozen=True)
class Docker:
    """A daemon that answers. ``environ`` leads docker's client, and what calls it, to it and to no other."""

    folder: Path
    short: Path
    environ: Mapping[str, str] = field(repr=False)

    def __call__(self, *arguments: str, text: str | None = None, cwd: Path | None = None) -> str:
        """What `docker ...` prints to stdout; DockerError if it fails."""
        return self.run(["docker", *arguments], text=text, cwd=cwd)

    def run(
        self,
        command: list[str],
        *,
        text: str | None = None,
        cwd: Path | None = None,
        more: Mapping[str, str] | None = None,
    ) -> str:
        """What a program prints that knows the daemon by its environment; DockerError if it fails."""
        environ = {**self.environ, **(more or {})}
        done = subprocess.run(
            command,
            env=environ,
            input=text,
            cwd=cwd,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        if done.returncode != 0:
            said = "\n".join((done.stdout + done.stderr).strip().splitlines()[-25:])
            raise DockerError(f"{' '.join(command)[:300]}\nexit code {done.returncode}: {said}")
        return done.stdout


def become() -> list[str] | None:
    """What a command of root's begins with; None where this user cannot be root."""
    if os.geteuid() == 0:
        return []
    sudo = ["sudo", "-n"]
    with contextlib.suppress(OSError):
        if subprocess.run([*sudo, "true"], capture_output=True, check=False).returncode == 0:
            return sudo
    return None


@contextlib.contextmanager
def serving(programs: Programs, cache: Path, registry: str, root: list[str]) -> Iterator[Docker]:
    """A daemon with its data below ``cache``, ended with the block.

    It takes docker.io for the ``registry``. ``root`` is what ``become`` gave.
    """
    asked = {
        "path": programs.path,
        "buildx": str(programs.buildx),
        "cache": str(cache),
        "registry": registry,
        "owner": [os.geteuid(), os.getegid()],
    }
    command = [*root, sys.executable, "-B", "-m", docker_guard.__name__, json.dumps(asked)]
    # A group of its own: Ctrl-C reaches the tests, which end it after what still needs it.
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, process_group=0
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        said = json.loads(process.stdout.readline() or "{}")
        if "short" not in said:
            raise DockerError(said.get("error", "the guard of the docker daemon did not start"))
        try:
            yield _client(said, programs)
        finally:
            process.stdin.close()
            process.wait(120)  # it removes folders, which other tests may be slowing down


def _client(said: Mapping[str, str], programs: Programs) -> Docker:
    short = Path(said["short"])
    own = {name: value for name, value in os.environ.items() if name.startswith(_KEPT)}
    own |= {
        "PATH": programs.path,
        "DOCKER_CONFIG": str(short / "client"),
        "TMPDIR": str(short / "client/tmp"),
    }
    return Docker(Path(said["folder"]), short, {**own, "DOCKER_HOST": f"unix://{short}/docker.sock"})
