"""``tools/test``: every check of this repository, or with arguments only pytest with these.

    tools/test                    ruff check, ruff format --check, mypy --strict, mypy and pytest in server/,
                                  which is a project of its own, then pytest on every core
    tools/test -k render -x       pytest -k render -x; paths are relative to the repository
    tools/test --with-containers  the same, and what tests/containers needs is installed; so is with CI=true
    tools/test --with-docker      the same as that, and docker too: a daemon of the tests' own

All of them run, whatever the first ones say. Pytest comes last, so that its closing line closes the
output; what failed beside it is named again right above that line. Exit code 0 only if all passed.

tests/containers share one engine and mostly wait: they are a run of pytest of their own, beside everything
else. They use the engine that is there, or are skipped in one line that says why. With CI=true or
--with-containers the Debian packages that they need are installed, and a skipped one is a failure.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TYPED = ("tools/modelyard", "tools/bootstrap", "tests", "bench")
SERVER = "server"
CORES = str(os.cpu_count() or 1)
CONTAINERS = "tests/containers"
# What failed is remembered apart from the other tests, which end at another time.
OF_CONTAINERS = (CONTAINERS, "--override-ini=cache_dir=.cache/pytest-containers")
SPREAD = ["-n", CORES, "--dist", "worksteal", f"--ignore={CONTAINERS}"]
# What the tests of containers call; each is a package of that name in Debian and Ubuntu.
PROGRAMS = ("podman", "buildah", "runc", "catatonit", "iptables", "docker-registry")
SYSTEM = ":/usr/local/sbin:/usr/sbin:/sbin"


class Background:
    """A check that runs while others do; what it said is shown when it is waited for."""

    def __init__(self, *command: str) -> None:
        self._line = " ".join(command)
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 - a pipe would hold it up when it is full
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-m", *command], stdout=self._said, stderr=subprocess.STDOUT
        )

    def failed(self) -> list[str]:
        """Its command line, if it failed."""
        code = self._process.wait()
        self._said.seek(0)
        print(f"== {self._line}\n{self._said.read().decode(errors='replace')}", end="", flush=True)
        return [self._line] if code != 0 else []


class Others:
    """A pytest plugin: waits for the tests of containers, and repeats what failed, above the closing line."""

    def __init__(self, failed: list[str], containers: Background) -> None:
        self.failed = failed
        self._containers = containers

    @pytest.hookimpl(trylast=True)
    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        terminalreporter.ensure_newline()
        if self._containers.failed():
            self.failed += check("pytest", *OF_CONTAINERS, "--last-failed")
        if self.failed:
            terminalreporter.section("failed beside pytest", red=True, bold=True)
            for name in self.failed:
                terminalreporter.line(f"FAILED {name}", red=True)


def check(*command: str, folder: str = ".") -> list[str]:
    """Runs a module of this environment in a folder; gives its command line if it failed."""
    line = " ".join(command) + ("" if folder == "." else f", in {folder}")
    print(f"== {line}", flush=True)
    done = subprocess.run([sys.executable, "-I", "-m", *command], check=False, cwd=ROOT / folder)
    return [line] if done.returncode != 0 else []


def checks_before_pytest() -> tuple[list[str], Background]:
    """Gives the command lines of those that failed, and the tests of containers, which go on."""
    # A minute of one core where it has no cache yet.
    types = Background("mypy", *(folder for folder in TYPED if any((ROOT / folder).rglob("*.py"))))
    failed = check("pytest", "-n", CORES, folder=SERVER)
    containers = Background("pytest", *OF_CONTAINERS)
    failed += check("ruff", "check") + check("ruff", "format", "--check") + check("mypy", ".", folder=SERVER)
    return failed + types.failed(), containers


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


def main(arguments: list[str]) -> int:
    """Gives the exit code: pytest's own if that is not 0, else 1 if a check before it failed."""
    os.chdir(ROOT)
    # -I keeps PYTHONPATH and its kin from this process; pytest's workers and the tests' children have no -I.
    for name in [name for name in os.environ if name.startswith("PYTHON")]:
        del os.environ[name]
    if "--with-docker" in arguments:
        os.environ["MODELYARD_TEST_DOCKER"] = "required"
    if {"--with-containers", "--with-docker"} & set(arguments) or os.environ.get("CI") == "true":
        require_containers()
    arguments = [word for word in arguments if word not in ("--with-containers", "--with-docker")]
    if arguments:
        return int(pytest.main(arguments))
    others = Others(*checks_before_pytest())
    print("== pytest", flush=True)
    return int(pytest.main(SPREAD, plugins=[others])) or int(bool(others.failed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
