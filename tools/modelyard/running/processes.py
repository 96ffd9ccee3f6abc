"""A model as plain processes of this machine, for where there is no container engine: nothing is isolated.

What is found under fixed paths in a container is laid out below one temporary folder, and words of the
manifest that are such paths lead there: ``/app``, the weights, volumes, ``/tmp``. Servers that have a path
of their own accord are told by ``MODEL_DIR`` and ``MODELS_DIR`` (SageMaker's toolkits: ``SM_MODEL_DIR``).
``PORT`` says where to listen, and so does a variable ``..._PORT`` that has the manifest's port.
Modelyard's own model server is imported from the repository.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from modelyard.engines.process import tail
from modelyard.load import layout
from modelyard.resolve.delivery import HOSTED_MODELS
from modelyard.resolve.workload import ImageBuild
from modelyard.running import environment, memory, ports
from modelyard.running.errors import CannotRun, NotHere
from modelyard.running.host import End, Peak
from modelyard.running.plan import TMP, Part, Plan
from modelyard.write.interrupts import HeldSignals

APP = "/app"
_MODEL = "/opt/ml/model"  # SageMaker's
_DIRECTORIES = {"MODEL_DIR": _MODEL, "SM_MODEL_DIR": _MODEL, "MODELS_DIR": HOSTED_MODELS}
_OF_SERVER = {"MODELYARD_CODE_DIR": APP, "MODELYARD_MODELS_DIR": HOSTED_MODELS}
_QUOTED = re.compile(r'(?<=")/[^"\\]*(?=")')
_LOG_BYTES = 64 * 2**10
_GRACE = 2.0


@dataclass
class _Running:
    process: subprocess.Popen[bytes]
    log: IO[bytes]
    port: int


class ProcessHost:
    """Runs each part in its virtual environment, as the user who runs us. ``port`` 0 is any free one."""

    def __init__(self, root: Path, plan: Plan, environments: Mapping[str, Path], port: int) -> None:
        self._root = root
        self._plan = plan
        self._environments = environments
        self._port = port
        self._running: dict[str, _Running] = {}
        self._folders: list[Path] = []

    def start(self, part: Part) -> None:
        if part.build is None:
            hint = "only images that are built here can run without an engine"
            raise NotHere(f"{part.name} is an image of somebody else's", hint)
        place, temporary = self._made(part)
        known = self._lay_out(part, place, temporary)
        port = self._port_of(part)
        env = {**self._variables(part, place, temporary, known), **part.secrets}
        env |= _listening(part, port)
        words = [*(part.entrypoint or part.build.command), *part.args]
        command = [_there(word, place, known) for word in words]
        program = shutil.which(command[0], path=env["PATH"])
        if program is None:
            hint = "its requirements do not bring that program"
            raise CannotRun(f"{part.name}: there is no {command[0]} in its environment", hint)
        log = tempfile.TemporaryFile()  # noqa: SIM115 - as long as the process lives
        with HeldSignals():  # a process that nobody knows of would outlive us
            try:
                process = _spawn([program, *command[1:]], place / "app", env, log)
            except BaseException:
                log.close()
                raise
            self._running[part.name] = _Running(process, log, port)

    def address(self, part: Part) -> tuple[str, int]:
        return "127.0.0.1", self._running[part.name].port

    def ended(self, part: Part) -> End | None:
        code = self._running[part.name].process.poll()
        return None if code is None else End(code)

    def healthy(self, part: Part) -> bool:
        return True  # a health command is one of the container's

    def logs(self, part: Part, lines: int) -> str:
        log = self._running[part.name].log
        end = os.fstat(log.fileno()).st_size
        # By position: the process writes on at the same offset as ours.
        return tail(os.pread(log.fileno(), _LOG_BYTES, max(0, end - _LOG_BYTES)), lines)

    def peak(self) -> Peak | None:
        return memory.of_processes(one.process.pid for one in self._running.values())

    def stop(self, part: Part) -> End | None:
        return self._end(self._running[part.name], part.drain)

    def keep(self) -> bool:
        return False

    def close(self) -> None:
        with HeldSignals():
            for one in reversed(self._running.values()):
                self._end(one, _GRACE)
                one.log.close()
            self._running = {}
            for folder in self._folders:
                shutil.rmtree(folder, ignore_errors=True)

    def _end(self, one: _Running, seconds: float) -> End:
        """Asks it to end, and then ends all that it started."""
        if one.process.poll() is None:
            one.process.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                one.process.wait(seconds)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(one.process.pid, signal.SIGKILL)
        return End(one.process.wait())

    def _port_of(self, part: Part) -> int:
        """Where it listens: the one that was asked for if requests go to it, else the manifest's own."""
        if part.serve is None:
            return 0
        main = part.name == self._plan.asked
        port = (self._port or ports.free_port()) if main else part.serve.port
        ports.require_free(port)
        return port

    def _made(self, part: Part) -> tuple[Path, Path]:
        """Two folders of the part's own: one beside the weights, so that they can be linked, and one whose
        path is short, for temporary files: a socket's must be."""
        above = self._root / environment.FOLDER
        above.mkdir(parents=True, exist_ok=True)
        with HeldSignals():
            for folder in (above, None):
                self._folders.append(Path(tempfile.mkdtemp(prefix=f"modelyard-{part.name}-", dir=folder)))
        return self._folders[-2], self._folders[-1]

    def _lay_out(self, part: Part, place: Path, temporary: Path) -> frozenset[str]:
        """Makes the folders and links that stand for the container's; gives their paths there."""
        assert part.build is not None
        links = {**part.files, TMP: temporary}
        links |= self._sources(part.build)
        (place / "app").mkdir()
        for at, target in links.items():
            link = place / at.lstrip("/")
            link.parent.mkdir(parents=True, exist_ok=True)
            _stand_in(link, target.resolve())
        for at in part.memory_folders:
            (place / at.lstrip("/")).mkdir(parents=True, exist_ok=True)
        return frozenset({APP, TMP, *part.files, *part.memory_folders})

    def _sources(self, build: ImageBuild) -> dict[str, Path]:
        """What is in /app; linked one by one, so that nothing can come into the model's own folder."""
        source = self._root / build.context / build.source
        children = sorted(source.iterdir()) if build.source else []
        return {f"{APP}/{child.name}": child for child in children}

    def _variables(self, part: Part, place: Path, temporary: Path, known: frozenset[str]) -> dict[str, str]:
        """Nothing of the caller's shell but the way to its programs."""
        programs = self._environments[part.name] / "bin"
        own = {
            "PATH": f"{programs}:{os.environ.get('PATH', os.defpath)}",
            "HOME": str(temporary),
            "TMPDIR": str(temporary),
            "LANG": "C.UTF-8",
            "PYTHONUNBUFFERED": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        named = _DIRECTORIES
        if part.build is not None and part.build.server:
            named = {**_DIRECTORIES, **_OF_SERVER}
            own["PYTHONPATH"] = str(self._root / layout.SERVER)
        folders = {name: path for name, path in named.items() if (place / path.lstrip("/")).is_dir()}
        said = {name: _there(value, place, known) for name, value in {**folders, **part.env}.items()}
        return {**own, **said}


def _listening(part: Part, port: int) -> dict[str, str]:
    """The variables that tell a server where to listen; none for what does not."""
    if part.serve is None:
        return {}
    said = str(part.serve.port)
    same = [name for name, value in part.env.items() if name.endswith("_PORT") and value == said]
    return dict.fromkeys(["PORT", *same], str(port))


def _spawn(
    command: list[str], folder: Path, env: Mapping[str, str], log: IO[bytes]
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command,
        cwd=folder,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )


def _stand_in(link: Path, target: Path) -> None:
    """Folders are links; files are the files, since a server may refuse weights that lie somewhere else."""
    if target.is_dir():
        link.symlink_to(target)
        return
    try:
        os.link(target, link)
    except OSError:  # another disk
        shutil.copyfile(target, link)


def _there(word: str, place: Path, known: frozenset[str]) -> str:
    """A word that is a path of the container's, or ends with one after ``=``, as the path it has here.

    So are the texts of JSON.
    """
    if word.startswith(("[", "{")):
        return _QUOTED.sub(lambda path: _there(path[0], place, known), word)
    before, equals, path = word.rpartition("=")
    if not path.startswith("/") or path == "/":
        return word
    here = path.rstrip("/")
    for one in known:
        if here == one or here.startswith(f"{one}/") or one.startswith(f"{here}/"):
            return f"{before}{equals}{place}{here}"
    return word
