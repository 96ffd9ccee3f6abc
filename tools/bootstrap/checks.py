"""``tools/test``: every check of this repository, or with arguments only pytest with these.

    tools/test                    ruff check, ruff format --check, mypy --strict, then pytest on every core
    tools/test -k render -x       pytest -k render -x; paths are relative to the repository

All of them run, whatever the first ones say. Pytest comes last, so that its closing line closes the
output; what failed before it is named again right above that line. Exit code 0 only if all passed.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TYPED = ("tools/modelyard", "tools/bootstrap", "tests", "bench")


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


def main(arguments: list[str]) -> int:
    """Gives the exit code: pytest's own if that is not 0, else 1 if a check before it failed."""
    os.chdir(ROOT)
    # -I keeps PYTHONPATH and its kin from this process; pytest's workers and the tests' children have no -I.
    for name in [name for name in os.environ if name.startswith("PYTHON")]:
        del os.environ[name]
    if arguments:
        return int(pytest.main(arguments))
    failed = static_checks()
    print("== pytest", flush=True)
    spread = ["-n", str(os.cpu_count() or 1), "--dist", "worksteal"]
    return int(pytest.main(spread, plugins=[Failures(failed)])) or int(bool(failed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
