"""The virtual environment that a model's server runs in where there is no engine: its lock file, installed.

It lies in ``.cache/modelyard/run/<hash of the lock and of Python>/`` and is made once. A stamp is the last
thing written into it: without one it is unfinished, and made again. Environments cannot be moved, so it is
made where it stays, and the lock on ``<hash>.lock`` keeps two runs from doing so at once.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from modelyard.engines.process import call, tail
from modelyard.load import layout
from modelyard.running.errors import CannotRun

FOLDER = f"{layout.CACHE}/run"
_STAMP = "installed"
_MAKE_SECONDS, _INSTALL_SECONDS = 120.0, 1800.0
# Nothing of the environment that Modelyard itself runs in belongs to the model's.
_NOT_OURS = dict.fromkeys(("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV"), "")


def ensure(root: Path, lock: Path | None, python: str | None, tell: Callable[[str], None]) -> Path:
    """The folder of an environment with what the lock file lists, every file by its hash.

    ``python`` is the version that the base image has; where this machine lacks it, ours is taken. Raises
    CannotRun.
    """
    interpreter, version = _interpreter(python)
    if python is not None and python != version:
        tell(f"no python{python} on PATH, which the base image has; using {version}")
    try:
        content = lock.read_bytes() if lock is not None else b""
    except OSError as error:
        raise CannotRun(f"{lock} cannot be read: {error.strerror}", "the manifest names it") from error
    name = hashlib.sha256(f"{interpreter} {version} ".encode() + content).hexdigest()[:16]
    folder = root / FOLDER / name
    folder.parent.mkdir(parents=True, exist_ok=True)
    with _exclusively(folder.with_suffix(".lock"), tell):
        if not (folder / _STAMP).exists():
            tell("installing the packages of its lock file")
            _make(folder, interpreter, lock)
    return folder


def _interpreter(python: str | None) -> tuple[str, str]:
    """The path and version of the interpreter to use; by its versioned name, which stays what it is."""
    own = f"{sys.version_info.major}.{sys.version_info.minor}"
    if python is not None and python != own:
        for wanted in _candidates(python):
            if os.access(wanted, os.X_OK) and _is_python(wanted):
                return wanted, python
    beside = os.path.join(sys.base_prefix, "bin", f"python{own}")
    return beside if os.access(beside, os.X_OK) else os.path.realpath(sys.executable), own


def _candidates(version: str) -> Iterator[str]:
    """On PATH, and where pyenv keeps those that it does not put there."""
    name = f"python{version}"
    for folder in os.environ.get("PATH", os.defpath).split(os.pathsep):
        yield os.path.join(folder, name)
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv", "versions")
    yield from sorted(map(str, pyenv.glob(f"{version}.*/bin/{name}")), reverse=True)


def _is_python(program: str) -> bool:
    """Whether it starts: version managers put names on PATH behind which there is nothing."""
    return call([program, "-I", "-c", ""], 20, env=_NOT_OURS).code == 0


@contextlib.contextmanager
def _exclusively(path: Path, tell: Callable[[str], None]) -> Iterator[None]:
    with open(path, "w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            tell("another run is installing the same packages; waiting for it")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _make(folder: Path, interpreter: str, lock: Path | None) -> None:
    """Makes it, or leaves nothing."""
    shutil.rmtree(folder, ignore_errors=True)
    try:
        _run([interpreter, "-I", "-m", "venv", "--without-pip", str(folder)], _MAKE_SECONDS, "be made")
        if lock is not None:
            pip = [*_pip(folder, interpreter), "install", "--quiet", "--no-input", "--no-user"]
            pip += [
                "--disable-pip-version-check",
                "--require-hashes",
                "--only-binary",
                ":all:",
                "-r",
                str(lock),
            ]
            _run(pip, _INSTALL_SECONDS, f"be filled with what {lock.name} lists")
        (folder / _STAMP).write_text(f"{interpreter}\n")
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _pip(folder: Path, interpreter: str) -> list[str]:
    """The interpreter's own pip, which saves making another; ``--python`` came with pip 22.3."""
    known = call([interpreter, "-I", "-m", "pip", "--version"], 60, env=_NOT_OURS)
    with contextlib.suppress(ValueError, IndexError):
        version = known.stdout.decode().split()[1].split(".")[:2]
        if known.code == 0 and tuple(map(int, version)) >= (22, 3):
            return [interpreter, "-I", "-m", "pip", "--python", str(folder / "bin" / "python")]
    own = str(folder / "bin" / "python")
    _run([own, "-I", "-m", "ensurepip"], _MAKE_SECONDS, "be given pip (python3-venv on Debian and Ubuntu)")
    return [own, "-I", "-m", "pip"]


def _run(command: list[str], seconds: float, what: str) -> None:
    done = call(command, seconds, env=_NOT_OURS)
    if done.code != 0:
        said = tail(done.stderr or done.stdout, 12)
        full = "No space left on device" in said
        hint = (
            "make room on the disk" if full else "a virtual environment is what --process runs the server in"
        )
        raise CannotRun(f"the virtual environment cannot {what}", hint, said)
