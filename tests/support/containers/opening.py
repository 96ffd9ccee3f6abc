"""Opens and closes the engine of a test run.

    with opened(programs, cache, registry.host) as engine:
        engine.podman("run", "--rm", "docker.io/library/python:3.12-slim-trixie", "true")

Nothing of the machine's own engine is read or changed. When the block ends, for whatever reason, everything
that ran is gone and so are the folders. What a run that was killed left behind, the next one removes.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.support.containers import settings
from tests.support.containers.engine import Engine, EngineError
from tests.support.containers.programs import Programs

RUN, NOTE = "run-", "engine.json"
_CNI_STATE = Path("/var/lib/cni/networks")


@contextlib.contextmanager
def opened(programs: Programs, cache: Path, registry: str) -> Iterator[Engine]:
    """An engine below ``cache``; closed with the block."""
    cache.mkdir(parents=True, exist_ok=True)
    sweep(programs, cache)
    with contextlib.ExitStack() as stack:
        with alone(cache):  # or another run takes a folder without its note for a dead one's
            folder = Path(tempfile.mkdtemp(prefix=RUN, dir=cache))
            note = stack.enter_context((folder / NOTE).open("w"))
            fcntl.flock(note, fcntl.LOCK_EX)  # the kernel lets go of it however this process ends
        short = Path(tempfile.mkdtemp(prefix="my-"))
        engine = None
        try:
            engine = _set_up(programs, cache, folder, short, registry)
            json.dump({"short": str(short), "network": engine.network, "environ": dict(engine.environ)}, note)
            note.flush()
            yield engine
        finally:
            if engine is not None:
                _take_down(engine)
            remove(folder)
            remove(short)


def sweep(programs: Programs, cache: Path) -> list[Path]:
    """Takes down what killed runs left below ``cache``; gives their folders."""
    with alone(cache):
        return list(_sweep(programs, cache))


@contextlib.contextmanager
def alone(cache: Path) -> Iterator[None]:
    """No other run opens or sweeps anything below ``cache`` meanwhile."""
    with (cache / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _sweep(programs: Programs, cache: Path) -> Iterator[Path]:
    for folder in sorted(cache.glob(f"{RUN}*")):
        with contextlib.suppress(FileNotFoundError), (folder / NOTE).open("r") as note:
            try:
                fcntl.flock(note, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue  # alive
            text = note.read()
            if text:
                said = json.loads(text)
                short = Path(said["short"])
                if short.is_dir():
                    engine = Engine(programs, folder, short, said["environ"], said["network"], "")
                    _take_down(engine)
                remove(short)
            remove(folder)
            yield folder


def _set_up(programs: Programs, cache: Path, folder: Path, short: Path, registry: str) -> Engine:
    kept = (
        "PATH",
        "HOME",
        "USER",
        "LANG",
        "http_proxy",
        "https_proxy",
        "no_proxy",
        "DBUS_SESSION_BUS_ADDRESS",
    )
    environ = {name: os.environ[name] for name in kept if name in os.environ}
    environ["PATH"] = f"{environ.get('PATH', os.defpath)}:/usr/local/sbin:/usr/sbin:/sbin"
    builds = cache / "builds"  # buildah keeps its cache mounts below TMPDIR: pip's cache outlives the run
    builds.mkdir(exist_ok=True)
    environ |= {"TMPDIR": str(builds), "CONTAINERS_CONF": str(folder / "run.conf")}
    said = ""
    for driver in ("overlay", "vfs"):
        environ |= settings.write(folder, short, programs, registry, driver)
        network = f"modelyard-{folder.name.removeprefix(RUN)}" if os.geteuid() == 0 else ""
        engine = Engine(programs, folder, short, dict(environ), network, driver)
        done = engine.podman("info", check=False)
        if done.returncode == 0:
            if network:
                engine.podman("network", "create", network)
            return engine
        said = done.stderr.strip()
        remove(folder / "storage")
    raise EngineError(f"podman does not work here: {said}")


def _take_down(engine: Engine) -> None:
    engine.clear()
    if engine.network:
        engine.podman("network", "rm", "--force", engine.network)
        # The plugin that gives out addresses keeps the last one.
        shutil.rmtree(_CNI_STATE / engine.network, ignore_errors=True)
    engine.buildah("rm", "--all")
    if os.geteuid() != 0:  # the files of other users in an image can then be removed by the engine alone
        engine.podman("rmi", "--all", "--force")


def remove(folder: Path) -> None:
    """Removes a folder once nothing is mounted in it any more."""
    for attempt in range(5):
        mounts = [line.split()[1] for line in Path("/proc/self/mounts").read_text().splitlines()]
        for mount in sorted((one for one in mounts if Path(one).is_relative_to(folder)), reverse=True):
            subprocess.run(["umount", "--lazy", mount], check=False, capture_output=True)
        shutil.rmtree(folder, ignore_errors=attempt < 4)
        if not folder.exists():
            return
        time.sleep(0.2)
