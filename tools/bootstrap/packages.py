"""Puts the packages of a lock file into an environment: with uv if there is one, else with pip."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
from pathlib import Path

from environment import CannotInstall, Environment, say
from processes import run, tail


def base_python() -> str:
    """The interpreter behind this one, by its versioned name.

    An environment that points to ``python3`` would go on "working" without its packages when the system's
    ``python3`` moves to the next version; one that points to ``python3.12`` is visibly gone.
    """
    versioned = f"python{sys.version_info.major}.{sys.version_info.minor}"
    candidate = os.path.join(sys.base_prefix, "bin", versioned)
    return candidate if os.access(candidate, os.X_OK) else os.path.realpath(sys.executable)


def pip_command(environment: Environment, mutex: int) -> list[str]:
    """How to call a pip that installs into the environment: the interpreter's own, or else a fresh one.

    Its own comes first since it saves the two seconds of making another. ``--python`` came with pip 22.3.
    """
    base = base_python()
    known, output = run([base, "-I", "-m", "pip", "--version"], mutex)
    with contextlib.suppress(ValueError, IndexError):
        if known and tuple(int(part) for part in output.split()[1].split(".")[:2]) >= (22, 3):
            return [base, "-I", "-m", "pip", "--python", str(environment.python)]
    made, output = run([str(environment.python), "-I", "-m", "ensurepip"], mutex)
    if not made:
        raise CannotInstall(
            f"{base} has neither pip nor ensurepip. Install one of them (python3-venv on Debian and Ubuntu), "
            f"or uv, and run this again.\n{tail(output)}"
        )
    return [str(environment.python), "-I", "-m", "pip"]


def install(environment: Environment, lock: Path, mutex: int) -> None:
    """Installs the packages of ``lock``, and nothing else: every file has to have one of its hashes.

    Wheels only: a source package would run its own code, and whatever this pulls in, without a hash.
    """
    wanted = ["--no-deps", "--require-hashes", "--only-binary", ":all:", "-r", str(lock)]
    uv = shutil.which("uv")
    if uv is not None:
        options = ["--quiet", "--compile-bytecode" if environment.compiled else "--no-compile-bytecode"]
        target = ["--python", str(environment.python)]
        done, _ = run([uv, "pip", "install", *options, *target, *wanted], mutex)
        if done:
            return
        # uv does not read pip's configuration, which may be what knows the way to the packages here.
        say("uv could not install the packages; trying pip …")
    options = ["--quiet", "--no-input", "--no-user", "--disable-pip-version-check"]
    options += ["--compile" if environment.compiled else "--no-compile"]
    done, output = run([*pip_command(environment, mutex), "install", *options, *wanted], mutex)
    if not done:
        raise CannotInstall(f"cannot install what {environment.lock.name} lists:\n{tail(output)}")
