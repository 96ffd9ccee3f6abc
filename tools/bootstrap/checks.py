"""``tools/test``: every check of this repository, or with arguments only pytest with these.

    tools/test                    ruff check, ruff format --check, mypy --strict, then pytest on every core,
                                  and before it mypy and pytest in server/, a project of its own
    tools/test -k render -x       pytest -k render -x; paths are relative to the repository
    tools/test --with-containers  the same, and tests/containers: see below

All of them run, whatever the first ones say. Pytest comes last, so that its closing line closes the
output; what failed before it is named again right above that line. Exit code 0 only if all passed.

With --with-containers, tests/containers are a run of pytest of their own, since they share one engine and
build on every core; the Debian packages that they need are installed, and a skipped one is a failure. The
few tests of containers that lie beside what they test use the engine that is there, or say there is none.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TYPED = ("tools/modelyard", "tools/bootstrap", "tests", "bench")
CONTAINERS = "tests/containers"
SERVER = "server"
# What the tests of containers call; each is a package of that name in Debian and Ubuntu.
PROGRAMS = ("podman", "buildah", "runc", "catatonit", "iptables", "docker-registry")
SYSTEM = ":/usr/local/sbin:/usr/sbin:/sbin"


class Failures:
    """A pytest plugin that repeats which of the earlier checks failed, above pytest's closing line."""

    def __init__(self, names: list[str]) -> None:
        self.names = names

    @pytest.hookimpl(trylast=True)
    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self.names:
            terminalreporter.section("failed before pytest", red=True, bold=True)
            for name in self.names:
                terminalreporter.line(f"FAILED {name}", red=True)


def static_checks() -> list[str]:
    """Runs ruff and mypy; gives the command lines of those that failed."""
    typed = [folder for folder in TYPED if any((ROOT / folder).rglob("*.py"))]
    failed = []
    for command in (["ruff", "check"], ["ruff", "format", "--check"], ["mypy", *typed]):
        line = " ".join(command)
        print(f"== {line}", flush=True)
        done = subprocess.run([sys.executable, "-I", "-m", *command], check=False)
        if done.returncode != 0:
            failed.append(line)
    return failed


def require_containers() -> None:
    """Installs what is missing, as root or by a sudo that asks for no password. The tests say what is not."""
    os.environ["MODELYARD_TEST_CONTAINERS"] = "required"
    path = os.environ.get("PATH", os.defpath) + SYSTEM
    packages = [program for program in PROGRAMS if shutil.which(program, path=path) is None]
    if not packages or shutil.which("apt-get") is None:
        return
    become = [] if os.geteuid() == 0 else ["sudo", "-n"]
    apt = [*become, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "--quiet=2"]
    for command in (["update"], ["install", "--yes", "--no-install-recommends", *packages]):
        print(f"== apt-get {' '.join(command)}", flush=True)
        if subprocess.run([*apt, *command], check=False, stdin=subprocess.DEVNULL).returncode != 0:
            print("== apt-get failed", flush=True)


def container_tests() -> list[str]:
    """Runs them; gives the command line if they failed."""
    line = f"pytest {CONTAINERS}"
    print(f"== {line}", flush=True)
    done = subprocess.run([sys.executable, "-I", "-m", "pytest", CONTAINERS], check=False)
    return [line] if done.returncode != 0 else []


def server_checks() -> list[str]:
    """The model server is a project of its own, with its own settings; gives what failed."""
    failed = []
    for command in (["mypy", "."], ["pytest", "-n", str(os.cpu_count() or 1)]):
        line = f"{' '.join(command)}, in {SERVER}"
        print(f"== {line}", flush=True)
        done = subprocess.run([sys.executable, "-I", "-m", *command], check=False, cwd=ROOT / SERVER)
        if done.returncode != 0:
            failed.append(line)
    return failed


def main(arguments: list[str]) -> int:
    """Gives the exit code: pytest's own if that is not 0, else 1 if a check before it failed."""
    os.chdir(ROOT)
    # -I keeps PYTHONPATH and its kin from this process; pytest's workers and the tests' children have no -I.
    for name in [name for name in os.environ if name.startswith("PYTHON")]:
        del os.environ[name]
    certain = "--with-containers" in arguments
    arguments = [argument for argument in arguments if argument != "--with-containers"]
    if certain:
        require_containers()
    if arguments:
        return int(pytest.main(arguments))
    failed = static_checks() + server_checks() + (container_tests() if certain else [])
    print("== pytest", flush=True)
    spread = ["-n", str(os.cpu_count() or 1), "--dist", "worksteal", f"--ignore={CONTAINERS}"]
    return int(pytest.main(spread, plugins=[Failures(failed)])) or int(bool(failed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
