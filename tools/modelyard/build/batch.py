"""Several builds at once: each in a folder and a log of its own, and all of them ended when we are."""

from __future__ import annotations

import dataclasses
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from modelyard.build.plan import Image
from modelyard.build.settings import PipSettings
from modelyard.engines.api import Builder, BuildNetwork, BuildRequest, Built, EngineError, Stopped
from modelyard.engines.folder import private_folder, write_private
from modelyard.write.interrupts import HeldSignals


@dataclass(frozen=True)
class Options:
    """What holds for every build of a run. ``archives`` is a folder to write OCI archives to."""

    pip: PipSettings
    jobs: int = 1
    push: bool = False
    cache: bool = True
    attest: bool = False
    network: BuildNetwork = ""
    archives: Path | None = None


@dataclass(frozen=True)
class Outcome:
    """What became of one image: ``built`` or ``error``. ``there``: its tag was in the registry before."""

    image: Image
    seconds: float
    built: Built | None = None
    error: EngineError | None = None
    there: str = ""

    @property
    def digest(self) -> str:
        return self.there or (self.built.digest if self.built is not None else "")


# Asks a registry for the digest of a tag: "" where it has none.
Known = Callable[[str], str]


def build_all(
    root: Path,
    images: list[Image],
    builder: Builder,
    options: Options,
    done: Callable[[Outcome], None],
    known: Known | None = None,
) -> list[Outcome]:
    """Builds every image, ``options.jobs`` at a time; one that fails does not end the others.

    ``done`` is called in this thread as each is finished. ``known`` is asked first: what a registry has under
    the tag of the same inputs is not built again. When we are interrupted, every build is stopped, and what
    it left behind removed, before the exception goes on. Raises OSError where no folder can be made.
    """
    stop = threading.Event()
    finished: dict[int, Outcome] = {}

    def one(image: Image) -> Outcome:
        return _build(root, image, builder, options, stop, known)

    with _hang_up(), ThreadPoolExecutor(options.jobs, thread_name_prefix="build") as pool:
        try:
            waiting = {pool.submit(one, image): number for number, image in enumerate(images)}
            for future in _finished(set(waiting)):
                outcome = future.result()
                finished[waiting[future]] = outcome
                done(outcome)
        except BaseException:
            with HeldSignals():
                stop.set()
                pool.shutdown(wait=True, cancel_futures=True)
            raise
    return [finished[number] for number in sorted(finished)]


def _finished(waiting: set[Future[Outcome]]) -> Iterator[Future[Outcome]]:
    while waiting:
        # With a bound: Python runs a signal handler of ours only between two of its own steps.
        ready, waiting = wait(waiting, timeout=0.2, return_when=FIRST_COMPLETED)
        yield from ready


def _build(
    root: Path,
    image: Image,
    builder: Builder,
    options: Options,
    stop: threading.Event,
    known: Known | None,
) -> Outcome:
    started = time.monotonic()
    try:
        if stop.is_set():
            raise Stopped("was not begun")
        there = {known(tag) for tag in image.tags} if known is not None else set()
        if len(there) == 1 and (digest := there.pop()):
            return Outcome(image, time.monotonic() - started, there=digest)
        image.require_weights(root)
        with private_folder() as folder:
            built = builder.build(_request(root, image, options, folder), folder / "log", stop)
        return Outcome(image, time.monotonic() - started, built=built)
    except EngineError as error:
        return Outcome(image, time.monotonic() - started, error=error)


def _request(root: Path, image: Image, options: Options, folder: Path) -> BuildRequest:
    secrets = {"pipconf": write_private(folder / "pip.conf", options.pip.pip_conf.encode())}
    if options.pip.certificates is not None:
        secrets["cabundle"] = options.pip.certificates.resolve()
    archive = None
    if options.archives is not None:
        archive = options.archives / f"{image.repository.replace('/', '_')}.tar"
    return dataclasses.replace(
        image.request(root, folder),
        secrets=secrets,
        cache=options.cache,
        push=options.push,
        attest=options.attest,
        network=options.network,
        archive=archive,
    )


@contextmanager
def _hang_up() -> Iterator[None]:
    """A terminal that is closed ends us as SIGTERM does, and not without a word to the engines."""

    def leave(number: int, frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    if threading.current_thread() is not threading.main_thread() or os.name != "posix":
        yield
        return
    before = signal.signal(signal.SIGHUP, leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGHUP, before)
